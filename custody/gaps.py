"""What a time without evidence does, once it lasted as long as quality signed: a deviation."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from audit.changes import OpenChange
from audit.local_times import in_words
from custody.about_units import about_gaps
from custody.handling import gaps_reported_from, newest_rules
from custody.models import GapReport, HandlingRules, Stay
from custody.touched import stays_in
from inventory.models import Container
from sop.deviations import NewDeviation, add_to_open_deviation, open_deviation
from sop.models import Deviation, DeviationSource
from temperature.consequences import News
from temperature.models import Gap, Quantity


def follow_gaps(change: OpenChange, news: News, at: datetime) -> None:
    """
    Report the gaps of a unit with vials that lasted too long, and say when one reported is over.

    Source: 21 CFR 211.192, 1271.260(e); URS-108, URS-113.
    """
    rows = [row for row in (*news.begun, *news.changed, *news.withdrawn) if isinstance(row, Gap)]
    if not rows:
        return
    reported = set(GapReport.objects.filter(gap__in=rows).values_list("gap", flat=True))
    for gap in sorted(rows, key=lambda row: (row.unit_id, row.pk)):
        if gap.pk in reported:
            _say_what_became_of(gap)
        elif not gap.is_withdrawn:
            report(change, gap, at=at)


def report(change: OpenChange, gap: Gap, *, at: datetime) -> Deviation | None:
    """
    Enter a gap in the deviation of its unit, or open one; None where it does not come to that.

    gap: written or locked in this Change. It comes to that once it lasted as long as the rules in
    force say, for a thermometer beside which vials stood.
    """
    rules = newest_rules()
    least = gaps_reported_from(rules)
    is_long = least is not None and (gap.ended_at or at) - gap.began_at >= least
    if rules is None or not is_long or gap.probe.quantity != Quantity.TEMPERATURE:
        return None
    unit = Container.objects.select_for_update(no_key=True).get(pk=gap.unit_id)
    vials = stays_in(gap).values("vial").distinct().count()
    if not vials:
        return None
    words, about = _of_gap(gap, unit, vials, rules), about_gaps(gap.unit_id)
    deviation = add_to_open_deviation(about, words)
    if deviation is None:
        new = NewDeviation(
            source=DeviationSource.NOT_MEASURED,
            title=f"{unit.name} was not measured",
            what_happened=words,
            site_id=unit.site_id,
            about=about,
        )
        deviation = open_deviation(change, new, at=at)
    GapReport(gap=gap, deviation=deviation, change_id=change.id).save(force_insert=True)
    return deviation


def due_gaps(*, at: datetime) -> QuerySet[Gap]:
    """Return the gaps that go on, lasted too long, and were not reported."""
    least = gaps_reported_from(newest_rules())
    stays = Stay.objects.filter(unit=OuterRef("unit"))
    there = stays.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=OuterRef("began_at")))
    rows = Gap.objects.open().filter(Exists(there), probe__quantity=Quantity.TEMPERATURE)
    rows = rows.filter(report__isnull=True)
    return rows.none() if least is None else rows.filter(began_at__lte=at - least)


def _of_gap(gap: Gap, unit: Container, vials: int, rules: HandlingRules) -> str:
    began = _clock(gap.began_at, gap)
    ended = "on" if gap.ended_at is None else f"until {_clock(gap.ended_at, gap)}"
    return (
        f"Probe {gap.probe.code} of {unit.name} gave no measurement that counts "
        f"({gap.get_cause_display().lower()}) from {began} {ended}: nobody knows how cold "
        f"it was. {vials} vials stood in it then; each is listed with the gap, and none is "
        f"released by this. Reported from {rules.gap_deviation_minutes} min on (rules of handling, "
        f"version {rules.version})."
    )


def _say_what_became_of(gap: Gap) -> None:
    if gap.is_withdrawn:
        words = "was filled: readings came later, and are judged as readings in time."
    elif gap.ended_at is not None:
        words = f"was over at {_clock(gap.ended_at, gap)}."
    else:
        return
    began = f"that began at {_clock(gap.began_at, gap)}"
    add_to_open_deviation(
        about_gaps(gap.unit_id), f"What probe {gap.probe.code} lacked {began} {words}"
    )


def _clock(at: datetime, gap: Gap) -> str:
    return in_words(at, ZoneInfo(gap.unit.site.time_zone))
