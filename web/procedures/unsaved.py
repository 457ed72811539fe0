"""What is typed in the editor and not saved: keeping it, taking it up again, throwing it away."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from audit.errors import ActionRefused, refuse_if
from sop.documents.reading import as_kept
from sop.kept_text import drop_text, find_text, keep_text
from sop.queries.procedures import VersionCard, last_saved
from sop.rules.versions import VersionState
from sop.versions import NOT_A_DRAFT
from web.http import Request
from web.procedures.editing import Editor

NOT_TYPED = ("csrfmiddlewaretoken", "do", "read_digest", "saved_digest", "kept_revision")


@dataclass(frozen=True, kw_only=True)
class Kept:
    """
    The state of what is typed, as the editor says it.

    revision: 0 while nothing is kept. saved: who saved a newer text meanwhile, or nothing.
    problem: why it is not kept.
    """

    revision: int = 0
    at: datetime | None = None
    saved_by: str = ""
    saved_at: datetime | None = None
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class TakenUp:
    """What somebody typed earlier, open in the editor again."""

    editor: Editor
    reason: str
    read_digest: str
    kept: Kept


def keep(request: Request, version: VersionCard, digest: str) -> HttpResponse:
    """
    Keep what is typed and say so; a text that is not kept is no refused attempt on a record.

    digest: of the document as it is saved now.
    """
    sent, revision = request.POST, _revision(request)
    try:
        refuse_if([] if version.state == VersionState.DRAFT else [NOT_A_DRAFT])
        row = keep_text(
            version_id=version.id,
            person=request.user,
            typed=_typed(sent),
            read_digest=sent.get("read_digest", "")[:64],
            revision=revision,
            at=timezone.now(),
        )
    except ActionRefused as error:
        kept = Kept(revision=revision, problem=error.refusals[0].words)
    else:
        kept = _kept(version, row.revision, row.kept_at, is_overtaken=row.read_digest != digest)
    return render(request, "procedures/edit.html#kept", {"kept": kept})


def take_up(
    request: Request, code: str, version: VersionCard, document: dict[str, object], digest: str
) -> TakenUp | None:
    """Return what the reader typed earlier, when it says something else than what is saved."""
    row = find_text(version.id, request.user)
    if row is None:
        return None
    typed = QueryDict(row.typed)
    editor = Editor.sent(code, typed, "")
    if editor.document is not None and as_kept(editor.document) == document:
        return None
    return TakenUp(
        editor=editor,
        reason=typed.get("reason", "")[:500],
        read_digest=row.read_digest,
        kept=_kept(version, row.revision, row.kept_at, is_overtaken=row.read_digest != digest),
    )


def revision_of(request: Request, version: VersionCard) -> int:
    """Return the number of what is kept, from which the editor counts on."""
    row = find_text(version.id, request.user)
    return 0 if row is None else row.revision


def throw_away(request: Request, version: VersionCard, url: str) -> HttpResponse:
    """Throw away what was typed, and show what is saved."""
    drop_text(version.id, request.user)
    return redirect(url)


def sent_again(request: Request) -> Kept:
    """Return what a page that is sent says of what is kept."""
    return Kept(revision=_revision(request))


def _kept(version: VersionCard, revision: int, at: datetime, *, is_overtaken: bool) -> Kept:
    who, when = last_saved(version.id) if is_overtaken else ("", None)
    return Kept(revision=revision, at=at, saved_by=who, saved_at=when)


def _typed(sent: QueryDict) -> str:
    typed = sent.copy()
    for name in NOT_TYPED:
        typed.pop(name, None)
    return typed.urlencode()


def _revision(request: Request) -> int:
    given = request.POST.get("kept_revision", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0
