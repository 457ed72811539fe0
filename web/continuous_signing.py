"""Whether the next signing of a session asks for both components, or the password is enough."""

from web.attribution import device_of
from web.http import Request
from web.signing_elsewhere import signs_elsewhere

_KEPT_AS = "signed_in_full"


def asks_all_components(request: Request) -> bool:
    """
    Say whether the person must enter user ID and password: it is not known that both were given.

    Who signs at the identity provider enters everything there, each time. The others' were given
    before in this very session, at this browser and device, in the roles held now; a
    sign-in begins a new session.
    Source: 21 CFR 11.200(a)(1)(i), (ii); URS-54, URS-55, URS-56.
    """
    kept: object = request.session.get(_KEPT_AS)
    return kept != _circumstances(request) and not signs_elsewhere(request)


def remember_signing(request: Request) -> None:
    """Keep that a signing was executed with both components, and under which circumstances."""
    request.session[_KEPT_AS] = _circumstances(request)


def forget_signing(request: Request) -> None:
    """Let the next signing ask for both components again: the session was locked or left."""
    request.session.pop(_KEPT_AS, None)


def end_signing(*, request: Request, **_: object) -> None:
    """Do so whenever somebody signs in, also where Django lets their session go on."""
    forget_signing(request)


def _circumstances(request: Request) -> dict[str, object]:
    """Return what must be the same for a signing to continue the ones before it."""
    return {
        "person": request.user.pk,
        "session": request.session.session_key,
        "browser": request.headers.get("User-Agent", ""),
        "device": device_of(request),
        "roles": list(request.user.role_names()),
    }
