"""How warm a vial becomes while it is out, by the curves of its qualification; pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from custody.exposure import GOES_ON_WITHIN, Outing
from custody.models import EvidenceClass, Way

COLDEST, WARMEST = -200.0, 40.0
"""Between which a curve may lie, °C: liquid nitrogen, and a warm room."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Curve:
    """
    The temperature of a kind of vial after so many seconds out; linear between its points.

    points: seconds and °C, the first at 0 s, seconds rising, °C never falling. warm_above: above
    what a time out counts as warm where no limits of the product say, °C.
    """

    points: tuple[Point, ...]
    warm_above: float
    valid_until: datetime | None = None

    @property
    def start(self) -> float:
        """The temperature it begins at, °C."""
        return self.points[0][1]

    @property
    def reaches(self) -> float:
        """For how many seconds it tells."""
        return self.points[-1][0]

    def after(self, seconds: float) -> float:
        """Return the temperature after so many seconds; beyond the last point that of the last."""
        for (since, colder), (until, warmer) in zip(self.points, self.points[1:], strict=False):
            if seconds <= until:
                return colder + (warmer - colder) * max(0.0, seconds - since) / (until - since)
        return self.points[-1][1]


Curves = Mapping[str, Curve]
"""Those that count for one kind of vial from one kind of storage, by `Way`."""
NO_CURVES: Curves = {}


@dataclass(frozen=True)
class Leg:
    """A part of a time out, in seconds; uncovered: what its carrier was not qualified for."""

    way: str
    lasted: float
    uncovered: float


@dataclass(frozen=True)
class TimeOut:
    """One time that a vial was out, itself or with its neighbours."""

    began_at: datetime
    ended_at: datetime
    legs: tuple[Leg, ...]


@dataclass(frozen=True)
class Estimate:
    """
    How warm a vial became in one warming.

    celsius: at most, by its curves; None where none tells anything. is_whole: whether that covers
    all of it; else it may have been warmer than that.
    """

    celsius: float | None
    is_whole: bool

    @property
    def evidence(self) -> EvidenceClass:
        """How it is known. Source: REQUIREMENTS B5."""
        return EvidenceClass.ESTIMATED if self.is_whole else EvidenceClass.UNKNOWN


def of_lift(began_at: datetime, ended_at: datetime, seconds: float) -> TimeOut:
    """Return the time out of a vial that was lifted with what it stands in."""
    return TimeOut(began_at, ended_at, (Leg(Way.LIFT, seconds, seconds),))


def of_outing(
    began_at: datetime, ended_at: datetime, *, way: str, bare: float, carried: float, exposed: float
) -> TimeOut:
    """
    Return the time out of a vial that was itself taken out.

    bare: seconds on the open bench before it was in its carrier; carried: seconds in it; exposed:
    how many of all these count as out of controlled storage.
    """
    legs = (Leg(Way.BENCH, bare, bare), Leg(way, carried, max(0.0, exposed - bare)))
    return TimeOut(began_at, ended_at, legs)


def so_far(outing: Outing, at: datetime) -> TimeOut:
    """Return the time out that goes on, up to `at`."""
    end, carried_at = max(at, outing.began_at), max(outing.began_at, outing.carried_at)
    bare = (min(end, carried_at) - outing.began_at).total_seconds()
    return of_outing(
        outing.began_at,
        end,
        way=outing.way,
        bare=bare,
        carried=max(0.0, (end - carried_at).total_seconds()),
        exposed=outing.exposed(end).total_seconds(),
    )


def warmings(times: Iterable[TimeOut]) -> Iterator[list[TimeOut]]:
    """
    Yield the times out that follow each other as one warming, in the order of time.

    Between two that are two minutes apart or less a vial does not cool down again.
    """
    together: list[TimeOut] = []
    reached: datetime | None = None
    for time in sorted(times, key=lambda time: time.began_at):
        if reached is not None and time.began_at > reached + GOES_ON_WITHIN:
            yield together
            together = []
        reached = max(reached or time.ended_at, time.ended_at)
        together.append(time)
    if together:
        yield together


def estimate(times: Sequence[TimeOut], curves: Curves) -> Estimate:
    """
    Return how warm a vial became in one warming.

    What it warms up by in each carrier adds up: it never warms up by more, because what is warmer
    warms up more slowly. Where a carrier has no curve, the time for which it was qualified to keep
    cold warms nothing up. Source: REQUIREMENTS B5; URS-112.
    """
    start, rise, is_whole = COLDEST, 0.0, True
    lasted: dict[str, float] = {}
    for time in times:
        for leg in time.legs:
            curve = curves.get(leg.way)
            if curve is None or not _counted_then(curve, time):
                is_whole = is_whole and not leg.uncovered
            elif leg.lasted > 0:
                lasted[leg.way] = lasted.get(leg.way, 0.0) + leg.lasted
    for way, seconds in lasted.items():
        curve = curves[way]
        start, rise = max(start, curve.start), rise + curve.after(seconds) - curve.start
        is_whole = is_whole and seconds <= curve.reaches
    return Estimate(min(start + rise, WARMEST) if lasted else None, is_whole)


def _counted_then(curve: Curve, time: TimeOut) -> bool:
    return curve.valid_until is None or time.began_at <= curve.valid_until


@dataclass(frozen=True)
class Heat:
    """
    How warm a vial ever became while it was out.

    warmest: by estimate, °C; None where nothing was estimated. above: what counts as warm, °C;
    times: how often it became warmer than that; unknown: of how many warmings the temperature is
    not known, or not up to their end.
    """

    above: float
    warmest: float | None = None
    times: int = 0
    unknown: int = 0

    def and_then(self, found: Estimate) -> "Heat":
        """Return it with one warming more."""
        known = [each for each in (self.warmest, found.celsius) if each is not None]
        is_warm = found.celsius is not None and found.celsius > self.above
        return Heat(
            self.above,
            max(known, default=None),
            self.times + is_warm,
            self.unknown + (not found.is_whole),
        )


def heat_of(found: Iterable[Estimate], above: float) -> Heat:
    """Sum up what was estimated of warmings."""
    heat = Heat(above)
    for each in found:
        heat = heat.and_then(each)
    return heat


@dataclass(frozen=True)
class Warmed:
    """
    How warm a vial became while it was out, and by which curves.

    heat: of all that is over; absent where no curve tells of vials like it. led_to: the times out
    that the one which goes on follows, and which are in `heat` only with it.
    """

    curves: Curves
    heat: Heat | None = None
    led_to: tuple[TimeOut, ...] = ()

    def up_to(self, going_on: Outing | None, at: datetime) -> Heat | None:
        """Return how warm it became with the time out that goes on, up to `at`."""
        if self.heat is None or going_on is None:
            return self.heat
        return self.heat.and_then(estimate([*self.led_to, so_far(going_on, at)], self.curves))


UNTOLD = Warmed(NO_CURVES)


def forecast(times: Sequence[TimeOut], curves: Curves) -> list[Point]:
    """
    Return how warm a vial becomes from now on where the last of these goes on as it does.

    In seconds from now and °C, linear between them; empty where no curve tells of now. It ends
    where its curve ends.
    """
    now, last = estimate(times, curves), times[-1].legs[-1].way
    curve = curves.get(last)
    if now.celsius is None or not now.is_whole or curve is None:
        return []
    done = sum(leg.lasted for time in times for leg in time.legs if leg.way == last)
    here = curve.after(done)
    later = [(s - done, now.celsius + celsius - here) for s, celsius in curve.points if s > done]
    return [(0.0, now.celsius), *((after, min(celsius, WARMEST)) for after, celsius in later)]
