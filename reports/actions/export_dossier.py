"""Handing out a complete copy of one therapy's record."""

from dataclasses import dataclass
from datetime import datetime

from audit.authors import Attribution, Author
from audit.changes import OpenChange, attributed_change, machine_change
from inventory.models import Therapy
from reports.dossier.copies import dossier_copy
from reports.kit.bundle import RecordCopy
from reports.models import Export, RecordKind
from reports.queries import find_therapy_id, proven_dossier
from reports.register import register_copy
from sop.action import Action
from sop.gate import Scope, admit


@dataclass(frozen=True, kw_only=True)
class ExportedCopy:
    """A copy as it is handed out, with its entry in the register."""

    export: Export
    copy: RecordCopy
    content: bytes


def export_dossier(*, coi: str, by: Attribution | str, at: datetime) -> ExportedCopy:
    """
    Make the bundle of one therapy's dossier (PDF, JSON, CSV, proof, manifest) and register it.

    by: who asked in a session; or the name of a machine of this installation, which sees all.
    Raises NotFound: no therapy that they may see has this COI id; NotAuthorised.
    Source: 21 CFR 11.10(b); URS-48, URS-76.
    """
    asked_by = by.actor if isinstance(by, Attribution) else None
    therapy_id = find_therapy_id(coi, asked_by=asked_by)
    dossier, proof = proven_dossier(therapy_id, asked_by=asked_by, at=at)
    copy = dossier_copy(dossier, proof, generated_by=_name(by), at=at)
    content = copy.archive()
    if isinstance(by, Attribution):
        with attributed_change(by, action=Action.EXPORT_DOSSIER) as change:
            change.subject.update(coi=coi)
            admit(change, Action.EXPORT_DOSSIER, Scope(programs=()))
            export = _register(change, therapy_id, copy, content)
    else:
        with machine_change(by, action=Action.EXPORT_DOSSIER, reason=f"copy of {coi}") as change:
            export = _register(change, therapy_id, copy, content)
    return ExportedCopy(export=export, copy=copy, content=content)


def _name(by: Attribution | str) -> str:
    if isinstance(by, str):
        return by
    author: Author = by.actor
    return f"{author.full_name} ({author.user_id})"


def _register(change: OpenChange, therapy_id: int, copy: RecordCopy, content: bytes) -> Export:
    program_id = Therapy.objects.values_list("program", flat=True).get(pk=therapy_id)
    return register_copy(
        change, copy, content, kind=RecordKind.THERAPY_DOSSIER, program_id=program_id
    )
