"""The site's identity provider: the way there, and what its answer proves. Authlib speaks to it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.http import HttpRequest
from joserfc.errors import JoseError
from requests import RequestException

from audit.errors import Refusal, SigningFailed

ANSWERS_WITHIN = 5.0  # seconds, for each thing that is asked
READ_AGAIN_AFTER = 600.0  # seconds: where the provider's pages are, and which keys it has
CLOCKS_APART = 30  # seconds between the clocks, in how long a token lasts; freshness takes fewer
OLDEST = timedelta(seconds=60)
AHEAD = timedelta(seconds=5)
ASYMMETRIC = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
UNREACHABLE = Refusal(
    "PROVIDER_UNREACHABLE",
    "The identity provider does not answer, so nobody can prove who they are there. Try again; if "
    "it goes on, tell whoever runs it.",
)
DENIED = Refusal(
    "PROVIDER_DENIED", "You were not signed in at the identity provider, or went back. Try again."
)
NOT_PROVEN = Refusal(
    "PROVIDER_REFUSED",
    "What came back from the identity provider proves nothing here: it was used before, belongs to "
    "another session, or is not meant for this portal. Begin again.",
)
STALE = Refusal(
    "STALE_AUTHENTICATION",
    "The identity provider did not ask you anew who you are, less than a minute ago. Begin again, "
    "and enter your credentials there; if it does not ask, tell whoever runs it.",
)


@dataclass(frozen=True, kw_only=True)
class Departure:
    """Where somebody is sent to, and the state by which their return is recognised."""

    address: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Identity:
    """
    Who proved who they are at the provider, just now.

    known_as: their name there, for people to read. user_id: what the claim of the site's choice
    says; empty when the site chose none.
    """

    issuer: str
    subject: str
    known_as: str
    user_id: str


@dataclass(kw_only=True)
class Memory:
    """The client of this process, for which configuration it is, and until when it lasts."""

    client: Any = None
    made_for: tuple[str, ...] = ()
    until: float = 0.0


memory = Memory()


def is_configured() -> bool:
    """Say whether the site has an identity provider."""
    return bool(settings.OIDC_ISSUER)


def depart(request: HttpRequest, *, return_to: str, known_as: str = "") -> Departure:
    """
    Prepare the way to the provider, where somebody enters their credentials anew.

    return_to: the whole address to come back to. known_as: whose credentials are asked for.
    Raises SigningFailed (PROVIDER_UNREACHABLE).
    Source: URS-62.
    """
    asked = {"prompt": "login", "max_age": "0"}
    if known_as:
        asked["login_hint"] = known_as
    try:
        client = _client()
        made = client.create_authorization_url(return_to, **asked)
    except (RequestException, ValueError) as fault:
        raise SigningFailed([UNREACHABLE]) from fault
    client.save_authorize_data(request, redirect_uri=return_to, **made)
    return Departure(address=made["url"], state=made["state"])


def arrive(request: HttpRequest, *, departed_at: datetime) -> Identity:
    """
    Check what somebody brings back from the provider, and return who they are.

    The state is this session's and used once; the ID token is signed by the provider for this
    portal and this very departure; the credentials were entered after `departed_at` and less than
    a minute ago, whatever the provider may remember of an earlier sign-in.
    Raises SigningFailed (PROVIDER_DENIED, PROVIDER_REFUSED, PROVIDER_UNREACHABLE,
    STALE_AUTHENTICATION).
    Source: 21 CFR 11.200(a)(1); URS-62.
    """
    if request.GET.get("error"):
        raise SigningFailed([DENIED])
    options = {
        "iss": {"essential": True, "values": [settings.OIDC_ISSUER]},
        "aud": {"essential": True, "values": [settings.OIDC_CLIENT_ID]},
    }
    try:
        token = _client().authorize_access_token(
            request, claims_options=options, leeway=CLOCKS_APART
        )
        claims = token["userinfo"]
    except RequestException as fault:
        raise SigningFailed([UNREACHABLE]) from fault
    except (AuthlibBaseError, JoseError, KeyError, ValueError) as fault:
        raise SigningFailed([NOT_PROVEN]) from fault
    if not is_fresh(claims.get("auth_time"), departed_at=departed_at, at=_now()):
        raise SigningFailed([STALE])
    return _identity(claims)


def is_fresh(said: object, *, departed_at: datetime, at: datetime) -> bool:
    """
    Say whether credentials were entered after the departure and not more than a minute ago.

    said: the provider's `auth_time`, in whole seconds since 1970; anything else is no answer.
    Source: URS-62.
    """
    if isinstance(said, bool) or not isinstance(said, int | float):
        return False
    entered_at = datetime.fromtimestamp(said, UTC)
    departed_in = departed_at.replace(microsecond=0)
    return departed_in <= entered_at <= at + AHEAD and at - entered_at <= OLDEST


def _now() -> datetime:
    return datetime.now(UTC)


def _identity(claims: Mapping[str, Any]) -> Identity:
    chosen = settings.OIDC_USER_ID_CLAIM
    names = (claims.get(name) for name in (chosen, "preferred_username", "email", "sub") if name)
    return Identity(
        issuer=str(claims["iss"]),
        subject=str(claims["sub"]),
        known_as=next((str(name) for name in names if name), "")[:255],
        user_id=str(claims.get(chosen) or "") if chosen else "",
    )


def _client() -> Any:
    """
    Return the client, made anew after a while so that withdrawn keys are forgotten.

    Raises RequestException, ValueError: the provider cannot say where its pages are, or says them
    of another issuer.
    """
    secret = settings.OIDC_CLIENT_SECRET
    wanted = (settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, secret)
    if memory.made_for != wanted or time.monotonic() >= memory.until:
        client = _new_client(secret)
        _insist_on_issuer(client.load_server_metadata())
        memory.client, memory.made_for = client, wanted
        memory.until = time.monotonic() + READ_AGAIN_AFTER
    return memory.client


def _new_client(secret: str) -> Any:
    return OAuth().register(
        "provider",
        client_id=settings.OIDC_CLIENT_ID,
        client_secret=secret,
        server_metadata_url=f"{settings.OIDC_ISSUER.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": settings.OIDC_SCOPE,
            "code_challenge_method": "S256",
            "default_timeout": ANSWERS_WITHIN,
        },
    )


def _insist_on_issuer(said: dict[str, Any]) -> None:
    """Refuse another issuer's metadata, and signatures that its readers could make themselves."""
    if said.get("issuer") != settings.OIDC_ISSUER:
        raise ValueError("the identity provider names another issuer than OIDC_ISSUER")
    signs = said.get("id_token_signing_alg_values_supported") or ["RS256"]
    said["id_token_signing_alg_values_supported"] = [name for name in signs if name in ASYMMETRIC]
