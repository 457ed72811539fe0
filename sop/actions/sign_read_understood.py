"""Signing that one read and understood a version of a procedure."""

from datetime import datetime

from accounts.authority import require_role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import refuse_if
from sop.models import ReadUnderstood
from sop.training import ALREADY_READ, MAY_READ, NOT_TO_READ, is_to_read, locked_version


def sign_read_understood(*, version_id: int, intent: SignedIntent, at: datetime) -> ReadUnderstood:
    """
    Sign, for oneself, that one read and understood a version.

    version_id: one that is in force, or approved for a day to come.
    Raises NotFound; NotAuthorised; ActionRefused (VERSION_NOT_TO_READ, ALREADY_READ).
    Source: 21 CFR 211.25(a); URS-07.
    """
    with signed_change(intent, action="sign_read_understood") as change:
        change.subject.update(version=version_id)
        version = locked_version(version_id)
        require_role(intent.signer, MAY_READ)
        refuse_if([] if is_to_read(version, at=at) else [NOT_TO_READ])
        row = ReadUnderstood(person_id=intent.signer.pk, version=version, read_at=at)
        with refused_by("sop_read_once", ALREADY_READ):
            row.save(force_insert=True)
        change.sign([row])
    return row
