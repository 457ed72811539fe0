"""Retiring a procedure, by quality."""

from datetime import datetime

from accounts.authority import require_role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if
from sop.models import Governance
from sop.versions import APPROVERS, RETIRED, lock_procedure


def retire_procedure(*, procedure_id: int, intent: SignedIntent, at: datetime) -> list[Governance]:
    """
    Take a procedure out of force for good; what it governs waits for another one.

    Returns the rules that still name it, so that somebody gives those actions another procedure.
    Raises NotFound; NotAuthorised; ActionRefused (PROCEDURE_RETIRED).
    Source: 21 CFR 211.100; URS-08, URS-25.
    """
    with signed_change(intent, action="retire_procedure") as change:
        change.subject.update(procedure=procedure_id)
        procedure = lock_procedure(procedure_id)
        require_role(intent.signer, APPROVERS)
        refuse_if([] if procedure.retired_at is None else [RETIRED])
        procedure.retired_at = at
        procedure.save(update_fields=["retired_at"])
        change.sign([procedure])
        return list(Governance.objects.standing().filter(procedure=procedure).order_by("action"))
