"""One event of a unit: the excursions, or the gaps, that belong together, for each product."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from audit.authors import Author
from custody.excursion_words import limit_of, peak_of
from custody.models import Evaluation
from custody.queries.causes import Hint, hints_of
from custody.queries.excursions import counts, kind_of
from custody.rules.evaluating import is_beyond
from custody.touched import limits_then, products_in, stays_in
from inventory.models import Product, StabilityLimits, programs_seen_by
from temperature.models import GRAVE, Excursion, Gap, Level, Quantity, Side
from temperature.queries.endings import ending_words
from temperature.queries.measured import Window, measured_in, seconds_beyond
from temperature.rules.bands import Band

Times = tuple[datetime, datetime]
# Those that overlap or touch make one time; the event is the one that holds the instant.
TIME_OF_EVENT = """
    SELECT lower(one), NULLIF(upper(one), 'infinity') FROM unnest((
        SELECT range_agg(tstzrange(x.began_at, COALESCE(x.ended_at, 'infinity'), '[]'))
        FROM public.{table} x JOIN public.temperature_probe p ON p.id = x.probe_id
        WHERE x.unit_id = %(unit)s AND p.quantity = %(quantity)s AND NOT x.is_withdrawn {more}
    )) AS one WHERE one @> %(began_at)s::timestamptz
