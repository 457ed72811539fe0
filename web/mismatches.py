"""Keeping the near misses: somebody scanned another vial than the page expected."""

from django.contrib import messages
from django.utils import timezone

from audit.errors import DomainError
from custody.actions.stop_wrong_scan import stop_wrong_scan
from custody.mix_ups import is_mix_up
from sop.action import Action
from web.attribution import attributed
from web.forms.vials import OTHER_VIAL, WithScannedVial
from web.http import Request

MIXED_UP = (
    "What you scanned belongs to another patient or batch. A deviation is open about both vials. "
    "Tell QA now."
)


def keep_mismatch(request: Request, form: object, action: Action) -> None:
    """
    Record that another vial was scanned, when that is why the form was refused.

    Another patient's vial leaves a deviation with it, and the page says so. The form says what to
    do with the vial.
    Source: FIELD 3.1, near-miss record; URS-23, URS-29, URS-113.
    """
    if not isinstance(form, WithScannedVial) or not form.has_error("scanned", OTHER_VIAL):
        return
    try:
        stop_wrong_scan(
            vial_id=form.vial.pk,
            code=form.other_code,
            action=action,
            attribution=attributed(request, f"Scanned for {form.vial.code}"),
            at=timezone.now(),
        )
    except DomainError as error:
        if is_mix_up(error.refusals):
            messages.error(request, MIXED_UP)
