"""What the domain refuses, in words: every expected failure derives from `DomainError`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True)
class Refusal:
    """
    One reason why something may not be done: a stable code, and words that say what to do.

    about: the code of the thing where it is mended, so that a screen can lead there.
    """

    code: str
    words: str
    about: str = field(default="", kw_only=True)


class DomainError(Exception):
    """Something expected went wrong; `http_status` says how a screen or an API answers."""

    http_status: ClassVar[int] = 400

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = list(refusals)
        super().__init__(" ".join(refusal.words for refusal in self.refusals))

    @property
    def codes(self) -> list[str]:
        """The codes of all refusals, in order."""
        return [refusal.code for refusal in self.refusals]


class ActionRefused(DomainError):
    """The rules refuse the action; nothing was changed."""

    http_status = 409


class NotAuthorised(DomainError):
    """The person may not do this here."""

    http_status = 403


class SigningFailed(DomainError):
    """The signature was not proven; nothing was changed."""

    http_status = 403


class NotFound(DomainError):
    """Nothing that this person may see answers to what was asked."""

    http_status = 404


class Busy(DomainError):
    """Somebody else holds the rows for longer than the lock timeout."""

    http_status = 503


class WritesClosed(DomainError):
    """Nothing is written now, whoever asks; what was sent may be sent again later."""

    http_status = 503


def refuse_if(refusals: list[Refusal]) -> None:
    """
    Stop the action when there is any reason to.

    Raises ActionRefused: with all `refusals`, when there are any.
    """
    if refusals:
        raise ActionRefused(refusals)
