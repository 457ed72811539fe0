"""What the pages of procedures show: the list, one procedure, one version."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from audit.errors import Refusal
from audit.queries.signatures import blocks_under
from sop.documents.checking import refusals_to_approve
from sop.documents.document import ProcedureDocument
from sop.models import Procedure, ProcedureVersion
from sop.queries.procedure_files import files_of
from sop.queries.procedures import (
    ProcedureCard,
    VersionCard,
    document_of,
    governed_by,
    history_of,
    procedure_cards,
)
from sop.rules.versions import VersionState
from web.forms.procedures import CopyForm
from web.gates import opens_audit
from web.http import Request
from web.links import with_query
from web.presenters import Crumb, EmptyState, FilterChip
from web.procedures.steps import step_lines
from web.procedures.who import approves, verbs_for, verbs_on, writes
from web.training_pages import own_gaps

LIST = Crumb(label="Procedures", url="/procedures/")
NOTHING = EmptyState(
    title="No procedure here",
    words="Whoever works on the floor or in quality begins one, best from the library.",
)
SHOWN = {
    "force": "In force",
    "mine": "Waits for me",
    "work": "In work",
    "retired": "Retired",
    "all": "All",
}


@dataclass(frozen=True, kw_only=True)
class ProcedureRow:
    """One procedure in the list, with why it waits for the reader."""

    card: ProcedureCard
    waits: str


def list_context(request: Request, at: datetime) -> dict[str, object]:
    """Gather the list as the address asks for it."""
    search = request.GET.get("q", "").replace("\0", "")[:60].strip()
    rows = [
        ProcedureRow(card=card, waits=_waits(request, card))
        for card in procedure_cards(at=at, search=search)
    ]
    wanted = request.GET.get("show", "")
    show = wanted if wanted in SHOWN else "force"
    kept = {name: [row for row in rows if _is_shown(row, name)] for name in SHOWN}
    return {
        "rows": kept[show],
        "chips": [
            FilterChip(
                label=label,
                url=with_query(request.path, show=name, q=search),
                count=len(kept[name]),
                active=name == show,
            )
            for name, label in SHOWN.items()
        ],
        "search": search,
        "show": show,
        "waits": kept["mine"] if show != "mine" else [],
        "to_learn": own_gaps(request, at),
        "writes": writes(request.user),
        "empty": NOTHING,
    }


def _is_shown(row: ProcedureRow, name: str) -> bool:
    card = row.card
    return {
        "force": card.in_force is not None,
        "mine": bool(row.waits),
        "work": card.in_work is not None or card.coming is not None,
        "retired": card.retired_at is not None,
        "all": True,
    }[name]


def _waits(request: Request, card: ProcedureCard) -> str:
    """Say in words what the reader is to do with a procedure, or nothing."""
    work = card.in_work
    if work is None or card.retired_at is not None:
        return ""
    is_own = work.author_id == request.user.pk
    if work.state == VersionState.IN_REVIEW and approves(request.user) and not is_own:
        return f"Review version {work.number} of {work.author}"
    if work.state == VersionState.DRAFT and is_own:
        return f"Finish your draft, version {work.number}"
    return ""


def procedure_context(request: Request, card: ProcedureCard) -> dict[str, object]:
    """Gather the page of a procedure: what counts first, then how it came to that."""
    shown = card.shown
    signatures = blocks_under([(ProcedureVersion, one.id) for one in card.versions])
    document = document_of(shown.id)
    return {
        "crumbs": (LIST, Crumb(label=card.code)),
        "card": card,
        "shown": shown,
        "document": document,
        "steps": step_lines(document),
        "governs": governed_by(card.id),
        "files": files_of(shown.id),
        "versions": [
            (one, signatures.get((ProcedureVersion, one.id), [])) for one in card.versions
        ],
        "history": history_of(card.id),
        "opens_audit": opens_audit(request.user),
        "verbs": verbs_on(request.user, card),
        "retired_by": blocks_under([(Procedure, card.id)]).get((Procedure, card.id), []),
        "compare_from": card.versions[1].number if len(card.versions) > 1 else 0,
    }


def version_context(
    request: Request, card: ProcedureCard, version: VersionCard
) -> dict[str, object]:
    """Gather the page of one version."""
    document = document_of(version.id)
    key = (ProcedureVersion, version.id)
    return {
        "crumbs": crumbs_of(card, f"Version {version.number}"),
        "card": card,
        "version": version,
        "document": document,
        "steps": step_lines(document),
        "faults": faults_of(version, document),
        "files": files_of(version.id),
        "signatures": blocks_under([key]).get(key, []),
        "verbs": verbs_for(request.user, card, version),
        "before": before(card, version),
        "copy_form": CopyForm(),
    }


def faults_of(version: VersionCard, document: ProcedureDocument) -> list[Refusal]:
    """List what keeps a version in work from approval."""
    in_work = version.state in {VersionState.DRAFT, VersionState.IN_REVIEW}
    return list(refusals_to_approve(document)) if in_work else []


def before(card: ProcedureCard, version: VersionCard) -> int:
    """Return the number of the version before, an approved one if there is any; 0 for none."""
    earlier = [one for one in card.versions if one.number < version.number]
    counted = [one for one in earlier if one.approved_at is not None]
    return next((one.number for one in [*counted, *earlier]), 0)


def crumbs_of(card: ProcedureCard, *labels: str) -> tuple[Crumb, ...]:
    """Give the way to a page under a procedure."""
    own = Crumb(label=card.code, url=reverse("procedures:procedure", args=[card.id]))
    return (LIST, own, *(Crumb(label=label) for label in labels))
