"""The editor's page: opening a draft, answering its buttons, saving it."""

from dataclasses import dataclass, replace

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
from web.procedures import unsaved
from web.procedures.editing import Editor
from web.procedures.pages import crumbs_of

SAVES = {"save", "save-over"}
NOT_SAVED = Refusal(
    "NOT_COMPLETE",
    "Nothing was saved: what is marked below is not complete. All that you typed is still here.",
)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """
    One draft on the desk.

    read_digest: of the document that was opened. is_taken_up: it is what the reader typed earlier.
    """

    card: ProcedureCard
    version: VersionCard
    editor: Editor
    read_digest: str
    kept: unsaved.Kept
    is_taken_up: bool = False
    reason: str = ""
    refusals: tuple[Refusal, ...] = ()
    is_overtaken: bool = False


def answer(request: Request, card: ProcedureCard, version: VersionCard) -> HttpResponse:
    """
    Show the editor; keep what is typed, answer buttons with the part that changes, and save.

    Raises NotAuthorised; ActionRefused: the version is no draft.
    """
    insist_on(request.user, *WRITERS)
    do = request.POST.get("do", "save")
    if request.method == "POST" and do == "keep":
        return unsaved.keep(request, version, digest_of(_kept(version)))
    if version.state != VersionState.DRAFT:
        raise ActionRefused([NOT_A_DRAFT])
    if request.method != "POST":
        return _show(request, _opened(request, card, version))
    if do == "drop":
        return unsaved.throw_away(request, version, version_edit_url(card, version))
    desk = _sent(request, card, version, do)
    if do not in SAVES:
        return _show(request, desk, part="preview" if do == "preview" else "editor")
    return _saved(request, desk, do)


def _opened(request: Request, card: ProcedureCard, version: VersionCard) -> Desk:
    document = _kept(version)
    digest = digest_of(document)
    typed = unsaved.take_up(request, card.code, version, document, digest)
    if typed is None:
        return Desk(
            card=card,
            version=version,
            editor=Editor.of(stored_document(document)),
            read_digest=digest,
            kept=unsaved.Kept(revision=unsaved.revision_of(request, version)),
        )
    return Desk(
        card=card,
        version=version,
        editor=typed.editor,
        read_digest=typed.read_digest,
        kept=typed.kept,
        reason=typed.reason,
        is_taken_up=True,
        is_overtaken=typed.read_digest != digest,
    )


def _sent(request: Request, card: ProcedureCard, version: VersionCard, do: str) -> Desk:
    return Desk(
        card=card,
        version=version,
        editor=Editor.sent(card.code, request.POST, do),
        read_digest=request.POST.get("read_digest", ""),
        kept=unsaved.sent_again(request),
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
    return redirect(f"{version_edit_url(desk.card, desk.version)}?saved=1")


def _refused(request: Request, desk: Desk, refusals: list[Refusal], status: int) -> HttpResponse:
    codes = {refusal.code for refusal in refusals}
    refused = replace(desk, refusals=tuple(refusals), is_overtaken="CHANGED_MEANWHILE" in codes)
    return _show(request, refused, status=status)


def _show(request: Request, desk: Desk, *, part: str = "", status: int = 200) -> HttpResponse:
    context = {
        "crumbs": crumbs_of(desk.card, f"Version {desk.version.number}", "Edit"),
        "desk": desk,
        "editor": desk.editor,
        "kept": desk.kept,
        "saved_digest": digest_of(_kept(desk.version)) if desk.is_overtaken else "",
        "edit_url": version_edit_url(desk.card, desk.version),
        "is_saved": request.GET.get("saved") == "1" and not desk.refusals,
    }
    name = "procedures/edit.html"
    template = f"{name}#{part}" if part and request.htmx else name
    return render(request, template, context, status=status)


def version_edit_url(card: ProcedureCard, version: VersionCard) -> str:
    """Give the address of the editor of a version."""
    return reverse("procedures:edit", args=[card.id, version.number])
