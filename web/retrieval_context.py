"""What the page of one order shows, gathered with a constant number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from custody.models import RetrievalStatus
from custody.queries.candidates import Candidate, candidates
from custody.queries.exposure import budgets_left, least_for_now
from custody.queries.records import VialRecord, vial_records
from custody.queries.retrievals import (
    RetrievalCard,
    handed_over_vials,
    picks,
    vials_ever_claimed,
)
from custody.queries.signed import signatures_of
from custody.queries.timeline import TimelineEntry, timeline
from custody.queries.verdicts import verdicts
from custody.queries.whereabouts import Whereabouts, whereabouts
from custody.time_out import picked_since
from inventory.models import IN_HAND, Vial
from sop.action import Action
from sop.authority import may
from web.clinic_pages import notice_lines
from web.exposure_words import left_words
from web.gates import opens_audit
from web.http import Request
from web.links import vial_url
from web.presenters import (
    ChainLink,
    Clock,
    Mark,
    StatusBadge,
    VerdictMark,
    custody_badge,
    quality_badge,
)
from web.put_back_lines import put_back_lines
from web.retrieval_pages import (
    answer_of,
    belongs,
    crumbs_of,
    identity_of,
    next_steps,
    retrieval_badge,
    signature_blocks_of,
    story,
)
from web.signing import Attempt
from web.vial_lines import vial_lines


@dataclass(frozen=True, kw_only=True)
class CandidateLine:
    """One vial that could be claimed, as the page lists it."""

    id: int
    url: str
    code: str
    batch: str
    place: str
    expires_at: datetime
    badges: tuple[StatusBadge, ...]
    verdict: VerdictMark
    left: str
    words: tuple[str, ...]
    is_chosen: bool


def retrieval_context(
    request: Request,
    card: RetrievalCard,
    tried: Attempt,
    *,
    at: datetime,
    chosen: Sequence[int] | None = None,
) -> dict[str, object]:
    """
    Gather the page of an order.

    tried: the claim that was refused, if one was. chosen: the vials it named.
    """
    records, places = _vials_of(card)
    entries = timeline(vials_ever_claimed(card.id))
    shown_places = [place.place for place in places.values()]
    mine = story(card, entries, links=opens_audit(request.user))
    return {
        "card": card,
        "badge": retrieval_badge(card.status),
        "crumbs": crumbs_of(card),
        "identity": identity_of(card),
        "strip": answer_of(card, shown_places, at=at),
        "steps": next_steps(card, [record.custody for record in records], request.user),
        "chain": _chain(card, entries),
        "lines": vial_lines(records, places={key: row.place for key, row in places.items()}),
        "clock": _clock(places, at),
        "notices": notice_lines(card) if card.status == RetrievalStatus.HANDED_OVER else [],
        "put_back": put_back_lines(card, entries, seen_by=request.user),
        "candidates": _candidate_lines(request, card, at, chosen),
        "may_claim": may(request.user, Action.CLAIM_VIALS),
        "refusals": tried.refusals,
        "problems": tried.problems,
        "reason_to_skip": request.POST.get("reason_to_skip", ""),
        "reason_for_last": request.POST.get("reason_for_last", ""),
        "events": mine,
        "signatures": signature_blocks_of(signatures_of(_signed_changes(card, entries))),
    }


def _vials_of(card: RetrievalCard) -> tuple[list[VialRecord], dict[int, Whereabouts]]:
    """Return the vials that are claimed for the order, or that left with it."""
    if card.status == RetrievalStatus.HANDED_OVER:
        rows = handed_over_vials(card)
    else:
        rows = Vial.objects.filter(pk__in=[pick.vial_id for pick in picks(card.id)]).order_by(
            "code"
        )
    records = vial_records(rows)
    return records, whereabouts([record.vial_id for record in records])


def _clock(places: dict[int, Whereabouts], at: datetime) -> Clock | None:
    """Run a clock since the first of the vials left its place: at the pick, or in hand."""
    out = {key: row.since for key, row in places.items() if row.custody in IN_HAND and row.since}
    out |= picked_since(places, at=at)
    if not out:
        return None
    limit = least_for_now(budgets_left(out, at=at), out, at=at)
    return Clock(since=min(out.values()), now=at, limit=limit)


def _candidate_lines(
    request: Request, card: RetrievalCard, at: datetime, chosen: Sequence[int] | None
) -> list[CandidateLine]:
    if card.status != RetrievalStatus.REQUESTED:
        return []
    found = candidates(card.id, seen_by=request.user, at=at)
    keys = [candidate.vial_id for candidate in found]
    places = whereabouts(keys)
    judged = verdicts(keys, at=at)
    left = budgets_left(keys, at=at)
    return [
        _candidate_line(
            candidate,
            places[candidate.vial_id].place,
            Mark(judged[candidate.vial_id].verdict),
            left_words(left.get(candidate.vial_id)),
            is_chosen=candidate.vial_id in chosen if chosen is not None else candidate.is_suggested,
        )
        for candidate in found
    ]


def _candidate_line(
    candidate: Candidate, place: str, mark: Mark, left: str, *, is_chosen: bool
) -> CandidateLine:
    return CandidateLine(
        id=candidate.vial_id,
        url=vial_url(candidate.vial_id),
        code=candidate.code,
        batch=candidate.batch_number,
        place=place,
        expires_at=candidate.expires_at,
        badges=(quality_badge(candidate.quality), custody_badge(candidate.custody)),
        verdict=VerdictMark(mark=mark),
        left=left,
        words=tuple(refusal.words for refusal in candidate.refusals),
        is_chosen=is_chosen and not candidate.refusals,
    )


_STATIONS = (
    ("claimed", "Claimed"),
    ("checked_out", "Checked out"),
    ("handed_over", "Handed over"),
    ("arrived", "Arrived"),
    ("administered", "Administered"),
)


def _chain(card: RetrievalCard, entries: Sequence[TimelineEntry]) -> list[ChainLink]:
    """Draw the stations of the order; what has not happened yet is pending."""
    began = card.claimed_at
    last = {
        entry.kind: entry.recorded_at
        for entry in entries
        if began is not None and entry.recorded_at >= began
    }
    if began is not None:
        last["claimed"] = began
    return [
        ChainLink(label=label, at=last.get(kind), pending=kind not in last)
        for kind, label in _STATIONS
    ]


def _signed_changes(card: RetrievalCard, entries: Sequence[TimelineEntry]) -> list[int]:
    return sorted({entry.change_id for entry in entries if belongs(card, entry)})
