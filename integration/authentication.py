"""Who is at the machine door: a service token, hashed and compared in constant time."""

import hmac
from dataclasses import dataclass

from django.http import HttpRequest
from ninja.security import HttpBearer

from accounts.models import Person, ServiceToken
from accounts.roles import Role
from accounts.tokens import digest_of
from audit.errors import Refusal
from audit.refusals import record_refusal
from integration.errors import NotAuthenticated

_NOBODY = "0" * 64
_REFUSED = Refusal(
    "TOKEN_REFUSED",
    "The token is not accepted. Nothing was changed: ask an administrator for a new token.",
)


@dataclass(frozen=True, kw_only=True)
class Sender:
    """The system that proved who it is, and the account it acts for."""

    account: Person
    device: str


class ServiceTokenAuth(HttpBearer):
    """
    Admit requests with `Authorization: Bearer` and a token that counts now.

    Source: 21 CFR 11.10(d), (h), 11.300(d); URS-14, URS-28.
    """

    def authenticate(self, request: HttpRequest, token: str) -> Sender:
        """
        Return the sender.

        Raises NotAuthenticated: the token does not count; the attempt is recorded.
        """
        digest = digest_of(token.strip())
        row = ServiceToken.objects.select_related("account").filter(digest=digest).first()
        is_known = hmac.compare_digest(digest, _NOBODY if row is None else row.digest)
        if row is None or not is_known:
            raise _recorded(request, None, "TOKEN_UNKNOWN", "Nobody was given this token.")
        reason = _why_not(row)
        if reason is not None:
            raise _recorded(request, row.account, *reason)
        return Sender(account=row.account, device=row.name)


def _why_not(row: ServiceToken) -> tuple[str, str] | None:
    if row.revoked_at is not None:
        return "TOKEN_REVOKED", f"The token {row.name} was revoked."
    if not row.account.is_active:
        return "DEACTIVATED", f"The account of the token {row.name} was deactivated."
    if row.account.is_shared:
        return "SHARED_ACCOUNT", f"The account of the token {row.name} is shared."
    if Role.SERVICE not in row.account.role_names():
        return "ROLE_MISSING", f"The account of the token {row.name} is no service account."
    return None


def _recorded(
    request: HttpRequest, account: Person | None, code: str, words: str
) -> NotAuthenticated:
    """Keep the true reason; the sender reads the same words whatever it is."""
    record_refusal(
        action="authenticate",
        error=NotAuthenticated([Refusal(code, words)]),
        actor=account,
        device=f"address {request.META.get('REMOTE_ADDR', 'unknown')}",
        subject={"path": request.path[:200]},
    )
    return NotAuthenticated([_REFUSED])


def signed_in(request: HttpRequest) -> Person | None:
    """Return the person of a browser session; for documents without records only."""
    person = request.user
    return person if isinstance(person, Person) and person.is_active else None
