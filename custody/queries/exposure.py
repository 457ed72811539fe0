"""What the page on a vial's time out of storage shows, and what is out of its cold place now."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import OuterRef, Subquery

from audit.authors import Author
from custody.exposure import Budget, Outing, Spent, budget_in_force
from custody.models import CustodyEvent, EventKind, ExposureAcceptance, Lift
from custody.queries.lifted import LIFTS
from custody.queries.warmth import warmth_of
from custody.time_out import PICKED_AT, SECONDS_OUT
from custody.warmth import spent_by
from custody.warmth_facts import TemperatureFacts
from inventory.models import Container, Custody, Site

SHOWN_FOR = timedelta(hours=1)
"""How long a lift that nobody ended stays on the desk after its time ran out."""

LIFTS_OF_ONE = """
    WITH stays AS (
        SELECT s.vial_id, s.began_at, s.ended_at, s.ended_with_id, p.container_id
        FROM public.custody_stay s JOIN public.inventory_position p ON p.id = s.position_id
        WHERE s.vial_id = %(vial)s
    ), @lifts
    SELECT c.name, x.began_at, x.ended_at, x.seconds, x.is_counted, x.is_unclosed, (
        SELECT p.full_name FROM public.custody_lift k
        JOIN public.accounts_person p ON p.id = k.person_id
        WHERE k.lifted_id = x.lifted_id AND k.series_began_at = x.began_at ORDER BY k.id LIMIT 1)
    FROM exposed x JOIN public.inventory_container c ON c.id = x.lifted_id
    ORDER BY x.began_at DESC
""".replace("@lifts", LIFTS)


@dataclass(frozen=True)
class LiftLine:
    """
    One lift that exposed the vial, with its neighbours.

    lifted: what was taken out. seconds: for as long as the vial stood in it. is_counted: as a time
    of its own. is_unclosed: only one scan is known of it.
    """

    lifted: str
    began_at: datetime
    ended_at: datetime
    seconds: float
    is_counted: bool
    is_unclosed: bool
    person: str | None

    @property
    def lasted(self) -> timedelta:
        """For how long the vial was exposed."""
        return timedelta(seconds=float(self.seconds))


@dataclass(frozen=True)
class OutingLine:
    """
    One time that the vial itself was out, as the ledger says.

    is_abandoned: it was scanned at a pick and never checked out, so that its return is known only
    by what ended the pick. is_arrival: it was on its way from its receipt to its first place.
    """

    ended_with: str
    ended_at: datetime | None
    lasted: timedelta
    person: str
    is_abandoned: bool
    is_arrival: bool


@dataclass(frozen=True)
class ExposurePage:
    """
    All that is known of a vial's time out of storage; budget: with what QA accepted.

    going_on: the time out that goes on; may_last: for how long it may, from its beginning.
    """

    used: Spent
    budget: Budget | None
    going_on: Outing | None
    may_last: timedelta | None
    lifts: list[LiftLine]
    outings: list[OutingLine]
    acceptances: list[ExposureAcceptance]


def exposure_page(vial_id: int, *, at: datetime) -> ExposurePage:
    """Return what the page shows; the caller has made sure that the vial may be seen."""
    facts = warmth_of([vial_id], at=at)[vial_id]
    left = left_of(facts, at)
    return ExposurePage(
        used=spent_by(facts, at),
        budget=None if left is None else left.budget,
        going_on=facts.going_on,
        may_last=None if left is None else left.may_last(at),
        lifts=_lifts(vial_id, at),
        outings=_outings(vial_id),
        acceptances=list(
            ExposureAcceptance.objects.filter(vial=vial_id)
            .select_related("accepted_by")
            .order_by("-number")
        ),
    )


def _lifts(vial_id: int, at: datetime) -> list[LiftLine]:
    with connection.cursor() as cursor:
        cursor.execute(LIFTS_OF_ONE, {"vial": vial_id, "vials": [vial_id], "at": at, "since": at})
        return [LiftLine(*row) for row in cursor.fetchall()]


def _outings(vial_id: int) -> list[OutingLine]:
    rows = CustodyEvent.objects.filter(vial=vial_id, details__has_key=SECONDS_OUT)
    return [
        OutingLine(
            ended_with=EventKind(event.kind).label,
            ended_at=event.performed_at or event.recorded_at,
            lasted=timedelta(seconds=event.details[SECONDS_OUT]),
            person="" if event.actor is None else event.actor.full_name,
            is_abandoned=PICKED_AT in event.details,
            is_arrival=event.from_custody == Custody.RECEIVED,
        )
        for event in rows.select_related("actor").order_by("-seq")
        if event.details[SECONDS_OUT] or event.from_custody != Custody.RECEIVED
    ]


@dataclass(frozen=True)
class BudgetLeft:
    """
    What is left of a vial's budget before it is taken out.

    going_on: the time out that goes on, where it is out.
    """

    used: Spent
    budget: Budget
    going_on: Outing | None = None

    @property
    def times(self) -> int:
        """How often it may still be out."""
        return max(0, self.budget.most - self.used.times)

    @property
    def total(self) -> timedelta:
        """For how long it may still be out in all."""
        return max(timedelta(), self.budget.longest_total - self.used.total)

    @property
    def at_once(self) -> timedelta:
        """For how long it may be out now."""
        return min(self.budget.longest_single, self.total)

    def for_now(self, since: datetime, at: datetime) -> timedelta:
        """For how long it may be out this time, since it left; its carrier keeps it cold."""
        out = self.going_on or Outing(since, since)
        before = self.used.total - out.exposed(at)
        more = min(self.budget.longest_single, self.budget.longest_total - before)
        return out.until_exposed(max(timedelta(), more))

    def may_last(self, at: datetime) -> timedelta | None:
        """For how long the time out that goes on may last; None where it is in its place."""
        return None if self.going_on is None else self.for_now(self.going_on.began_at, at)

    @property
    def is_exceeded(self) -> bool:
        """Whether more is used than allowed."""
        return self.used.part_of(self.budget) > 1


def budgets_left(vial_ids: Collection[int], *, at: datetime) -> dict[int, BudgetLeft]:
    """Return what is left of each vial's budget, where its product has one; one query."""
    if not vial_ids:
        return {}
    found = {key: left_of(facts, at) for key, facts in warmth_of(vial_ids, at=at).items()}
    return {key: left for key, left in found.items() if left is not None}


