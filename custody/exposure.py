"""How long a vial was out of controlled storage, held against what its product endures; pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil, floor

from custody.findings import Finding, Verdict
from custody.models import Way

NEARLY = 0.8
"""From this part of a budget on, the vial is under review. Source: REQUIREMENTS B7."""
TOO_MUCH = 2.0
EXPOSURE = "exposure"
GOES_ON_WITHIN = timedelta(minutes=2)
"""Two acts in the same rack that are no further apart are one lift; warming goes on between."""


@dataclass(frozen=True)
class Budget:
    """
    What a product endures; the limits in force.

    expected_pick: how long the rules of handling expect a vial to be out when it is picked.
    """

    warmest_celsius: float
    longest_single: timedelta
    longest_total: timedelta
    most: int
    expected_pick: timedelta = timedelta()


@dataclass(frozen=True)
class Lifts:
    """
    How often and how long a vial was out with the rack or box it stands in.

    times: without those in which it was itself put in or taken out. going_on: of these, those that
    go on, or ended a moment ago. unclosed: how many only one scan is known of.
    """

    times: int
    total: timedelta
    longest: timedelta
    going_on: int
    unclosed: int


NO_LIFTS = Lifts(0, timedelta(), timedelta(), 0, 0)


@dataclass(frozen=True)
class Outing:
    """
    A time that a vial is itself out of storage, and that goes on.

    began_at: of a pick, the vial's own scan. carried_at: since when it is in a carrier that keeps
    it cold for cold_for; on the open bench that is no time. way: in what. is_arrival: it goes on
    since the receipt of what never stood here.
    """

    began_at: datetime
    carried_at: datetime
    cold_for: timedelta = timedelta()
    way: str = Way.BENCH
    is_arrival: bool = False

    def exposed(self, at: datetime) -> timedelta:
        """Return for how long it was out and not kept cold, up to `at`."""
        kept = min(at, self.carried_at + self.cold_for) - max(self.began_at, self.carried_at)
        return max(timedelta(), at - self.began_at) - max(timedelta(), kept)

    def is_kept_cold(self, at: datetime) -> bool:
        """Say whether its carrier keeps it cold."""
        return bool(self.cold_for) and self.carried_at <= at <= self.carried_at + self.cold_for

    def until_exposed(self, allowed: timedelta) -> timedelta:
        """Return how long after its beginning it is exposed for as long as allowed."""
        bare = max(timedelta(), self.carried_at - self.began_at)
        return allowed if self.cold_for and allowed < bare else allowed + self.cold_for


@dataclass(frozen=True)
class Accepted:
    """
    What QA accepted of one vial; valid_until: absent where it has no end.

    warmest_celsius: up to how warm it may have become; absent where that was not accepted.
    """

    most: int
    longest_single: timedelta
    longest_total: timedelta
    valid_until: datetime | None
    warmest_celsius: float | None = None

    def is_over(self, at: datetime) -> bool:
        """Say whether it counts no longer at `at`."""
        return self.valid_until is not None and self.valid_until <= at

    def widens(self, budget: Budget, at: datetime) -> Budget:
        """Return the budget with what is accepted at `at`; never narrower than the product's."""
        if self.is_over(at):
            return budget
        return replace(
            budget,
            most=max(budget.most, self.most),
            longest_single=max(budget.longest_single, self.longest_single),
            longest_total=max(budget.longest_total, self.longest_total),
        )


@dataclass(frozen=True)
class Spent:
    """
    What is spent of a budget.

    taken_out: how often it was itself out of storage; lifted: how often with its neighbours.
    before: times without what goes on now. arriving: from its receipt to its first place, a part
    of total and no time of its own.
    """

    taken_out: int
    lifted: int
    longest: timedelta
    total: timedelta
    before: int
    unclosed: int = 0
    arriving: timedelta = timedelta()

    @property
    def times(self) -> int:
        """How often it was out of controlled storage in any way."""
        return self.taken_out + self.lifted

    @property
    def is_nothing(self) -> bool:
        """Whether it never was out of controlled storage."""
        return not self.times and not self.total

    def part_of(self, budget: Budget) -> float:
        """Return the greatest part that is used of any of the three limits; above 1: exceeded."""
        return max(
            _part(self.longest, budget.longest_single),
            _part(self.total, budget.longest_total),
            self.times / budget.most if budget.most else TOO_MUCH * bool(self.times),
        )


