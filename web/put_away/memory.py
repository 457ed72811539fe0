"""What a put-away remembers between two scans, kept in the session on the server."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from django.http import HttpRequest

from custody.rules.putting_away import Subject
from inventory.models import Vial

_KEY = "put_away"
_REMEMBERED = 200


@dataclass(frozen=True, kw_only=True)
class Placed:
    """One vial that was put away in this session."""

    code: str
    place: str
    label: str
    position_id: int
    at: str
    by_hand: bool = False


@dataclass(frozen=True, kw_only=True)
class Memory:
    """
    Where a put-away stands.

    box_id: the box that was scanned last; it stays chosen. vial_id: the vial in hand.
    scanned: the vial's code as it was scanned. choice: the place chosen on the map for the next.
    typed: a code that was typed by hand once and must be entered again.
    therapy_id, batch_id: whose vials these are, from the first vial on.
    """

    box_id: int | None = None
    vial_id: int | None = None
    scanned: str = ""
    choice: int | None = None
    typed: str = ""
    therapy_id: int | None = None
    batch_id: int | None = None
    placed: tuple[Placed, ...] = field(default=())

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """Read it from the session; a fresh one where there is none."""
        kept: dict[str, Any] = dict(request.session.get(_KEY) or {})
        kept["placed"] = tuple(Placed(**row) for row in kept.get("placed", ()))
        return cls(**kept)

    def keep(self, request: HttpRequest) -> None:
        """Write it to the session."""
        request.session[_KEY] = asdict(self)

    @property
    def subject(self) -> Subject:
        """Whose vials are being put away."""
        return Subject(therapy_id=self.therapy_id, batch_id=self.batch_id)

    @property
    def last(self) -> Placed | None:
        """The vial that was put away last."""
        return self.placed[-1] if self.placed else None

    def taking(self, vial: Vial, scanned: str) -> Self:
        """Take a vial up; the first one says whose vials these are."""
        return replace(
            self,
            vial_id=vial.pk,
            scanned=scanned,
            typed="",
            therapy_id=vial.therapy_id,
            batch_id=vial.batch_id,
        )

    def in_box(self, box_id: int, *, choice: int | None = None) -> Self:
        """Choose the box, and perhaps a place in it."""
        return replace(self, box_id=box_id, choice=choice, typed="")

    def having_placed(self, placed: Placed, box_id: int) -> Self:
        """Note that the vial in hand has its place."""
        return replace(
            self,
            box_id=box_id,
            vial_id=None,
            scanned="",
            choice=None,
            typed="",
            placed=(*self.placed, placed)[-_REMEMBERED:],
        )

    def without_vial(self) -> Self:
        """Set the vial in hand aside."""
        return replace(self, vial_id=None, scanned="", choice=None, typed="")
