"""Taking an instrument out of use."""

from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import Refusal, refuse_if
from inventory.instruments import lock_instrument
from inventory.models import Instrument

OUT_ALREADY = Refusal("OUT_ALREADY", "It is out of use already. Nothing was changed.")


def take_out_of_use(*, instrument_id: int, intent: SignedIntent, at: datetime) -> Instrument:
    """
    Take an instrument out of use, for the reason that is signed; a new calibration brings it back.

    Raises NotFound; NotAuthorised; ActionRefused (OUT_ALREADY).
    Source: 21 CFR 211.160(b)(4); URS-28, URS-30.
    """
    with signed_change(intent, action="take_out_of_use") as change:
        row = lock_instrument(instrument_id, signer=intent.signer)
        change.subject.update(instrument=row.label.code)
        require_role(intent.signer, [Role.QA])
        refuse_if([] if row.out_of_use_at is None else [OUT_ALREADY])
        row.out_of_use_at, row.out_of_use_reason = at, intent.reason.strip()[:500]
        row.save(update_fields=["out_of_use_at", "out_of_use_reason"])
        change.sign([row])
        return row
