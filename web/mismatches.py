"""Keeping the near misses: somebody scanned another vial than the page expected."""

from contextlib import suppress

from django.utils import timezone

from audit.errors import DomainError
from custody.actions.stop_wrong_scan import stop_wrong_scan
from sop.action import Action
from web.attribution import attributed
from web.forms.vials import OTHER_VIAL, WithScannedVial
from web.http import Request


def keep_mismatch(request: Request, form: object, action: Action) -> None:
    """
    Record that another vial was scanned, when that is why the form was refused.

    Another patient's vial leaves a deviation with it. The form says what to do; why the attempt
    was refused is on record, so it is not said again here.
    Source: FIELD 3.1, near-miss record; URS-23, URS-29, URS-113.
    """
    if not isinstance(form, WithScannedVial) or not form.has_error("scanned", OTHER_VIAL):
        return
    with suppress(DomainError):
        stop_wrong_scan(
            vial_id=form.vial.pk,
            code=form.other_code,
            action=action,
            attribution=attributed(request, f"Scanned for {form.vial.code}"),
            at=timezone.now(),
        )
