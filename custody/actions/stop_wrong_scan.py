"""Stopping an act on one vial whose label was not the one that was scanned."""

from datetime import datetime
from typing import NoReturn

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import ActionRefused, Refusal
from custody.locks import lock_vials
from custody.mix_ups import MixUp, keep_mix_up
from custody.rules.other_vial import refusal_of_another
from custody.steps import sites_of
from inventory.models import Identifier, Vial
from sop.action import Action
from sop.authority import require_authority


def stop_wrong_scan(
    *, vial_id: int, code: str, action: Action, attribution: Attribution, at: datetime
) -> NoReturn:
    """
    Refuse an act on a vial because another label was scanned, and keep what that leaves.

    Another patient's vial, or another batch's where none has a patient, leaves a deviation and,
    where the site says so, a hold on what was scanned: one commit with the refused attempt. The
    same scan again adds to the deviation that is open. Another vial of the same patient, and a
    code that is no vial's, stay refused attempts.
    code: canonical, as `inventory.codes` reads a scan. action: that was being done; it is recorded
    as no step of any procedure, so only role and scope are asked.
    Raises NotFound; NotAuthorised; ActionRefused (WRONG_PATIENT, OTHER_BATCH, WRONG_VIAL).
    Source: 21 CFR 211.192; REQUIREMENTS B9, scenario 2; FIELD 3.1; URS-23, URS-29, URS-89, URS-113.
    """
    with attributed_change(attribution, action=action) as change:
        scanned = _carrier_of(code)
        keys = [vial_id, *([] if scanned is None else [scanned])]
        vial, *others = lock_vials(keys)
        change.subject.update(expected=vial.code, scanned=code)
        require_authority(
            attribution.actor, action, programs=[vial.program_id], sites=sites_of([vial])
        )
        why = refusal_of_another(vial, code, others[0] if others else None)
        if why.code == "WRONG_VIAL":
            raise ActionRefused([why])
        change.subject.update(
            expected_therapy=_coi_of(vial), scanned_therapies=[_coi_of(others[0])]
        )
        stop = keep_mix_up(change, [why], _mix_up(vial, others[0], action, why), at=at)
    raise stop


def _carrier_of(code: str) -> int | None:
    """Return the key of the vial that carries this code, or carried it."""
    rows = Identifier.objects.filter(code=code, vial__isnull=False)
    return rows.values_list("vial", flat=True).first()


def _coi_of(vial: Vial) -> str:
    return "" if vial.therapy is None else vial.therapy.coi


def _mix_up(vial: Vial, other: Vial, action: Action, why: Refusal) -> MixUp:
    return MixUp(
        vial=other,
        work=f"“{action.label}” of {vial.code}",
        expected=[vial],
        coi=_coi_of(vial) or "none yet",
        about=f"{action} of vial {vial.pk}, vial {other.pk}",
        of="batch" if why.code == "OTHER_BATCH" else "patient",
    )
