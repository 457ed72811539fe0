"""Times of many rounds, and what is said of them."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Times:
    """The milliseconds of each round; at least one."""

    rounds: tuple[float, ...]

    def at(self, share: float) -> float:
        """Return the time under which this share of the rounds stayed, between 0 and 1."""
        ordered = sorted(self.rounds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def p50(self) -> float:
        """The median, in milliseconds."""
        return self.at(0.5)

    @property
    def p95(self) -> float:
        """What all but one round in twenty stayed under, in milliseconds."""
        return self.at(0.95)


def timed(rounds: Iterable[Callable[[], object]], *, warm_up: int = 0) -> Times:
    """
    Run each round once and return the times; the first `warm_up` do not count.

    Raises ValueError: nothing was left to count.
    """
    times = []
    for number, one in enumerate(rounds):
        began = time.perf_counter()
        one()
        if number >= warm_up:
            times.append((time.perf_counter() - began) * 1000)
    if not times:
        raise ValueError("no round was left to count")
    return Times(tuple(times))


@dataclass(frozen=True, kw_only=True)
class Line:
    """
    One line of the table.

    budget_ms: what DESIGN allows for the p95 at a million vials; statements: of one round.
    """

    what: str
    ours: Times
    bare: Times
    statements: int
    budget_ms: float

    @property
    def ratio(self) -> float:
        """How many times the bare SQL's median ours takes."""
        return self.ours.p50 / self.bare.p50

    @property
    def is_within_budget(self) -> bool:
        """Whether the p95 stays within its budget."""
        return self.ours.p95 <= self.budget_ms


HEAD = (
    "| what | p50 ms | p95 ms | budget ms | statements | bare SQL p50 ms | bare p95 ms | ratio |\n"
    "|---|---:|---:|---:|---:|---:|---:|---:|"
)


def table(lines: Iterable[Line]) -> str:
    """Write the lines as a Markdown table; what misses its budget is marked."""
    rows = [
        f"| {line.what} | {line.ours.p50:.1f} | {line.ours.p95:.1f} | "
        f"{line.budget_ms:.0f}{'' if line.is_within_budget else ' **missed**'} | "
        f"{line.statements} | {line.bare.p50:.2f} | {line.bare.p95:.2f} | {line.ratio:.0f} |"
        for line in lines
    ]
    return "\n".join([HEAD, *rows])
