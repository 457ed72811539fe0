"""From which device and by whom a step is taken, read from the request."""

import re
from uuid import uuid4

from django.http import HttpRequest

from audit.authors import Attribution
from audit.proofs import ProofRequest, Purpose
from web.http import Request

WORKSTATION_COOKIE = "workstation"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,60}")


def device_of(request: HttpRequest) -> str:
    """
    Name the device: the workstation's registered name, else the network address it came from.

    Only a name that this server signed counts; anything else in the cookie is ignored.
    Source: 21 CFR 11.10(h); URS-34.
    """
    name = request.get_signed_cookie(WORKSTATION_COOKIE, default="", salt=WORKSTATION_COOKIE)
    return (name or f"browser at {address_of(request) or 'an unknown address'}")[:200]


def address_of(request: HttpRequest) -> str:
    """Give the network address that the request came from."""
    return request.META.get("REMOTE_ADDR") or ""


def request_id_of(request: HttpRequest) -> str:
    """Give the id under which the proxy logged this request, or one of our own."""
    if "request_id" not in request.__dict__:
        given = request.headers.get("X-Request-ID", "")
        request.__dict__["request_id"] = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
    found: str = request.__dict__["request_id"]
    return found


def attributed(request: Request, reason: str) -> Attribution:
    """Attribute a step to the person of this session."""
    return Attribution(
        actor=request.user,
        reason=reason.strip(),
        device=device_of(request),
        request_id=request_id_of(request),
    )


def proof_for(request: HttpRequest, purpose: Purpose) -> ProofRequest:
    """Begin one attempt to prove who somebody is, from the device of this request."""
    return ProofRequest(
        purpose=purpose,
        device=device_of(request),
        address=address_of(request),
        request_id=request_id_of(request),
    )
