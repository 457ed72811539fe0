"""Keeping a filled-in sheet while its signers are at the identity provider, and taking it once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts.models import Person, SigningUnderWay
from audit.errors import Refusal

LASTS = timedelta(minutes=5)
Seats = Sequence[tuple[str, int]]
"""For each part of a signature, such as the first or the second, the key of who signs it."""


@dataclass(frozen=True, kw_only=True)
class Proven:
    """
    What came of a signing elsewhere.

    people: by seat, those who proved who they are. refusals: why one of them was not proven.
    """

    posted: str
    people: Mapping[str, Person]
    refusals: list[Refusal] = field(default_factory=list)


def keep_signing(
    *,
    session: str,
    person: Person,
    path: str,
    posted: str,
    waiting: Seats,
    proven: Seats,
    at: datetime,
) -> int:
    """Keep a sheet, throw away those that nobody came back for, and return its number."""
    SigningUnderWay.objects.filter(begun_at__lt=at - LASTS).delete()
    row = SigningUnderWay.objects.create(
        session=session,
        person=person,
        path=path,
        posted=posted,
        waiting=[list(seat) for seat in waiting],
        proven=[list(seat) for seat in proven],
        begun_at=at,
    )
    return row.pk


def find_signing(number: int, *, session: str, at: datetime) -> SigningUnderWay | None:
    """Return a sheet that waits in this session; None when it waited too long, or in another."""
    rows = SigningUnderWay.objects.filter(pk=number, session=session, begun_at__gte=at - LASTS)
    return rows.exclude(waiting=[]).filter(refusals=[]).first()


def note_proven(row: SigningUnderWay) -> None:
    """Note that who was waited for first has proved who they are."""
    row.proven, row.waiting = [*row.proven, row.waiting[0]], row.waiting[1:]
    row.save(update_fields=["proven", "waiting"])


def note_refused(row: SigningUnderWay, refusals: Sequence[Refusal]) -> None:
    """Note why who was waited for has not: the sheet can only be shown again."""
    row.refusals = [[refusal.code, refusal.words] for refusal in refusals]
    row.save(update_fields=["refusals"])


def take_signing(
    number: int, *, session: str, person: Person, path: str, at: datetime
) -> Proven | None:
    """
    Take a sheet on which nobody is waited for any more; of two who do so at once, one gets it.

    None: it was taken, waits still, waited too long, or is of another session, person or page.
    """
    rows = SigningUnderWay.objects.filter(pk=number, session=session, person=person, path=path)
    row = rows.filter(begun_at__gte=at - LASTS).first()
    if row is None or (row.waiting and not row.refusals):
        return None
    if not rows.delete()[0]:
        return None
    people = Person.objects.in_bulk([key for _, key in row.proven])
    return Proven(
        posted=row.posted,
        people={seat: people[key] for seat, key in row.proven},
        refusals=[Refusal(code, words) for code, words in row.refusals],
    )
