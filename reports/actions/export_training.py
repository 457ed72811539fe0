"""Handing out a copy of the report of training."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import Refusal, refuse_if
from reports.kit.paper import RecordHead
from reports.kit.times import exact, software
from reports.models import Export
from reports.register import register_training
from reports.training import as_csv, as_json, as_pdf, rows_of
from sop.queries.training import seen_through, training_matrix

MAY_EXPORT = (Role.SUPERVISOR, Role.QA, Role.RELEASE, Role.INSPECTOR)
PDF, CSV, JSON = "pdf", "csv", "json"
AHEAD = Refusal("DAY_AHEAD", "This day has not come yet: choose today, or an earlier one.")


@dataclass(frozen=True, kw_only=True)
class ExportedTraining:
    """A copy as it is handed out, with its entry in the register."""

    export: Export
    content: bytes


def export_training(
    *, as_of: datetime, form: str, zone: ZoneInfo, by: Attribution, at: datetime
) -> ExportedTraining:
    """
    Write who was trained for which version into a file, and register the copy.

    The people are those who work at sites that the person may see, closed accounts included.
    as_of: the instant that is looked back at. form: `pdf`, `csv` or `json`.
    Raises NotAuthorised; ActionRefused (NO_REASON, DAY_AHEAD).
    Source: 21 CFR 211.25, 11.10(b); URS-07, URS-48, URS-76; REQUIREMENTS D2 no. 11.
    """
    with attributed_change(by, action="export_training") as change:
        change.subject.update(as_of=exact(as_of), form=form)
        require_role(by.actor, MAY_EXPORT)
        refuse_if([AHEAD] if as_of > at else [])
        matrix = training_matrix(at=as_of, sites=seen_through(by.actor), is_open=False)
        rows = rows_of(matrix)
        machine = as_json(rows, as_of=as_of)
        head = RecordHead(
            title="Training against procedures",
            subject=f"training {as_of:%Y-%m-%d}",
            record_version=exact(as_of),
            record_sha256=hashlib.sha256(machine).hexdigest(),
            generated_by=f"{by.actor.full_name} ({by.actor.user_id})",
            generated_at=at,
            zone=zone,
            software=software(),
            query=f"training as of {exact(as_of)}; read at {exact(at)}",
        )
        contents = {
            PDF: lambda: as_pdf(matrix, rows, head),
            CSV: lambda: as_csv(rows),
            JSON: lambda: machine,
        }
        content = contents[form]()
        export = register_training(change, head, content, suffix=form)
    return ExportedTraining(export=export, content=content)