def _part(used: timedelta, most: timedelta) -> float:
    return used / most if most else TOO_MUCH * bool(used)


def spent(
    outings: Sequence[timedelta],
    going_on: Outing | None,
    lifts: Lifts,
    *,
    at: datetime,
    arrived: timedelta = timedelta(),
) -> Spent:
    """
    Add up outings, the one that goes on, lifts, and the way in, up to `at`.

    arrived: from the receipt to the first place. It counts at once and in all, not as a time: each
    vial comes in, and limits of how often say how often it may be taken out.
    What a carrier kept cold for all of its time is no time out.
    """
    out, arriving = [*outings], arrived
    if going_on is not None and going_on.is_arrival:
        arriving += going_on.exposed(at)
    elif going_on is not None and (going_on.exposed(at) or not going_on.is_kept_cold(at)):
        out.append(going_on.exposed(at))
    return Spent(
        taken_out=len(out),
        lifted=lifts.times,
        longest=max([*out, arriving, lifts.longest]),
        total=sum(out, lifts.total + arriving),
        before=len(outings) + lifts.times - lifts.going_on,
        unclosed=lifts.unclosed,
        arriving=arriving,
    )


def findings_of_exposure(
    used: Spent, budget: Budget | None, accepted: Accepted | None, *, at: datetime
) -> Iterator[Finding]:
    """
    Compare the times out of controlled storage with what the product endures.

    Source: REQUIREMENTS B5, B7.
    """
    if used.is_nothing:
        return
    if budget is None:
        words = "It was out of storage, and no limits say how long its product endures that."
        yield Finding("NO_BUDGET", Verdict.GREY, words, EXPOSURE)
        return
    yield _of_budget(used, budget, accepted, at)


def _of_budget(used: Spent, budget: Budget, accepted: Accepted | None, at: datetime) -> Finding:
    told, part = words_of(used, budget), used.part_of(budget)
    if part > 1:
        if accepted is not None and used.part_of(accepted.widens(budget, at)) <= 1:
            words = f"{told}: more than its product allows. QA accepted it{_until(accepted)}."
            return Finding("EXPOSURE_ACCEPTED", Verdict.GREEN, words, EXPOSURE)
        return Finding("BUDGET_EXCEEDED", Verdict.RED, f"{told}: more than allowed.", EXPOSURE)
    if part > NEARLY:
        return Finding("BUDGET_NEARLY_USED", Verdict.AMBER, f"{told}: nearly used.", EXPOSURE)
    return Finding("WITHIN_BUDGET", Verdict.GREEN, f"{told}.", EXPOSURE)


def _until(accepted: Accepted) -> str:
    until = accepted.valid_until
    return "" if until is None else f" until {until:%Y-%m-%d %H:%M} UTC"


def words_of(used: Spent, budget: Budget) -> str:
    """Say what is used of a budget, and how it is known; without a full stop."""
    ways = [
        f"taken out {used.taken_out}" if used.lifted else "",
        f"lifted with its neighbours {used.lifted}" if used.lifted else "",
        f"{used.unclosed} known by one scan only" if used.unclosed else "",
    ]
    said = ", ".join(way for way in ways if way)
    arriving = f" ({length(used.arriving)} since it was received)" if used.arriving else ""
    return (
        f"Out of storage {used.times} of {budget.most} times allowed"
        f"{f' ({said})' if said else ''}, "
        f"{_of(used.longest, budget.longest_single)} at once, "
        f"{_of(used.total, budget.longest_total)} in all{arriving}, estimated from scans"
    )


def _of(used: timedelta, allowed: timedelta) -> str:
    """Name what is used of what is allowed; to the second where rounding would make them one."""
    said, most = length(used), length(allowed)
    if said != most or used == allowed:
        return f"{said} of {most}"
    exact = used.total_seconds()
    minutes, seconds = divmod(ceil(exact) if used > allowed else floor(exact), 60)
    return f"{minutes} min {seconds} s of {most}" if minutes else f"{seconds} s of {most}"


def length(time: timedelta) -> str:
    """Name a length: seconds below two minutes, else minutes."""
    seconds = round(time.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def budget_in_force(
    budget: Budget | None, accepted: Accepted | None, at: datetime
) -> Budget | None:
    """Return what a vial may be out at `at`: what its product endures, and what QA accepted."""
    if budget is None or accepted is None:
        return budget
    return accepted.widens(budget, at)
