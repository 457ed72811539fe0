"""Taking a rack or box out, and bringing it back: what the two small pages show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Person
from audit.errors import Refusal
from custody.actions.lift_container import lift_container
from custody.actions.return_container import return_container
from custody.queries.exposure import OutNow, lift_of
from inventory.models import Container
from web.presenters import Clock
from web.storage.crumbs import crumbs_to


@dataclass(frozen=True, kw_only=True)
class LiftStep:
    """One of the two acts, in words."""

    heading: str
    words: str
    label: str
    reason: str
    done: str
    act: Callable[..., object]


TAKE_OUT = LiftStep(
    heading="Take {name} out",
    words="The clock of everything that is taken out with it starts when you press the button. "
    "Press it when you lift it, and say so when it is back.",
    label="It is out now",
    reason="Taken out of its cold place",
    done="{name} is out: the clock is running.",
    act=lift_container,
)
BRING_BACK = LiftStep(
    heading="{name} is back",
    words="The clock of everything in it stops when you press the button.",
    label="It is back now",
    reason="Back in its cold place",
    done="{name} is back: the clock has stopped.",
    act=return_container,
)


def lift_context(
    container: Container,
    step: LiftStep,
    refusals: Sequence[Refusal],
    *,
    person: Person,
    at: datetime,
) -> Mapping[str, object]:
    """Gather the page of one act."""
    going_on = lift_of(container, seen_by=person, at=at)
    heading = step.heading.format(name=container.name)
    return {
        "container": container,
        "step": step,
        "heading": heading,
        "crumbs": crumbs_to(container, last=heading),
        "clock": clock_of(going_on, at),
        "person": "" if going_on is None else going_on.person,
        "refusals": refusals,
    }


def clock_of(going_on: OutNow | None, at: datetime) -> Clock | None:
    """Run the clock of a lift against the time up to which it counts."""
    if going_on is None:
        return None
    return Clock(since=going_on.since, now=at, limit=going_on.counts_until - going_on.since)
