"""Enrolling a device: the key that waits in the session, its picture, the code that proves it."""

import base64
from datetime import datetime
from urllib.parse import quote, urlencode

import zint
from django import forms
from django_otp.util import random_hex

from accounts.actions.enrol_second_factor import enrol_second_factor
from accounts.second_factor import is_theirs
from audit.proofs import Purpose
from web.attribution import attributed, proof_for
from web.http import Request

ISSUER = "Freezer inventory"
QUIET_MODULES = 4
_KEPT_AS = "second_factor_key"
WRONG = "This is not a code that counts now. Wait for the next one, or take a recovery code."
LOCKED = "There were too many wrong attempts, so your account is locked. Ask an administrator."


class CodeForm(forms.Form):
    """A one-time code."""

    code = forms.CharField(
        label="Code",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text"}),
        error_messages={"required": "Enter the code that your app shows."},
    )


def code_is_theirs(request: Request, form: CodeForm) -> bool:
    """Say whether the code is the person's; when it is not, the form says what to do."""
    proof = proof_for(request, Purpose.CODE)
    if is_theirs(request.user, form.cleaned_data["code"], proof):
        return True
    form.add_error("code", LOCKED if proof.axes_locked_out else WRONG)
    return False


def enrol(request: Request, form: CodeForm, at: datetime) -> list[str]:
    """Enrol the device that was given the key of this session; return the recovery codes."""
    codes = enrol_second_factor(
        person_id=request.user.pk,
        key=_key(request),
        code=form.cleaned_data["code"],
        attribution=attributed(request, "Enrolled their own device"),
        at=at,
    )
    request.session.pop(_KEPT_AS)
    return codes


def _key(request: Request) -> str:
    """Return the key that waits in this session, in hex."""
    key: str = request.session.setdefault(_KEPT_AS, random_hex(20))
    return key


def spare_key(request: Request) -> str:
    """Return the key as people type it into an app that cannot scan."""
    key = base64.b32encode(bytes.fromhex(_key(request))).decode()
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


def picture_of(request: Request) -> str:
    """Draw the key as a QR code, as the address of an SVG picture."""
    secret = base64.b32encode(bytes.fromhex(_key(request))).decode()
    label = quote(f"{ISSUER}:{request.user.user_id}")
    address = f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': ISSUER})}"
    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.QRCODE
    symbol.scale = 0.5
    symbol.encode(address)
    symbol.buffer_vector()
    side = int(symbol.width) + 2 * QUIET_MODULES
    dark = "".join(
        f"M{r.x + QUIET_MODULES:g} {r.y + QUIET_MODULES:g}h{r.width:g}v{r.height:g}h-{r.width:g}z"
        for r in symbol.vector.rectangles
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{dark}"/></svg>'
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
