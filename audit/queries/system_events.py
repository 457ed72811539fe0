"""System events as a change's page tells them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.models import SystemEvent

LEFT_OUT = frozenset({"settings", "changed"})
NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True)
class ToldEvent:
    """
    A system event on screen.

    happened_at: by the clock of the process that told it. changed: setting, before, after.
    """

    happened_at: datetime
    facts: Sequence[tuple[str, str]]
    changed: Sequence[tuple[str, str, str]]


def told_in(change_id: int) -> ToldEvent | None:
    """Return the system event that a change recorded; None for any other change."""
    event = SystemEvent.objects.filter(change=change_id).first()
    if event is None:
        return None
    details: Mapping[str, object] = event.details
    changed = details.get("changed")
    return ToldEvent(
        happened_at=event.happened_at,
        facts=[
            (name.replace("_", " ").capitalize(), _words(value))
            for name, value in details.items()
            if name not in LEFT_OUT
        ],
        changed=[(name, _words(before), _words(after)) for name, (before, after) in changed.items()]
        if isinstance(changed, dict)
        else [],
    )


def _words(value: object) -> str:
    if value is None or value == [] or value == "":
        return NOTHING
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return str(value)
