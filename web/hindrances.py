"""What keeps the person of a session from signing, said before they type anything."""

from collections.abc import Collection

from django.urls import reverse

from accounts.models import Person
from accounts.readiness import Gate, what_keeps_from_signing
from audit.signing import SHARED
from web.configuring.gate import READERS
from web.presenters import Hindrance

OPEN_POLICY, OPEN_SIGNING, OPEN_ACCOUNT = (
    "Read and acknowledge it now",
    "Open Configure, Signing",
    "Open your account",
)


def hindrances(person: Person, needs: Collection[Gate]) -> tuple[Hindrance, ...]:
    """
    List what is missing, each with the way to mend it where this person may open it.

    Source: 21 CFR 11.10(j), 11.100(b), (c); URS-12, URS-13, URS-64.
    """
    if person.is_shared:
        return (Hindrance(words=SHARED.words),)
    found = what_keeps_from_signing(person, needs)
    if not found:
        return ()
    reads = not READERS.isdisjoint(person.role_names())
    return tuple(_hindrance(each.code, each.words, person, reads=reads) for each in found)


def _hindrance(code: str, words: str, person: Person, *, reads: bool) -> Hindrance:
    if code == "POLICY_NOT_ACKNOWLEDGED":
        return Hindrance(words=words, url=reverse("signing:policy"), label=OPEN_POLICY)
    if not reads:
        return Hindrance(words=words)
    if code == "IDENTITY_NOT_VERIFIED":
        url = reverse("configure:person", args=[person.pk])
        return Hindrance(words=words, url=url, label=OPEN_ACCOUNT)
    return Hindrance(words=words, url=reverse("configure:signing"), label=OPEN_SIGNING)
