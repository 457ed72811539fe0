"""The trail as its pages show it: the tabs, tables for other programs, one change as a whole."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from audit.authors import Author
from audit.queries.changes import ChangeEntry
from audit.queries.refusals import RefusedEntry
from audit.queries.signatures import SignedChange, signed_in
from audit.queries.system_events import told_in
from audit.queries.versions import Versions, versions_of
from custody.queries.change_events import MOST_SHOWN, EventOfChange, events_of_change
from web.gates import opens_notices
from web.http import Request
from web.keyset import key_in
from web.links import vial_url, with_query
from web.presenters import Crumb, SignatureBlock, Tab

LIST = Crumb(label="Audit", url="/audit/")
EVENTS = "events"


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
        "reviews": "Reviews",
        "checks": "Checks and seals",
        "restore": "Restore",
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


def masked_for(request: Request) -> tuple[str, ...]:
    """Return the models whose values stay masked without the right to read who a patient is."""
    may_read = request.user.has_perm("inventory.read_identity")
    return () if may_read else ("inventory.PatientIdentity",)


def change_context(request: Request, entry: ChangeEntry) -> dict[str, object]:
    """Gather the page of one change; `kind` and `behind` in the address ask for what is further."""
    only, behind = request.GET.get("kind", ""), key_in(request, "behind") or 0
    events: list[EventOfChange] = []
    if only in ("", EVENTS):
        events = events_of_change(entry.id, after=behind)
    versions = Versions(records=())
    if only != EVENTS:
        masked = masked_for(request)
        versions = versions_of(entry.id, masked=masked, only=only, after=behind)
    shown = events[:MOST_SHOWN]
    url = reverse("audit:change", args=[entry.id])
    further = [
        (part.kind, with_query(url, kind=part.label, behind=part.after))
        for part in versions.further
    ]
    if len(events) > MOST_SHOWN:
        further.append(("ledger events", with_query(url, kind=EVENTS, behind=shown[-1].event_id)))
    return {
        "crumbs": crumbs_of(entry),
        "entry": entry,
        "is_part": bool(only),
        "versions": versions,
        "told": None if only else told_in(entry.id),
        "events": event_lines(shown),
        "further": further,
        "signatures": [] if only else signature_lines(signed_in(entry.id)),
    }


def crumbs_of(entry: ChangeEntry) -> tuple[Crumb, ...]:
    """Give the way to one change."""
    return (LIST, Crumb(label=f"Change {entry.id}"))


def file_stem(name: str) -> str:
    """Name an export by what it is and when it was made."""
    return f"{name}-{timezone.now():%Y%m%dT%H%M%SZ}"
