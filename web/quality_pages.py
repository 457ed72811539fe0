"""What quality sees: what waits and why, the vials to decide on, the sheets to sign."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from audit.errors import Refusal
from audit.models import Meaning
from audit.queries.refusals import RefusedFilter, refused_attempts
from custody.models import Hold
from custody.queries.quality import (
    HoldCard,
    Need,
    batches_in_need,
    count_needs,
    count_open_holds,
    holds,
    refusals_to_sign,
    vials_in_need,
    vials_under,
)
from custody.queries.receipts import find_batch
from custody.queries.records import records_by_key, vial_records
from custody.queries.signed import signatures_under
from custody.queries.trail import refusals_shown_to
from custody.queries.whereabouts import whereabouts
from custody.rules.deciding import BY_RELEASE_ONLY, RELEASES
from inventory.models import GONE, Quality, Vial
from sop.action import Action
from sop.authority import may
from web.audit_search import MISMATCHES
from web.forms.quality import DECISIONS
from web.http import Request
from web.keyset import cursor, pager_of
from web.links import with_query
from web.mismatch_lines import MismatchLine, mismatch_lines
from web.presenters import Crumb, EmptyState, FilterChip
from web.retrieval_pages import signature_blocks_of
from web.sheets import SignSheet
from web.signing import SignAs
from web.vial_lines import vial_lines

LIST = Crumb(label="Quality", url="/quality/")
HOLDS, RELEASED_HOLDS, REFUSED = "holds", "released-holds", "refused"
NOTHING = EmptyState(title="Nothing waits here", words="What needs quality shows up by itself.")
MOST_VIALS = 500


def overview_context(request: Request, *, at: datetime) -> dict[str, object]:
    """Gather the overview: chips with what waits, and the list behind the chosen one."""
    shown = request.GET.get("show", Need.QUARANTINE.value)
    need = Need(shown) if shown in Need.values else None
    context: dict[str, object] = {
        "chips": _chips(request, shown, at),
        "need": need,
        "batches": [],
        "holds": None,
        "refusals": [],
        "pager": None,
        "empty": NOTHING,
        "may_hold": may(request.user, Action.PLACE_HOLD),
    }
    if need is not None:
        context["batches"] = batches_in_need(need, seen_by=request.user, at=at)
    elif shown == REFUSED:
        context["refusals"] = _mismatches(request)
    else:
        context |= _holds(request, is_open=shown != RELEASED_HOLDS)
    return context


def _holds(request: Request, *, is_open: bool) -> dict[str, object]:
    page = holds(seen_by=request.user, is_open=is_open, **cursor(request))
    show = HOLDS if is_open else RELEASED_HOLDS
    return {
        "holds": page.rows,
        "pager": pager_of(page, with_query(reverse("quality:index"), show=show)),
    }


def _mismatches(request: Request) -> list[MismatchLine]:
    page = refused_attempts(
        shows=lambda entries: refusals_shown_to(request.user, entries),
        matching=RefusedFilter(codes=MISMATCHES),
    )
    return mismatch_lines(page.rows)


def _chips(request: Request, shown: str, at: datetime) -> list[FilterChip]:
    counts = count_needs(seen_by=request.user, at=at)
    entries: list[tuple[str, str, int | None]] = [
        *((need.value, str(need.label), number) for need, number in counts.items()),
        (HOLDS, "Open holds", count_open_holds(seen_by=request.user)),
        (RELEASED_HOLDS, "Released holds", None),
        (REFUSED, "Refused mismatches", None),
    ]
    return [
        FilterChip(
            label=label,
            url=with_query(reverse("quality:index"), show=name),
            count=number,
            active=name == shown,
        )
        for name, label, number in entries
    ]


def vials_context(request: Request, problems: Sequence[str], *, at: datetime) -> dict[str, object]:
    """Gather the vials to decide on: of a batch, or of one kind of need."""
    rows, title, crumbs = _asked_for(request, at)
    records = vial_records(rows.order_by("batch", "code")[:MOST_VIALS])
    places = whereabouts([record.vial_id for record in records])
    return {
        "title": title,
        "crumbs": crumbs,
        "lines": vial_lines(records, places={key: row.place for key, row in places.items()}),
        "decisions": decisions_of(request),
        "problems": problems,
        "is_cut": len(records) == MOST_VIALS,
        "empty": NOTHING,
    }


def _asked_for(request: Request, at: datetime) -> tuple[QuerySet[Vial], str, tuple[Crumb, ...]]:
    batch, need = request.GET.get("batch", ""), request.GET.get("need", "")
    wanted = Need(need) if need in Need.values else None
    if batch.isascii() and batch.isdecimal() and len(batch) < 19:
        card = find_batch(int(batch), seen_by=request.user)
        rows = _waiting(request, wanted, at).filter(batch=card.id)
        return rows, f"Vials of {card.number}", (LIST, Crumb(label=card.number))
    shown = wanted or Need.QUARANTINE
    title = f"Vials: {str(shown.label).lower()}"
    return _waiting(request, shown, at), title, (LIST, Crumb(label=str(shown.label)))


def _waiting(request: Request, need: Need | None, at: datetime) -> QuerySet[Vial]:
    if need is None:
        return Vial.objects.visible_to(request.user).exclude(custody__in=GONE)
    return vials_in_need(need, seen_by=request.user, at=at)


def decisions_of(request: Request) -> list[tuple[str, str]]:
    """List the decisions that this person's roles may take."""
    roles = set(request.user.role_names())
    return [
        (decision.value, label)
        for decision, label in DECISIONS
        if ("release" if decision in BY_RELEASE_ONLY else "qa") in roles
    ]


