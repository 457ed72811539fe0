"""The trail as its pages show it: lists with their filters, one change with all it touched."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from audit.authors import Author
from audit.pages import Page
from audit.queries.changes import ChangeEntry, TrailFilter, changes
from audit.queries.refusals import RefusedEntry, refused_attempts
from audit.queries.signatures import SignedChange
from audit.queries.versions import Versions, versions_of
from custody.queries.change_events import EventOfChange
from custody.queries.trail import changes_about, refusals_shown_to
from web.forms.audit import TrailForm
from web.gates import opens_notices
from web.http import Request
from web.keyset import cursor, pager_of
from web.links import vial_url
from web.presenters import Crumb, EmptyState, FilterChip, SignatureBlock, Tab

LIST = Crumb(label="Audit", url="/audit/")
MISMATCHES = ("WRONG_PATIENT", "WRONG_VIAL", "OTHER_BATCH", "WRONG_PROGRAM", "UNKNOWN_CODE")
SIGNINGS = (
    *("WRONG_CREDENTIALS", "SAME_PERSON", "SHARED_ACCOUNT", "OTHER_SIGNER", "SIGN_IN_REFUSED"),
    "LOCKED_OUT",
)
UNAUTHORISED = ("ROLE_MISSING", "OUTSIDE_PROGRAM", "OUTSIDE_SITE", "DEACTIVATED")
NO_CHANGES = EmptyState(title="No change matches", words="Widen the dates, or take a filter away.")
NO_REFUSALS = EmptyState(title="Nothing was refused", words="No attempt of this kind is recorded.")


def trail_page(request: Request, form: TrailForm, but_not: Q) -> Page[ChangeEntry]:
    """Return the page of the trail that the filters ask for."""
    code = (form.said().get("code") or "").strip()
    wanted = TrailFilter(
        actor_id=form.actor_id(),
        action=form.said().get("action") or "",
        since=form.begins(),
        until=form.ends(),
        keys=(changes_about(code, seen_by=request.user) or []) if code else None,
    )
    return changes(matching=wanted, but_not=but_not, **cursor(request))


def trail_context(
    request: Request, form: TrailForm, page: Page[ChangeEntry], but_not: Q
) -> dict[str, object]:
    """Gather the trail's page."""
    said = {name: value for name, value in form.said().items() if value}
    url = f"{reverse('audit:index')}?{urlencode(said)}" if said else reverse("audit:index")
    return {
        "tabs": tabs_at("index", request.user),
        "form": form,
        "rows": page.rows,
        "pager": pager_of(page, url),
        "csv_url": csv_url_of(request),
        "empty": NO_CHANGES,
        "is_walled": bool(but_not),
    }


def csv_url_of(request: Request) -> str:
    """Give the address of the same list as CSV."""
    query = request.GET.copy()
    query["format"] = "csv"
    return f"?{query.urlencode()}"


def tabs_at(here: str, person: Author) -> list[Tab]:
    """Give the tabs of the section that somebody may open."""
    tabs = {
        "index": "Changes",
        "refused": "Refused attempts",
        "access": "Access log",
        "checks": "Checks and seals",
    }
    if opens_notices(person):
        tabs["notices"] = "Notices"
    return [
        Tab(label=label, url=reverse(f"audit:{name}"), active=here == name)
        for name, label in tabs.items()
    ]


TRAIL_HEADS = (
    "No.", "Recorded at (UTC)", "Action", "Who", "User ID", "Role", "Device", "Door", "Reason",
    "Procedure step", "Request", "Version",
)  # fmt: skip


def trail_rows(entries: Iterable[ChangeEntry]) -> list[Sequence[object]]:
    """Return the trail as rows of a table for other programs."""
    return [
        (
            entry.id, _exact(entry.recorded_at), entry.action, entry.who, entry.user_id, entry.role,
            entry.device, entry.door, entry.reason, entry.procedure_step, entry.request_id,
            entry.app_version,
        )
        for entry in entries
    ]  # fmt: skip


def _exact(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat()


_KINDS = {"mismatch": MISMATCHES, "signing": SIGNINGS, "unauthorised": UNAUTHORISED}


def refused_page(request: Request) -> Page[RefusedEntry]:
    """Return the page of refused attempts that the chips ask for."""
    return refused_attempts(
        shows=lambda entries: refusals_shown_to(request.user, entries),
        codes=_KINDS.get(request.GET.get("kind", ""), ()),
        **cursor(request),
    )


def refused_context(request: Request, page: Page[RefusedEntry]) -> dict[str, object]:
    """Gather the page of refused attempts."""
    kind = request.GET.get("kind", "")
    url = reverse("audit:refused")
    here = f"{url}?{urlencode({'kind': kind})}" if kind in _KINDS else url
    labels = {"": "All", "mismatch": "Mismatches", "signing": "Signing and signing in"}
    labels["unauthorised"] = "Not authorised"
    return {
        "tabs": tabs_at("refused", request.user),
        "chips": [
            FilterChip(label=label, url=f"{url}?kind={name}" if name else url, active=name == kind)
            for name, label in labels.items()
        ],
        "rows": page.rows,
        "pager": pager_of(page, here),
        "csv_url": csv_url_of(request),
        "empty": NO_REFUSALS,
    }


REFUSED_HEADS = ("No.", "Refused at (UTC)", "Action", "Who", "User ID", "Role", "Device", "Codes",
                 "Words", "About")  # fmt: skip


def refused_rows(entries: Iterable[RefusedEntry]) -> list[Sequence[object]]:
    """Return the refused attempts as rows of a table for other programs."""
    return [
        (
            entry.id, _exact(entry.refused_at), entry.action, entry.who, entry.user_id, entry.role,
            entry.device, " ".join(entry.codes), entry.words, entry.subject,
        )
        for entry in entries
    ]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class EventLine:
    """One ledger event of a change."""

    code: str
    url: str
    words: str
    seq: int
    moved: str
    detail: str


def event_lines(events: Iterable[EventOfChange]) -> list[EventLine]:
    """Turn the ledger events of a change into lines."""
    return [
        EventLine(
            code=event.code,
            url=vial_url(event.vial_id),
            words=event.title,
            seq=event.seq,
            moved=event.moved,
            detail=", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in event.details),
        )
        for event in events
    ]


def signature_lines(signatures: Iterable[SignedChange]) -> list[tuple[SignatureBlock, str]]:
    """Show each signature beside what it covers."""
    return [
        (
            SignatureBlock(
                printed_name=signed.printed_name,
                user_id=signed.user_id,
                role=signed.role,
                meaning=signed.meaning,
                signed_at=signed.signed_at,
                reason=signed.reason,
                changed_since=signed.changed > 0,
            ),
            signed.records,
        )
        for signed in signatures
    ]


def versions_for(request: Request, change_id: int) -> Versions:
    """Return old and new values; who a patient is stays masked without the right to read it."""
    may_read = request.user.has_perm("inventory.read_identity")
    return versions_of(change_id, masked=() if may_read else ("inventory.PatientIdentity",))


def crumbs_of(entry: ChangeEntry) -> tuple[Crumb, ...]:
    """Give the way to one change."""
    return (LIST, Crumb(label=f"Change {entry.id}"))


def file_stem(name: str) -> str:
    """Name an export by what it is and when it was made."""
    return f"{name}-{timezone.now():%Y%m%dT%H%M%SZ}"