def left_of(facts: TemperatureFacts, at: datetime) -> BudgetLeft | None:
    """Return what is left of one vial's budget; None where its product has none."""
    budget = budget_in_force(facts.budget, facts.accepted, at)
    return None if budget is None else BudgetLeft(spent_by(facts, at), budget, facts.going_on)


@dataclass(frozen=True)
class OutNow:
    """A rack or box that is out of its cold place, or whose return nobody recorded."""

    container_id: int
    name: str
    place: str
    person: str
    since: datetime
    counts_until: datetime
    is_forgotten: bool


def least_for_now(
    budgets: Mapping[int, BudgetLeft], since: Mapping[int, datetime], *, at: datetime
) -> timedelta | None:
    """
    Return for how long the first of these vials may be out now; absent where no budget is known.

    since: when each of them left its place.
    """
    allowed = [budgets[key].for_now(began, at) for key, began in since.items() if key in budgets]
    return min(allowed, default=None)


def lifted_now(*, seen_by: Author, at: datetime) -> list[OutNow]:
    """Return what is out, and what was not said to be back within the last hour; one query."""
    return _out_now(seen_by, at)


def lift_of(container: Container, *, seen_by: Author, at: datetime) -> OutNow | None:
    """Return the lift that goes on of what is taken out to reach into `container`; one query."""
    keys = set(container.path_ids)
    found = [row for row in _out_now(seen_by, at) if row.container_id in keys]
    return next((row for row in found if not row.is_forgotten), None)


def _out_now(seen_by: Author, at: datetime) -> list[OutNow]:
    last = Lift.objects.filter(lifted=OuterRef("lifted")).order_by("-pk").values("pk")[:1]
    rows = Lift.objects.filter(
        ended_at__isnull=True,
        back_by__gt=at - SHOWN_FOR,
        pk=Subquery(last),
        lifted__site__in=Site.objects.visible_to(seen_by),
    )
    return [
        OutNow(
            container_id=row.lifted_id,
            name=row.lifted.name,
            place="" if row.lifted.unit is None else row.lifted.unit.name,
            person="" if row.person is None else row.person.full_name,
            since=row.series_began_at,
            counts_until=row.back_by,
            is_forgotten=row.back_by <= at,
        )
        for row in rows.select_related("lifted__unit", "person").order_by("series_began_at", "pk")
    ]
