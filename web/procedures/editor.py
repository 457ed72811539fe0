"""The editor's page: opening a draft, answering its buttons, saving it."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from audit.errors import ActionRefused, DomainError, Refusal
from sop.actions.edit_draft import edit_draft
from sop.documents.reading import stored_document
from sop.models import ProcedureVersion
from sop.queries.procedures import ProcedureCard, VersionCard
from sop.rules.versions import VersionState
from sop.versions import NOT_A_DRAFT, WRITERS, digest_of
from web.attribution import attributed
from web.configuring.gate import insist_on
from web.http import Request
from web.procedures.editing import Editor
from web.procedures.pages import crumbs_of

SAVES = {"save", "save-over"}
NOT_SAVED = Refusal(
    "NOT_COMPLETE",
    "Nothing was saved: what is marked below is not complete. All that you typed is still here.",
)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One draft on the desk. read_digest: of the document that was opened."""

    card: ProcedureCard
    version: VersionCard
    editor: Editor
    read_digest: str
    reason: str = ""
    refusals: tuple[Refusal, ...] = ()
    is_overtaken: bool = False


def answer(request: Request, card: ProcedureCard, version: VersionCard) -> HttpResponse:
    """
    Show the editor; answer a button with the part that changes, and save what is complete.

    Raises NotAuthorised; ActionRefused: the version is no draft.
    """
    insist_on(request.user, *WRITERS)
    if version.state != VersionState.DRAFT:
        raise ActionRefused([NOT_A_DRAFT])
    if request.method != "POST":
        return _show(request, _opened(card, version))
    do = request.POST.get("do", "save")
    desk = _sent(request, card, version, do)
    if do not in SAVES:
        return _show(request, desk, part="preview" if do == "preview" else "editor")
    return _saved(request, desk, do)


def _opened(card: ProcedureCard, version: VersionCard) -> Desk:
    kept = _kept(version)
    return Desk(
        card=card,
        version=version,
        editor=Editor.of(stored_document(kept)),
        read_digest=digest_of(kept),
    )


def _sent(request: Request, card: ProcedureCard, version: VersionCard, do: str) -> Desk:
    return Desk(
        card=card,
        version=version,
        editor=Editor.sent(card.code, request.POST, do),
        read_digest=request.POST.get("read_digest", ""),
        reason=request.POST.get("reason", "")[:500],
    )


def _kept(version: VersionCard) -> dict[str, object]:
    """Return the document as it is saved now; read once, so that its digest is of what is shown."""
    found: dict[str, object] = ProcedureVersion.objects.values_list("document", flat=True).get(
        pk=version.id
    )
    return found


def _saved(request: Request, desk: Desk, do: str) -> HttpResponse:
    document = desk.editor.document
    if document is None:
        return _refused(request, desk, [NOT_SAVED], 422)
    over = request.POST.get("saved_digest", "") if do == "save-over" else ""
    try:
        edit_draft(
            version_id=desk.version.id,
            document=document,
            read_digest=over or desk.read_digest,
            by=attributed(request, desk.reason or "Work on the draft"),
        )
    except DomainError as error:
        return _refused(request, desk, error.refusals, error.http_status)
    return redirect(f"{_url(desk)}?saved=1")


def _refused(request: Request, desk: Desk, refusals: list[Refusal], status: int) -> HttpResponse:
    codes = {refusal.code for refusal in refusals}
    kept = Desk(
        card=desk.card,
        version=desk.version,
        editor=desk.editor,
        read_digest=desk.read_digest,
        reason=desk.reason,
        refusals=tuple(refusals),
        is_overtaken="CHANGED_MEANWHILE" in codes,
    )
    return _show(request, kept, status=status)


def _show(request: Request, desk: Desk, *, part: str = "", status: int = 200) -> HttpResponse:
    context = {
        "crumbs": crumbs_of(desk.card, f"Version {desk.version.number}", "Edit"),
        "desk": desk,
        "editor": desk.editor,
        "saved_digest": digest_of(_kept(desk.version)) if desk.is_overtaken else "",
        "edit_url": _url(desk),
        "is_saved": request.GET.get("saved") == "1" and not desk.refusals,
    }
    name = "procedures/edit.html"
    template = f"{name}#{part}" if part and request.htmx else name
    return render(request, template, context, status=status)


def _url(desk: Desk) -> str:
    return reverse("procedures:edit", args=[desk.card.id, desk.version.number])
