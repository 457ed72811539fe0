"""Each time that vials were out of storage, with how warm they became and how that is known."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models.functions import Coalesce

from custody.curves import Estimate, TimeOut, estimate, of_lift, so_far, warmings
from custody.models import CustodyEvent, EventKind, Way
from custody.queries.lifted import LIFTS
from custody.queries.warming import outing_time
from custody.time_out import CARRIED_BY, PICKED_AT, SECONDS_BARE, SECONDS_EXPOSED, SECONDS_OUT
from custody.warmth_facts import TemperatureFacts
from inventory.models import Custody

LIFTS_OF_EACH = """
    WITH stays AS (
        SELECT s.vial_id, s.began_at, s.ended_at, s.ended_with_id, p.container_id
        FROM public.custody_stay s JOIN public.inventory_position p ON p.id = s.position_id
        WHERE s.vial_id = ANY(%(vials)s)
    ), @lifts
    SELECT x.vial_id, c.name, x.began_at, x.ended_at, x.seconds, x.is_counted, x.is_unclosed, (
        SELECT p.full_name FROM public.custody_lift k
        JOIN public.accounts_person p ON p.id = k.person_id
        WHERE k.lifted_id = x.lifted_id AND k.series_began_at = x.began_at ORDER BY k.id LIMIT 1),
        x.since, x.until
    FROM exposed x JOIN public.inventory_container c ON c.id = x.lifted_id
    ORDER BY x.vial_id, x.began_at DESC
""".replace("@lifts", LIFTS)
NOT_ESTIMATED = Estimate(None, is_whole=False)


@dataclass(frozen=True)
class LiftLine:
    """
    One lift that exposed the vial, with its neighbours.

    lifted: what was taken out. seconds: for as long as the vial stood in it. is_counted: as a time
    of its own. is_unclosed: only one scan is known of it. time: from when to when it was out in it.
    found: how warm it became, with what this follows or leads to.
    """

    lifted: str
    began_at: datetime
    ended_at: datetime
    seconds: float
    is_counted: bool
    is_unclosed: bool
    person: str | None
    time: TimeOut
    found: Estimate = NOT_ESTIMATED

    @property
    def lasted(self) -> timedelta:
        """For how long the vial was exposed."""
        return timedelta(seconds=float(self.seconds))


@dataclass(frozen=True)
class OutingLine:
    """
    One time that the vial itself was out, as the ledger says.

    way: in what. is_abandoned: it was scanned at a pick and never checked out, so that its return
    is known only by what ended the pick. is_arrival: it was on its way from its receipt to its
    first place. found: as of a lift.
    """

    ended_with: str
    ended_at: datetime
    lasted: timedelta
    person: str
    way: str
    is_abandoned: bool
    is_arrival: bool
    time: TimeOut
    found: Estimate = NOT_ESTIMATED


@dataclass(frozen=True)
class TimesOut:
    """All times that one vial was out; now: how warm it is by what goes on, where it is out."""

    lifts: list[LiftLine] = field(default_factory=list)
    outings: list[OutingLine] = field(default_factory=list)
    now: Estimate | None = None


def times_out(kept: Mapping[int, TemperatureFacts], *, at: datetime) -> dict[int, TimesOut]:
    """
    Return each time that these vials were out, the newest first; two statements for any number.

    kept: by `warmth_of`. Source: REQUIREMENTS B5; URS-105, URS-112.
    """
    lifts: dict[int, list[LiftLine]] = {}
    for vial, line in _lifts(list(kept), at):
        lifts.setdefault(vial, []).append(line)
    outings: dict[int, list[OutingLine]] = {}
    for vial, outing in _outings(list(kept)):
        outings.setdefault(vial, []).append(outing)
    return {
        vial: _estimated(facts, lifts.get(vial, []), outings.get(vial, []), at)
        for vial, facts in kept.items()
    }


def _estimated(
    facts: TemperatureFacts, lifts: Sequence[LiftLine], outings: Sequence[OutingLine], at: datetime
) -> TimesOut:
    """Estimate each warming once, and say it of all its parts."""
    now = None if facts.going_on is None else so_far(facts.going_on, at)
    times = [*(line.time for line in lifts), *(line.time for line in outings)]
    found: dict[TimeOut, Estimate] = {}
    for group in warmings([*times, *([] if now is None else [now])]):
        found |= dict.fromkeys(group, estimate(group, facts.warmed.curves))
    return TimesOut(
        lifts=[replace(line, found=found[line.time]) for line in lifts],
        outings=[replace(line, found=found[line.time]) for line in outings],
        now=None if now is None else found[now],
    )


def _lifts(vials: Sequence[int], at: datetime) -> Iterator[tuple[int, LiftLine]]:
    values: dict[str, Any] = {"vials": list(vials), "at": at, "since": at}
    with connection.cursor() as cursor:
        cursor.execute(LIFTS_OF_EACH, values)
        rows = cursor.fetchall()
    for vial, *told, since, until in rows:
        lifted, began_at, ended_at, seconds, is_counted, is_unclosed, person = told
        yield (
            vial,
            LiftLine(
                lifted,
                began_at,
                ended_at,
                float(seconds),
                is_counted,
                is_unclosed,
                person,
                of_lift(since, until, float(seconds)),
            ),
        )


def _outings(vials: Sequence[int]) -> Iterator[tuple[int, OutingLine]]:
    rows = CustodyEvent.objects.filter(vial__in=vials, details__has_key=SECONDS_OUT)
    rows = rows.annotate(ended=Coalesce("performed_at", "recorded_at"))
    for event in rows.select_related("actor").order_by("vial", "-seq"):
        details, ended_at = event.details, event.ended
        is_arrival = event.from_custody == Custody.RECEIVED
        if is_arrival and not details[SECONDS_OUT]:
            continue
        lasted = timedelta(seconds=details[SECONDS_OUT])
        picked = details.get(PICKED_AT)
        began_at = ended_at - lasted if picked is None else datetime.fromisoformat(picked)
        time = outing_time(
            began_at.timestamp(),
            lasted.total_seconds(),
            details.get(SECONDS_EXPOSED),
            details.get(CARRIED_BY),
            details.get(SECONDS_BARE),
        )
        yield (
            event.vial_id,
            OutingLine(
                ended_with=EventKind(event.kind).label,
                ended_at=ended_at,
                lasted=lasted,
                person="" if event.actor is None else event.actor.full_name,
                way=Way(time.legs[-1].way).label,
                is_abandoned=picked is not None,
                is_arrival=is_arrival,
                time=time,
            ),
        )
