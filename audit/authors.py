"""Who stands behind a write: a person who signs, a person in a session, or a machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from audit.models import Meaning


class Author(Protocol):
    """What the ground needs to know of a person; `accounts.Person` is the one there is."""

    pk: int
    user_id: str
    full_name: str
    is_shared: bool
    is_active: bool

    def role_names(self) -> tuple[str, ...]:
        """Return the names of the roles held now, in a fixed order."""
        ...

    def roles_recorded(self) -> str:
        """Return the roles held now as a record keeps them, with what is exceptional about them."""
        ...


@dataclass(frozen=True, kw_only=True)
class Attribution:
    """
    A step that a session attributes to a person.

    device: the registered name of the workstation or scanner the step came from.
    """

    actor: Author
    reason: str
    device: str
    request_id: str = ""


Versions = Mapping[str, Mapping[int, int]]
"""By the label of a model, for each record's key the number of a version of it."""


@dataclass(frozen=True, kw_only=True)
class ShownSheet:
    """
    The sheet that a signer had before them; it signs once, and only what it showed.

    nonce: of this one sheet. versions: of the records it showed, the newest then.
    """

    nonce: str
    shown_at: datetime
    versions: Versions


@dataclass(frozen=True, kw_only=True)
class SignedIntent:
    """
    Proof that `signer` re-entered their credentials. Made only by `audit.signing`.

    second: the proof of the second person, where the step takes two.
    sheet: what was signed, where a screen showed it.
    """

    signer: Author
    meaning: Meaning
    reason: str
    device: str
    confirmed_at: datetime
    request_id: str = ""
    second: "SignedIntent | None" = None
    sheet: ShownSheet | None = None
