"""Handing out a copy of the audit trail, as far as a search restricts it."""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from io import BufferedRandom
from tempfile import TemporaryFile
from zoneinfo import ZoneInfo

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import Attribution
from audit.changes import attributed_change
from audit.queries.changes import TrailFilter
from custody.queries.trail import hidden_from
from reports.kit.paper import RecordHead
from reports.kit.times import exact, software
from reports.models import Export
from reports.register import register_trail
from reports.trail.forms import CopyForm, write_copy
from reports.trail.gathering import Gathered, gather

MAY_EXPORT = (Role.QA, Role.RELEASE, Role.INSPECTOR, Role.ADMINISTRATOR)


@dataclass(frozen=True, kw_only=True)
class ExportedTrail:
    """A copy as it is handed out, with its entry in the register; whoever sends it closes it."""

    export: Export
    content: BufferedRandom


def export_trail(
    *,
    matching: TrailFilter,
    said: str,
    form: CopyForm,
    zone: ZoneInfo,
    by: Attribution,
    at: datetime,
) -> ExportedTrail:
    """
    Write every entry that matches into a file, and register the copy.

    said: the filter in words, as it is printed. zone: in which the printed copy tells times.
    Raises NotAuthorised; ActionRefused (NO_REASON).
    Source: 21 CFR 11.10(b), (e); URS-41, URS-47, URS-48; REQUIREMENTS D2 no. 7.
    """
    with ExitStack() as until_made:
        gathered = gather(matching, but_not=hidden_from(by.actor))
        until_made.enter_context(gathered.lines)
        head = _head(gathered, said, zone, by, at)
        content: BufferedRandom = until_made.enter_context(TemporaryFile())
        write_copy(form, gathered, head, content)
        with attributed_change(by, action="export_trail") as change:
            change.subject.update(filter=said, form=form)
            require_role(by.actor, MAY_EXPORT)
            export = register_trail(change, head, content, suffix=form)
        gathered.lines.close()
        until_made.pop_all()
    return ExportedTrail(export=export, content=content)


def _head(
    gathered: Gathered, said: str, zone: ZoneInfo, by: Attribution, at: datetime
) -> RecordHead:
    return RecordHead(
        title="Audit trail",
        subject="audit trail",
        record_version=str(gathered.last or 0),
        record_sha256=gathered.sha256,
        generated_by=f"{by.actor.full_name} ({by.actor.user_id})",
        generated_at=at,
        zone=zone,
        software=software(),
        query=f"{said or 'every change'}; read at {exact(at)}",
    )
