"""Signatures as screens show them, and the fields in which people sign."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class SignatureBlock:
    """
    One signature as shown beside what it signs.

    Source: 21 CFR 11.50(a), printed name, date and time, and meaning.
    """

    printed_name: str
    user_id: str
    role: str
    meaning: str
    signed_at: datetime
    reason: str = ""
    changed_since: bool = False


@dataclass(frozen=True, kw_only=True)
class Hindrance:
    """One thing that keeps somebody from signing; url, label: where it is mended, if they may."""

    words: str
    url: str = ""
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class SignFields:
    """
    What a signing form shows around its inputs.

    The inputs are named `user_id`, `password`, `reason` and, with `second_meaning`,
    `second_user_id` and `second_password`: the names of `web.forms.signing`.
    sheet: the token of this very sheet, sent along as `sheet`.
    asks_user_id: whether the password alone would not be enough.
    missing: what keeps this person from signing, said before they type.
    """

    printed_name: str
    user_id: str
    role: str
    meaning: str
    statement: str
    reasons: tuple[str, ...] = ()
    reason: str = ""
    sheet: str = ""
    asks_user_id: bool = True
    second_meaning: str = ""
    errors: tuple[str, ...] = ()
    missing: tuple[Hindrance, ...] = ()
