"""Batches as their pages show them: the list, one batch, the scan list at the door, the sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from custody.models import Receipt
from custody.queries.receipts import (
    Announced,
    BatchCard,
    Progress,
    ReceiptCard,
    announced_in,
    batches,
    count_waiting,
    receipts_of,
)
from custody.queries.records import records_by_key, vial_records
from custody.queries.signed import Signed, signatures_under
from inventory.models import Batch, Custody, Vial
from sop.action import Action
from sop.authority import may
from web.http import Request
from web.keyset import cursor, pager_of
from web.links import labels_url, with_query
from web.presenters import (
    AnswerItem,
    AnswerStrip,
    Axis,
    Crumb,
    EmptyState,
    FilterChip,
    Identity,
    ScanField,
    SignatureBlock,
    StatusBadge,
)
from web.receiving import ReceiptScan, forget, scanned_codes, scanned_of
from web.retrieval_pages import signature_blocks_of
from web.runs.returning import back_to_run
from web.sheets import SignSheet
from web.sites import current_site
from web.templatetags.freezer import celsius
from web.vial_lines import vial_lines

LIST = Crumb(label="Receipts", url="/batches/")
EMPTY = EmptyState(
    title="No batches here",
    words="Batches are announced by the batch record system when manufacturing completes them.",
)
MOST_VIALS = 500


@dataclass(frozen=True, kw_only=True)
class BatchLine:
    """One batch in the list."""

    url: str
    number: str
    coi: str
    pseudonym: str
    product: str
    completed_at: datetime
    expires_at: datetime
    badge: StatusBadge
    arrived: str


def progress_badge(card: BatchCard) -> StatusBadge:
    """Give the badge of how much of a batch has arrived."""
    return StatusBadge(axis=Axis.CUSTODY, words=str(card.progress.label))


def list_context(request: Request) -> dict[str, object]:
    """Gather the list of batches that the chips ask for."""
    shown = request.GET.get("show", "")
    progress = Progress(shown) if shown in Progress.values else None
    page = batches(seen_by=request.user, progress=progress, **cursor(request))
    url = with_query(reverse("batches:index"), show=shown if progress else "")
    return {
        "chips": _chips(request, progress),
        "lines": [_line(card) for card in page.rows],
        "pager": pager_of(page, url),
        "empty": EMPTY,
    }


def _chips(request: Request, shown: Progress | None) -> list[FilterChip]:
    counts = count_waiting(seen_by=request.user)
    url = reverse("batches:index")
    return [
        FilterChip(label="All", url=url, active=shown is None),
        *(
            FilterChip(
                label=str(progress.label),
                url=with_query(url, show=progress.value),
                count=counts.get(progress),
                active=progress is shown,
            )
            for progress in Progress
        ),
    ]


def _line(card: BatchCard) -> BatchLine:
    return BatchLine(
        url=reverse("batches:batch", args=[card.id]),
        number=card.number,
        coi=card.coi,
        pseudonym=card.pseudonym,
        product=card.product_code,
        completed_at=card.completed_at,
        expires_at=card.expires_at,
        badge=progress_badge(card),
        arrived=f"{card.announced - card.outstanding} of {card.announced}",
    )


def crumbs_of(card: BatchCard, here: str = "") -> tuple[Crumb, ...]:
    """Give the way to a batch, or to a step behind it."""
    if not here:
        return (LIST, Crumb(label=card.number))
    url = reverse("batches:batch", args=[card.id])
    return (LIST, Crumb(label=card.number, url=url), Crumb(label=here))


def identity_of(card: BatchCard) -> Identity:
    """Say whose batch it is, large; a bank says that it is nobody's yet."""
    return Identity(
        coi=card.coi or "no patient yet",
        pseudonym=card.pseudonym,
        product=f"{card.product_name}, lot {card.number}",
    )


