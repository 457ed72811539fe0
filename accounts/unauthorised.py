"""Which refused attempts are attempts at unauthorised use, and which of them belong together."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import NoticeKind, Severity

WINDOW = timedelta(minutes=15)
MANY_ACCOUNTS = "many accounts and devices"
MOST_AT_ONCE = 20  # new notices of one kind; what is more is counted in one
MANY = 50  # wrong passwords that have neither account nor device in common


@dataclass(frozen=True, kw_only=True)
class Measure:
    """
    When attempts of one kind are worth a notice.

    codes: of the refusals. least: how many within the window; one wrong password is a slip of the
    finger. high_from: from how many on management is told too.
    """

    codes: frozenset[str]
    least: int
    high_from: int


MEASURES: Mapping[NoticeKind, Measure] = {
    NoticeKind.LOCKED: Measure(codes=frozenset({"LOCKED_OUT"}), least=1, high_from=1),
    NoticeKind.PASSWORDS: Measure(
        codes=frozenset(
            {
                *("WRONG_CREDENTIALS", "SIGN_IN_REFUSED"),
                *("PROVIDER_DENIED", "PROVIDER_REFUSED", "STALE_AUTHENTICATION"),
            }
        ),
        least=3,
        high_from=10,
    ),
    NoticeKind.NOT_AUTHORISED: Measure(
        codes=frozenset(
            {
                "ROLE_MISSING",
                "ROLES_EXCLUDE_EACH_OTHER",
                "OUTSIDE_PROGRAM",
                "OUTSIDE_SITE",
                "DEACTIVATED",
            }
        ),
        least=1,
        high_from=5,
    ),
    NoticeKind.SHARED: Measure(codes=frozenset({"SHARED_ACCOUNT"}), least=1, high_from=5),
    NoticeKind.OTHER_SIGNER: Measure(codes=frozenset({"OTHER_SIGNER"}), least=1, high_from=3),
    NoticeKind.TOKEN: Measure(
        codes=frozenset({"TOKEN_UNKNOWN", "TOKEN_REVOKED"}), least=1, high_from=10
    ),
}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """
    One attempt as it is judged.

    user_id: of an account that exists, else empty: what somebody typed into the wrong field may be
    a password.
    """

    id: int
    kind: NoticeKind
    user_id: str
    device: str
    at: datetime


Group = tuple[NoticeKind, str]


def kind_of(error: str, codes: Collection[str]) -> NoticeKind | None:
    """
    Say which kind of unauthorised use an attempt is; None when it is of the day's work.

    error: name of the error; the rules of an action may refuse with codes of the same name.
    """
    if error == "ActionRefused":
        return None
    found = (kind for kind, measure in MEASURES.items() if not measure.codes.isdisjoint(codes))
    return next(found, None)


def severity_of(kind: NoticeKind, attempts: int) -> Severity:
    """Say how grave so many attempts of one kind are."""
    return Severity.HIGH if attempts >= MEASURES[kind].high_from else Severity.NORMAL


def grouped(attempts: Iterable[Seen], *, counting: Collection[Group]) -> dict[Group, list[Seen]]:
    """
    Return the attempts that are worth a notice, each once, by what they have in common.

    counting: groups that have a notice which still counts. What is left out waits: it may become
    more. Wrong passwords are looked at by account, then by device, then all together.
    """
    ready: dict[Group, list[Seen]] = {}
    waiting = list(attempts)
    for facet in (_who, _where, _anywhere):
        waiting = _take(waiting, facet(waiting), ready, counting)
    return _at_most(ready, counting)


def _who(attempts: Sequence[Seen]) -> list[str]:
    return [seen.user_id or seen.device for seen in attempts]


def _where(attempts: Sequence[Seen]) -> list[str]:
    return [seen.device for seen in attempts]


def _anywhere(attempts: Sequence[Seen]) -> list[str]:
    return [MANY_ACCOUNTS for _ in attempts]


def _take(
    attempts: Sequence[Seen],
    abouts: Sequence[str],
    ready: dict[Group, list[Seen]],
    counting: Collection[Group],
) -> list[Seen]:
    """Move the groups that are large enough to `ready`; return the attempts of all others."""
    groups: dict[Group, list[Seen]] = defaultdict(list)
    for seen, about in zip(attempts, abouts, strict=True):
        groups[seen.kind, about].append(seen)
    left = []
    for group, members in groups.items():
        kind, about = group
        least = MANY if about == MANY_ACCOUNTS else MEASURES[kind].least
        if group in counting or group in ready or len(members) >= least:
            ready.setdefault(group, []).extend(members)
        else:
            left.extend(members)
    return left


def _at_most(
    ready: dict[Group, list[Seen]], counting: Collection[Group]
) -> dict[Group, list[Seen]]:
    """Count in one notice what would be too many new ones of a kind: nobody reads a thousand."""
    kept: dict[Group, list[Seen]] = {}
    begun: dict[NoticeKind, int] = defaultdict(int)
    for (kind, about), members in ready.items():
        group = kind, about
        if group not in counting:
            begun[kind] += 1
            group = (kind, about) if begun[kind] <= MOST_AT_ONCE else (kind, MANY_ACCOUNTS)
        kept.setdefault(group, []).extend(members)
    return kept
