"""What a race is: two steps, where they meet, and the fault that shows when nothing is locked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from custody.chain import check_chains
from custody.models import CustodyEvent, EventKind
from inventory.models import Vial
from tests.custody.racing import Step
from tests.world import World


@dataclass(frozen=True)
class Contest:
    """
    Two people's steps on one thing.

    fault: says afterwards whether what must not be has come to be.
    """

    first: Step
    second: Step
    fault: Callable[[], bool]


@dataclass(frozen=True, kw_only=True)
class Race:
    """
    A contest and how it ends when rows are locked.

    meet_in: where both have checked and not yet written; one path for each when they differ.
    loser: the codes that the slower one may read; with `both_win` there may be no loser.
    dropped: constraints, by table, that would catch the fault behind the locks.
    caught_by: words of the trigger that catches it; triggers cannot be dropped.
    """

    prepare: Callable[[World], Contest]
    meet_in: str | tuple[str, str]
    loser: frozenset[str] = frozenset()
    both_win: bool = False
    dropped: Mapping[str, str] = field(default_factory=dict)
    caught_by: str = ""


def happened(vial: Vial, kind: EventKind) -> int:
    """Return how often something happened to a vial."""
    return CustodyEvent.objects.filter(vial=vial, kind=kind).count()


def torn(vial: Vial) -> bool:
    """Say whether an entry of the vial's ledger does not begin where the last one ended."""
    return not check_chains([vial.pk])[vial.pk].unbroken
