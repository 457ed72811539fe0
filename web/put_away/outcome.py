"""What a scan came to, in the shapes that the screen shows."""

from dataclasses import dataclass, field

from audit.errors import ActionRefused, DomainError, Refusal
from web.put_away.memory import Memory


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """
    What a scan came to: something was done, something was refused, or a question is open.

    refusals: every reason; expected and scanned stand beside each other in the panel. title: of
    that panel, where it is not that nothing was done.
    """

    memory: Memory
    words: str = ""
    code: str = ""
    detail: str = ""
    asks: str = ""
    refusals: list[Refusal] = field(default_factory=list)
    title: str = ""
    expected: str = ""
    scanned: str = ""
    next_step: str = ""
    status: int = 200


def refused(
    memory: Memory,
    error: DomainError,
    *,
    expected: str = "",
    scanned: str = "",
    next_step: str = "",
) -> Outcome:
    """Make the outcome of a refusal that an action or a rule gave."""
    return Outcome(
        memory=memory,
        refusals=error.refusals,
        status=error.http_status,
        expected=expected,
        scanned=scanned,
        next_step=next_step,
    )


def stop(code: str, words: str) -> ActionRefused:
    """Make the refusal of a scan that does not belong here."""
    return ActionRefused([Refusal(code, words)])