"""


@dataclass(frozen=True, kw_only=True)
class EventLine:
    """
    One excursion or gap for one product.

    warmest: what a thermometer said while vials of the product stood there; seconds_beyond: for how
    long it said more than the product endures. Both absent where nothing tells. is_beyond: whether
    the excursion was warmer than the product may ever be. ending: why it ended, where it did not
    by what was measured. decision: the newest that counts.
    """

    subject: Excursion | Gap
    vials: int
    limits: StabilityLimits | None
    warmest: float | None
    seconds_beyond: int | None
    is_beyond: bool
    ending: str
    decision: Evaluation | None

    @property
    def words(self) -> str:
        """What an excursion broke, and how far it went; empty of a gap."""
        if isinstance(self.subject, Gap):
            return ""
        return f"{limit_of(self.subject)}, {peak_of(self.subject)}"


@dataclass(frozen=True, kw_only=True)
class EventProduct:
    """One product with the lines of an event, in the order of time."""

    product: Product
    lines: Sequence[EventLine]

    @property
    def is_beyond(self) -> bool:
        """Whether it was warmer than this product may ever be."""
        return any(line.is_beyond for line in self.lines)

    @property
    def lacks_limits(self) -> bool:
        """Whether it is not on record how warm this product may be."""
        return any(line.limits is None for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class Event:
    """
    What belongs together, and what it may mean.

    subjects: those that are over; goes_on: those that are not, which cannot be decided on yet.
    hints: what is on record beside it that may have been the cause.
    """

    asked: Excursion | Gap
    subjects: Sequence[Excursion | Gap]
    goes_on: Sequence[Excursion | Gap]
    products: Sequence[EventProduct]
    hints: Sequence[Hint]

    @property
    def why_nothing(self) -> str:
        """Say why there is no product to decide for; empty where there is one."""
        if self.products:
            return ""
        if self.asked.is_withdrawn:
            return "readings that came later show something else, so it no longer counts."
        if self.asked.ended_at is None:
            return "it goes on. Evaluate it once it is over."
        return "no vial that you may see stood there while it lasted."


def event_of(asked: Excursion | Gap, *, seen_by: Author) -> Event:
    """
    Return the event that an excursion or gap belongs to: one unit, any probe and level.

    Only what matters for a product is a line: a grave level, warmer than it endures, or what was
    asked for. Source: REQUIREMENTS B7; URS-60, URS-105.
    """
    rows = _belonging_to(asked)
    subjects = [row for row in rows if row.ended_at is not None]
    found: dict[Product, list[EventLine]] = {}
    for row in subjects:
        for product, line in _lines(row, seen_by, is_asked=row.pk == asked.pk):
            found.setdefault(product, []).append(line)
    return Event(
        asked=asked,
        subjects=subjects,
        goes_on=[row for row in rows if row.ended_at is None],
        products=[
            EventProduct(product=product, lines=lines)
            for product, lines in sorted(found.items(), key=lambda pair: pair[0].code)
        ],
        hints=hints_of(rows),
    )


def _belonging_to(asked: Excursion | Gap) -> list[Excursion | Gap]:
    """Return the rows of the same kind that overlap or touch, in the order of time."""
    if asked.is_withdrawn:
        return []
    begins, ends = _time_of_event(asked)
    same = Q(unit=asked.unit_id, probe__quantity=asked.probe.quantity, began_at__gte=begins)
    if ends is not None:
        same &= Q(began_at__lte=ends)
    if isinstance(asked, Excursion):
        excursions = Excursion.objects.standing().filter(same, side=asked.side)
        return list(excursions.select_related("unit", "probe").order_by("began_at", "pk"))
    gaps = Gap.objects.standing().filter(same)
    return list(gaps.select_related("unit", "probe").order_by("began_at", "pk"))


def _time_of_event(asked: Excursion | Gap) -> tuple[datetime, datetime | None]:
    given: dict[str, Any] = {
        "unit": asked.unit_id,
        "quantity": asked.probe.quantity,
        "began_at": asked.began_at,
    }
    more = ""
    if isinstance(asked, Excursion):
        more, given["side"] = "AND x.side = %(side)s", asked.side
    with connection.cursor() as cursor:
        cursor.execute(TIME_OF_EVENT.format(table=type(asked)._meta.db_table, more=more), given)
        begins, ends = cursor.fetchone()
    return begins, ends


def _lines(
    row: Excursion | Gap, seen_by: Author, *, is_asked: bool
) -> Iterator[tuple[Product, EventLine]]:
    touched = list(products_in(row, seen_by=seen_by))
    limits = limits_then((product.pk for product, _ in touched), at=row.began_at)
    decided, ending = _decided(row), ending_words(row)
    times = _times(row, seen_by)
    for product, vials in touched:
        own = limits.get(product.pk)
        beyond = is_beyond(row, own)
        if not (is_asked or beyond or isinstance(row, Gap) or row.level in GRAVE):
            continue
        warmest, seconds = _measured(row, times[product.pk], own)
        yield (
            product,
            EventLine(
                subject=row,
                vials=vials,
                limits=own,
                warmest=warmest,
                seconds_beyond=seconds,
                is_beyond=beyond,
                ending=ending,
                decision=decided.get(product.pk),
            ),
        )


def _decided(row: Excursion | Gap) -> dict[int, Evaluation]:
    """Return for each product the newest decision, where it counts for what stands now."""
    rows = Evaluation.objects.filter(**{kind_of(row): row}).select_related("evaluated_by")
    newest = {each.product_id: each for each in rows.order_by("number")}
    return {key: each for key, each in newest.items() if counts(each, row)}


def _times(row: Excursion | Gap, seen_by: Author) -> dict[int, list[Times]]:
    """Return when vials of each product stood there while it lasted, merged."""
    stays = stays_in(row).filter(vial__program__in=programs_seen_by(seen_by))
    found: dict[int, list[Times]] = {}
    columns = stays.values_list("vial__batch__product", "began_at", "ended_at")
    for product, began, ended in columns.distinct().order_by("began_at"):
        begins, ends = max(began, row.began_at), _first(ended, row.ended_at)
        times = found.setdefault(product, [])
        if times and begins <= times[-1][1]:
            times[-1] = times[-1][0], max(times[-1][1], ends)
        else:
            times.append((begins, ends))
    return found


def _first(ended: datetime | None, over: datetime | None) -> datetime:
    """Return the earlier end; the excursion or gap is over."""
    return min(end for end in (ended, over) if end is not None)


def _measured(
    row: Excursion | Gap, times: Sequence[Times], limits: StabilityLimits | None
) -> tuple[float | None, int | None]:
    """Return the most that the probe said in these times, and the seconds beyond the limit."""
    if isinstance(row, Gap) or row.probe.quantity != Quantity.TEMPERATURE:
        return None, None
    windows = [Window(row.probe, begins, ends) for begins, ends in times]
    said = [each.highest for each in measured_in(windows) if each.highest is not None]
    warmest = max(said, default=None)
    if limits is None:
        return warmest, None
    band = Band(
        level=Level.CRITICAL,
        side=Side.ABOVE,
        limit=float(limits.warmest_allowed_celsius),
        delay=timedelta(),
    )
    return warmest, sum(seconds_beyond([(window, band) for window in windows]))
