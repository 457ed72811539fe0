"""What an attempt to prove who somebody is carries to those who check, count and record it."""

from enum import StrEnum
from typing import cast

from django.contrib.auth import authenticate
from django.http import HttpRequest

from audit.authors import Author


class Purpose(StrEnum):
    """What somebody proves who they are for."""

    SIGN_IN = "sign_in"
    SIGN = "sign"
    UNLOCK = "unlock"
    CHANGE = "change"
    CODE = "code"


class ProofRequest(HttpRequest):
    """
    One attempt, apart from the request it came in: no page's fields, so no secret, is kept of it.

    axes_locked_out: set while the password is checked, when the account is locked or becomes so.
    must_change: set when the password is right, but good for nothing but choosing another.
    """

    axes_locked_out = False
    must_change = False

    def __init__(
        self, *, purpose: Purpose, device: str, address: str = "", request_id: str = ""
    ) -> None:
        super().__init__()
        self.purpose = purpose
        self.device = device
        self.address = address
        self.request_id = request_id


def proven(user_id: str, password: str, proof: ProofRequest) -> Author | None:
    """
    Return whose user id and password these are; nobody when they do not match or are locked.

    Slow on purpose, so call it before any row is locked. A failure counts towards the lock-out.
    Source: 21 CFR 11.300(d); URS-59, URS-68.
    """
    return cast("Author | None", authenticate(proof, username=user_id, password=password))
