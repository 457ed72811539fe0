"""The page after a restore: what was lost, what to compare, what to look at, and its sheet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.queries.restores import OpenLoss, open_loss, reconciliations
from audit.seals.standing import Level, level_now
from custody.queries.restored import (
    TouchedLine,
    containers_to_find,
    newest_messages,
    newest_own_codes,
    vials_to_find,
)
from inventory.codes.own import OwnKind
from reports.queries import newest_export
from web.audit_pages import LIST, tabs_at
from web.http import Request
from web.links import vial_url
from web.presenters import Crumb
from web.sheets import SignSheet

HOURS = (4, 24, 72)
USUAL_HOURS = 24
HEADS = ("Kind", "Code", "Place as restored", "Last known", "Who", "When (UTC)", "Found at", "By")
HERE = Crumb(label="Restore", url="/audit/restore/")


@dataclass(frozen=True, kw_only=True)
class Trace:
    """
    Something that leaves marks outside the database.

    ends_at: the last one that this database knows. compare: what to look at.
    """

    name: str
    ends_at: str
    compare: str


@dataclass(frozen=True, kw_only=True)
class FindLine:
    """One thing to look at, with the address of its page."""

    line: TouchedLine
    url: str


def hours_of(request: Request) -> int:
    """Return how far back the list goes, as the address asks."""
    asked = request.GET.get("hours", "")
    return int(asked) if asked.isdecimal() and int(asked) in HOURS else USUAL_HOURS


def lines_to_find(request: Request, found: OpenLoss) -> list[TouchedLine]:
    """List what may stand elsewhere than this database says."""
    since = (found.restored_to or timezone.now()) - timedelta(hours=hours_of(request))
    person = request.user
    return [
        *vials_to_find(since, seen_by=person),
        *containers_to_find(since, seen_by=person),
    ]


def rows_to_find(lines: Iterable[TouchedLine]) -> list[Sequence[object]]:
    """Return the list as a table for other programs, with room for what is found."""
    return [
        (
            line.kind, line.code, line.place, line.what, line.who,
            "" if line.at is None else line.at.isoformat(), "", "",
        )
        for line in lines
    ]  # fmt: skip


def restore_context(request: Request) -> dict[str, object]:
    """Gather the page."""
    found = open_loss()
    lines = [] if found is None else lines_to_find(request, found)
    hours = hours_of(request)
    return {
        "tabs": tabs_at("restore", request.user),
        "found": found,
        "traces": [] if found is None else traces(request, found),
        "lines": [FindLine(line=line, url=_url(line)) for line in lines],
        "hours": hours,
        "choices": HOURS,
        "csv_url": f"?hours={hours}&format=csv",
        "is_compared": level_now() != Level.UNCOMPARED,
        "may_sign": found is not None and Role.QA in request.user.role_names(),
        "signed": reconciliations(),
    }


def _url(line: TouchedLine) -> str:
    if line.kind == "vial":
        return vial_url(line.id)
    return reverse("storage:container", args=[line.id])


def traces(request: Request, found: OpenLoss) -> list[Trace]:
    """List what can be compared, because it leaves marks outside the database."""
    anchored = found.loss.newest_change
    kinds = [kind.value for kind in OwnKind]
    codes = newest_own_codes(kinds)
    senders = newest_messages(seen_by=request.user)
    beyond = "" if anchored is None else f" The anchor knows changes up to number {anchored}."
    return [
        Trace(
            name="Changes",
            ends_at=f"number {found.newest_change}, {_when(found.restored_to)}",
            compare="Printed and exported records with a higher number." + beyond,
        ),
        Trace(
            name="Signatures",
            ends_at=_when(found.signed_until),
            compare="Papers and PDFs that show a later signature.",
        ),
        Trace(
            name="Exports",
            ends_at=_when(newest_export()),
            compare="Dossiers, trail copies and labels that were handed out later; their proofs "
            "still hold against the anchor.",
        ),
        Trace(
            name="Labels of ours",
            ends_at=", ".join(codes.values()) or "none yet",
            compare="Labels with a higher number: take them off, before the number is given again.",
        ),
        *(
            Trace(
                name=f"Messages of {sender}",
                ends_at=_when(at),
                compare="Ask for all messages since then again; a repeat changes nothing.",
            )
            for sender, at in senders.items()
        ),
    ]


def _when(at: datetime | None) -> str:
    if at is None:
        return "none yet"
    return timezone.localtime(at).isoformat(sep=" ", timespec="seconds")


def reconciling_sheet(found: OpenLoss) -> SignSheet:
    """Give the sheet on which quality signs what a restore lost."""
    loss = found.loss
    return SignSheet(
        heading="Sign what the restore lost",
        words=f"Seals {loss.first} to {loss.last} are lost, made from {_when(loss.first_at)} to "
        f"{_when(loss.last_at)}. When you sign, everybody can write again, and the loss stands in "
        "the trail and in its anchor for good.",
        statement="I have compared what is listed with what is there, and my findings are true.",
        action_label="Sign and open for writing",
        cancel_url=reverse("audit:restore"),
        crumbs=(LIST, HERE, Crumb(label="Sign")),
        hidden=(("digest", loss.digest),),
        grave=True,
    )
