"""Keeping the near misses: somebody scanned another vial than the page expected."""

from audit.errors import ActionRefused, Refusal
from audit.refusals import record_refusal
from sop.action import Action
from web.attribution import device_of, request_id_of
from web.forms.vials import OTHER_VIAL, WithScannedVial
from web.http import Request


def keep_mismatch(request: Request, form: object, action: Action) -> None:
    """
    Record that another vial was scanned, when that is why the form was refused.

    Source: FIELD 3.1, near-miss record; URS-23, URS-29.
    """
    if not isinstance(form, WithScannedVial) or not form.has_error("scanned", OTHER_VIAL):
        return
    words = " ".join(str(problem) for problem in form.errors["scanned"])
    record_refusal(
        action=action,
        error=ActionRefused([Refusal("WRONG_VIAL", words)]),
        actor=request.user,
        device=device_of(request),
        request_id=request_id_of(request),
        subject={"expected": form.vial.code, "scanned": str(form.data.get("scanned", ""))[:60]},
    )