def batch_context(request: Request, card: BatchCard) -> dict[str, object]:
    """Gather one batch's page."""
    rows = Vial.objects.filter(batch=card.id).order_by("code")
    records = vial_records(rows[:MOST_VIALS])
    receipts = receipts_of(card.id)
    signed = signatures_under(Receipt, [receipt.id for receipt in receipts])
    return {
        "card": card,
        "crumbs": crumbs_of(card),
        "identity": identity_of(card),
        "strip": _strip(card, receipts),
        "badge": progress_badge(card),
        "lines": vial_lines(records),
        "may_put_away": may(request.user, Action.PLACE_VIALS)
        and any(record.custody == Custody.RECEIVED for record in records),
        "receipts": [(receipt, _blocks(signed.get(receipt.id, ()))) for receipt in receipts],
        "may_receive": may(request.user, Action.RECEIVE_BATCH) and card.outstanding > 0,
        "labels_url": labels_url(card.id) if may(request.user, Action.PRINT_LABELS) else "",
        "may_decide": may(request.user, Action.DECIDE_QUALITY),
    }


def _blocks(signed: Sequence[Signed]) -> list[SignatureBlock]:
    return signature_blocks_of(signed)


def _strip(card: BatchCard, receipts: Sequence[ReceiptCard]) -> AnswerStrip:
    arrived = f"{card.announced - card.outstanding} of {card.announced} containers received"
    last = receipts[0].outcome if receipts else "not inspected yet"
    return AnswerStrip(
        items=(
            AnswerItem(label="Arrived", words=arrived),
            AnswerItem(label="Inspection", words=last),
            AnswerItem(label="Kept", words=card.storage),
            AnswerItem(label="Donation", words=card.donation_number),
            AnswerItem(label="Announced by", words=card.source),
        )
    )


def receive_context(request: Request, card: BatchCard, outcome: ReceiptScan) -> dict[str, object]:
    """Gather the scan screen at the door: what was scanned, what is still to be found."""
    announced = announced_in(card.id)
    scanned = scanned_of(scanned_codes(request, card.id), announced)
    done = {row.vial_id for row in scanned}
    return {
        "card": card,
        "crumbs": crumbs_of(card, "Receive"),
        "identity": identity_of(card),
        "field": ScanField(
            url=reverse("batches:receive", args=[card.id]),
            label="Scan every container",
            target="#receive-result",
            hint="Each one once, also those whose label is hard to read.",
        ),
        "outcome": outcome,
        "scanned": scanned,
        "missing": [row for row in announced if row.is_expected and row.vial_id not in done],
        "total": len([row for row in announced if row.is_expected]),
    }


def scanned_now(request: Request, card: BatchCard) -> list[Announced]:
    """Return what is on the scan list of this session and still to be received."""
    return scanned_of(scanned_codes(request, card.id), announced_in(card.id))


def inspection_sheet(request: Request, card: BatchCard, site: str) -> SignSheet:
    """Give the sheet on which two people sign a receipt."""
    keys = [row.vial_id for row in scanned_now(request, card)]
    records = records_by_key(keys, seen_by=request.user)
    warmest = card.warmest_allowed_celsius
    limit = f", not warmer than {celsius(warmest)}" if warmest is not None else ""
    return SignSheet(
        heading=f"Receive {card.number}",
        words=f"{len(records)} of {card.outstanding} expected containers are scanned. "
        f"Kept in {card.storage}{limit}. They go into quarantine and into your hands at {site}.",
        statement=f"I inspected and received {len(records)} containers of lot {card.number}.",
        action_label=f"Sign and receive {len(records)}",
        cancel_url=reverse("batches:receive", args=[card.id]),
        crumbs=(*crumbs_of(card, "Receive")[:-1], Crumb(label="Inspect and sign")),
        identity=identity_of(card),
        covers=((Batch, card.id),),
        hidden=tuple(("vial", str(record.vial_id)) for record in records),
        lines=vial_lines(records),
        reasons=("Delivery from manufacturing",),
    )


def after_receipt(request: Request, card: BatchCard) -> HttpResponse:
    """Empty the scan list and go on with the batch, where labels and storing are offered."""
    forget(request, card.id)
    messages.success(request, f"{card.number} is received into quarantine: label it, put it away.")
    return back_to_run(request, redirect("batches:batch", card.id))


def not_ready(request: Request, card: BatchCard) -> HttpResponse:
    """Send somebody who cannot sign a receipt yet to where they must go first."""
    if current_site(request) is None:
        messages.warning(request, "Say first at which site you receive.")
        return redirect("sites:choose")
    messages.warning(request, "Scan the containers first: the list is empty.")
    return redirect("batches:receive", card.id)
