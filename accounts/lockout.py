"""Locking an account after failures: django-axes counts them, by account and by nothing else."""

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.db.models import Sum
from django.http import HttpRequest

from accounts.access import record_access
from accounts.access_rules import limits_in_force
from accounts.models import AccessKind, Person, fold
from audit.errors import Refusal, SigningFailed
from audit.proofs import ProofRequest, Purpose
from audit.refusals import record_refusal

ONE_ADDRESS = "0.0.0.0"  # noqa: S104 - a constant, nothing listens: one row counts for an account
WRONG = Refusal("WRONG_CREDENTIALS", "The password or the code was wrong.")
LOCKED = Refusal("LOCKED_OUT", "There were too many wrong attempts, so the account is locked.")
KEPT_BY_THEIR_OWN = frozenset({Purpose.SIGN_IN, Purpose.SIGN})  # with words of their own
PROVING = {
    Purpose.UNLOCK: "unlock_session",
    Purpose.CHANGE: "change_password",
    Purpose.CODE: "give_code",
}


def counted_as(_request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Return the account that a failure counts for: a user id in any spelling, held or not."""
    return fold(str((credentials or {}).get("username") or ""))[:255]


def counted_by(*_: object) -> list[str]:
    """Count by account: an address or a browser is easily changed, and shared at a bench."""
    return ["username"]


def one_address(_request: HttpRequest) -> str:
    """Return the same for every attempt; the access log keeps where it came from."""
    return ONE_ADDRESS


def failure_limit(*_: object) -> int:
    """Return how many failures lock an account."""
    return limits_in_force().failures


def failures_of(user_id: str) -> int:
    """Return the failures that count now; the same for an id that nobody has."""
    rows = AccessAttempt.objects.filter(username=fold(user_id)[:255])
    return rows.aggregate(total=Sum("failures_since_start"))["total"] or 0


def is_locked(user_id: str) -> bool:
    """Say whether nobody can prove themselves with this user id until it is unlocked."""
    return failures_of(user_id) >= failure_limit()


def forgive(user_id: str) -> None:
    """Begin to count anew after somebody proved who they are; a lock stays."""
    rows = AccessAttempt.objects.filter(
        username=fold(user_id)[:255], failures_since_start__lt=failure_limit()
    )
    rows.update(failures_since_start=0)


def release(user_id: str) -> None:
    """Take a lock away; only for who is told to, by a signature."""
    AccessAttempt.objects.filter(username=fold(user_id)[:255]).update(failures_since_start=0)


def count_failure(user_id: str, proof: ProofRequest) -> None:
    """
    Count a proof that failed without a password, as a wrong password is counted.

    Source: 21 CFR 11.300(d); URS-59, URS-68.
    """
    proof.axes_locked_out = is_locked(user_id)
    AxesProxyHandler.user_login_failed(
        count_failure, credentials={"username": user_id}, request=proof
    )


class CountedByAccount(AxesDatabaseHandler):
    """Counts failures as django-axes does, and keeps each in the access log."""

    def user_login_failed(
        self,
        sender: object,
        credentials: dict[str, Any],
        request: HttpRequest | None = None,
        **kwargs: Any,
    ) -> None:
        """Count one failure, and record what came of it."""
        was_locked = isinstance(request, ProofRequest) and request.axes_locked_out
        super().user_login_failed(sender, credentials, request, **kwargs)
        if isinstance(request, ProofRequest):
            record_failure(str(credentials.get("username") or ""), request, was_locked=was_locked)


def record_failure(typed: str, proof: ProofRequest, *, was_locked: bool) -> None:
    """
    Record one failure, and the lock-out when this one locked the account.

    Source: 21 CFR 11.300(d); URS-20, URS-59, URS-68.
    """
    kinds = [AccessKind.REFUSED if was_locked else AccessKind.FAILED]
    if proof.axes_locked_out and not was_locked:
        kinds.append(AccessKind.LOCKED_OUT)
    person = Person.objects.filter(user_id=fold(typed)).first()
    if proof.purpose not in KEPT_BY_THEIR_OWN:
        record_refusal(
            action=PROVING[proof.purpose],
            error=SigningFailed([LOCKED if proof.axes_locked_out else WRONG]),
            actor=person,
            device=proof.device,
            request_id=proof.request_id,
        )
    for kind in kinds:
        record_access(
            kind,
            typed=typed,
            person=person,
            device=proof.device,
            address=proof.address,
            purpose=proof.purpose,
        )
