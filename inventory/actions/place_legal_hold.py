"""Stopping the destruction of a record, whatever the periods say."""

from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import Author, SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import ActionRefused, Refusal
from inventory.models import Batch, LegalHold, Program, Therapy

UNKNOWN_RECORD = Refusal(
    "UNKNOWN_RECORD", "No therapy and no batch that you may see has this code. Check it."
)
ALREADY_HELD = Refusal("ALREADY_HELD", "A legal hold on this record stands already.")


def place_legal_hold(*, subject: str, intent: SignedIntent, at: datetime) -> LegalHold:
    """
    Hold the record of a therapy or of a batch; the signature's reason says why.

    subject: the chain of identity, or the number of the batch.
    Raises NotAuthorised; ActionRefused (UNKNOWN_RECORD, ALREADY_HELD).
    Source: 21 CFR 11.10(c); URS-78.
    """
    with signed_change(intent, action="place_legal_hold") as change:
        change.subject["subject"] = subject
        require_role(intent.signer, [Role.QA])
        program = _program_of(subject, intent.signer)
        if program is None:
            raise ActionRefused([UNKNOWN_RECORD])
        row = LegalHold(
            program_id=program,
            subject=subject,
            reason=intent.reason,
            placed_by_id=intent.signer.pk,
            placed_at=at,
        )
        with refused_by("inventory_one_legal_hold_per_record", ALREADY_HELD):
            row.save(force_insert=True)
        change.sign([row])
    return row


def _program_of(subject: str, signer: Author) -> int | None:
    seen = Program.objects.visible_to(signer)
    therapies = Therapy.objects.filter(coi=subject, program__in=seen)
    batches = Batch.objects.filter(number=subject, product__program__in=seen)
    program = therapies.values_list("program", flat=True).first()
    return program or batches.values_list("product__program", flat=True).first()