def signs_as(decision: Quality) -> SignAs:
    """Say what a signature under this decision means."""
    if decision in RELEASES:
        return SignAs(meaning=Meaning.RELEASED)
    meanings = {Quality.REJECTED: Meaning.REJECTED, Quality.OOS_SUPPLY: Meaning.APPROVED}
    return SignAs(meaning=meanings.get(decision, Meaning.REVIEWED))


def decision_sheet(
    request: Request, keys: Sequence[int], decision: Quality, *, at: datetime
) -> SignSheet:
    """Give the sheet that lists each record of a decision, and why it may not be signed."""
    records = records_by_key(keys, seen_by=request.user)
    why = refusals_to_sign(keys, decision, seen_by=request.user, at=at)
    number = f"{len(records)} vial{'' if len(records) == 1 else 's'}"
    label = dict(DECISIONS)[decision]
    return SignSheet(
        heading=f"{label}: {number}",
        words="All of them or none: one that may not be decided so stops the whole sheet.",
        statement=f"I decide “{decision.label}” for these {number}.",
        action_label=f"Sign: {label.lower()} {number}",
        cancel_url=reverse("quality:index"),
        crumbs=(LIST, Crumb(label=label)),
        lines=vial_lines(records, refusals=why),
        reasons=_reasons(decision),
        hidden=(
            ("decision", decision.value),
            *(("vial", str(record.vial_id)) for record in records),
        ),
        grave=decision is Quality.REJECTED,
    )


def _reasons(decision: Quality) -> tuple[str, ...]:
    if decision in RELEASES:
        return ("All criteria met, no open deviation",)
    return ("Result out of specification",) if decision is Quality.REJECTED else ()


def holds_url() -> str:
    """Give the address of the open holds."""
    return with_query(reverse("quality:index"), show=HOLDS)


def asked_to_hold(request: Request) -> dict[str, str]:
    """Take over what the page that led here wants held: `?scope=batch&subject=B-26-0001`."""
    return {name: request.GET[name] for name in ("scope", "subject") if name in request.GET}


def hold_sheet() -> SignSheet:
    """Give the sheet on which a hold or a recall is placed."""
    return SignSheet(
        heading="Place a hold",
        words="Everything under the code is held at once, parts of split vials included. Held "
        "vials cannot be claimed, picked, packed or handed over until QA releases the hold.",
        statement="I hold everything under this code that could still be used.",
        action_label="Sign the hold",
        cancel_url=holds_url(),
        crumbs=(LIST, Crumb(label="Place a hold")),
        reasons=("Deviation under investigation", "Temperature excursion", "Donor result"),
        grave=True,
    )


def hold_context(request: Request, card: HoldCard) -> dict[str, object]:
    """Gather the page of one hold."""
    records = vial_records(vials_under(card.id, seen_by=request.user)[:MOST_VIALS])
    return {
        "card": card,
        "crumbs": hold_crumbs(card),
        "lines": vial_lines(records),
        "signatures": signature_blocks_of(signatures_under(Hold, [card.id]).get(card.id, ())),
        "may_release": may(request.user, Action.RELEASE_HOLD) and card.released_at is None,
        "refusals": _placed_by_you(request, card),
    }


def _placed_by_you(request: Request, card: HoldCard) -> list[Refusal]:
    if card.placed_by_id != request.user.pk:
        return []
    return [Refusal("PLACED_BY_YOU", "You placed this hold: somebody else in QA must release it.")]


def hold_crumbs(card: HoldCard, here: str = "") -> tuple[Crumb, ...]:
    """Give the way to a hold, or to a step behind it."""
    listed = Crumb(label="Holds", url=holds_url())
    if not here:
        return (LIST, listed, Crumb(label=f"Hold {card.id}"))
    url = reverse("quality:hold", args=[card.id])
    return (LIST, listed, Crumb(label=f"Hold {card.id}", url=url), Crumb(label=here))


def release_sheet(request: Request, card: HoldCard) -> SignSheet:
    """Give the sheet on which a hold is released."""
    records = vial_records(vials_under(card.id, seen_by=request.user)[:MOST_VIALS])
    return SignSheet(
        heading=f"Release the hold on {card.subject}",
        words=f"{card.placed_by}: {card.reason}. Recalled vials stay recalled until QA "
        "decides on them.",
        statement=f"I release the hold on {card.subject}.",
        action_label="Sign and release the hold",
        cancel_url=reverse("quality:hold", args=[card.id]),
        crumbs=hold_crumbs(card, "Release"),
        covers=((Hold, card.id),),
        lines=vial_lines(records),
        reasons=("Investigation closed, no impact",),
    )
