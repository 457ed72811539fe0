"""Badges, keys and devices as screens show them: what is overdue for its test comes first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.carrying import UNKNOWN
from accounts.models import AccessToken, TokenState, TokenTest
from audit.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class BadgeCard:
    """
    One token with its tests, the newest first.

    is_due: it waits for its first test, or the next one is overdue.
    """

    row: AccessToken
    tests: Sequence[TokenTest]
    is_due: bool
    is_ended: bool
    is_replaced: bool


def badges(*, on: date, only_of: int | None = None) -> list[BadgeCard]:
    """
    List tokens: what is to be tested first, then what counts, then the rest.

    on: the day by which a test may be overdue. only_of: a person's key; left out, everybody's.
    Source: 21 CFR 11.300(e); URS-70.
    """
    rows = AccessToken.objects.select_related("holder", "replaces").prefetch_related(
        "tests", "replaced_by"
    )
    if only_of is not None:
        rows = rows.filter(holder=only_of)
    cards = [_card(row, on) for row in rows.order_by("-pk")[:1000]]
    return sorted(cards, key=lambda card: (not card.is_due, card.is_ended))


def find_badge(badge_id: int) -> AccessToken:
    """
    Return one token.

    Raises NotFound: there is none with this number.
    """
    found = AccessToken.objects.select_related("holder").filter(pk=badge_id).first()
    if found is None:
        raise NotFound([UNKNOWN])
    return found


def _card(row: AccessToken, on: date) -> BadgeCard:
    is_due = row.state == TokenState.ISSUED or (
        row.state == TokenState.IN_USE and row.next_test_on is not None and row.next_test_on < on
    )
    return BadgeCard(
        row=row,
        tests=sorted(row.tests.all(), key=lambda test: -test.pk),
        is_due=is_due,
        is_ended=row.ended_at is not None,
        is_replaced=hasattr(row, "replaced_by"),
    )
