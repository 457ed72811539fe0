"""What an order's page says of what its clinic was told, and the sheet for its answer."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from custody.excursion_words import with_unit
from custody.models import ClinicNotice
from custody.queries.clinics import notices_of
from custody.queries.retrievals import RetrievalCard
from web.retrieval_pages import crumbs_of, identity_of, page_url
from web.sheets import SignSheet


@dataclass(frozen=True, kw_only=True)
class NoticeLine:
    """One notice: what, who is called, how the message went, the answer; answer_url until then."""

    told: str
    unit: str
    raised_at: datetime
    who: str
    mailed: str
    mailed_at: datetime | None
    answer: str
    answered_at: datetime | None
    deviation: str
    deviation_url: str
    answer_url: str


def notice_lines(card: RetrievalCard) -> list[NoticeLine]:
    """Return what the clinic of an order was told; one query."""
    return [_line(card, notice) for notice in notices_of(card.id)]


def _line(card: RetrievalCard, notice: ClinicNotice) -> NoticeLine:
    deviation, is_open = notice.deviation, notice.answered_at is None
    return NoticeLine(
        told=_told(notice),
        unit=notice.excursion.unit.name,
        raised_at=notice.raised_at,
        who=_who(notice),
        mailed=_mailed(notice),
        mailed_at=notice.mailed_at,
        answer="" if is_open else _answer(notice),
        answered_at=notice.answered_at,
        deviation="" if deviation is None else deviation.number,
        deviation_url=""
        if deviation is None
        else reverse("quality:deviation", args=[deviation.pk]),
        answer_url=reverse("retrievals:clinic_answer", args=[card.id, notice.pk])
        if is_open
        else "",
    )


def _told(notice: ClinicNotice) -> str:
    return f"too warm, up to {with_unit(notice.excursion, notice.excursion.peak)}"


def _who(notice: ClinicNotice) -> str:
    said = [said for said in (notice.contact, notice.phone, notice.email) if said]
    return ", ".join(said) or "nobody was named: ask who received it"


def _mailed(notice: ClinicNotice) -> str:
    if notice.mailed_at is not None:
        return "E-mail taken by the channel"
    if not notice.email:
        return "No e-mail address: call"
    if notice.mail_failure:
        return f"E-mail not sent after {notice.mail_tries} tries: {notice.mail_failure}"
    return "E-mail waits to be sent"


def _answer(notice: ClinicNotice) -> str:
    taken = "" if notice.answered_by is None else notice.answered_by.full_name
    way = notice.get_answer_way_display().lower()
    return f"{notice.answer_from}, {way}: {notice.answer} Taken by {taken}"


def answer_sheet_of(card: RetrievalCard, notice: ClinicNotice) -> SignSheet:
    """Give the sheet on which a clinic's answer is recorded."""
    return SignSheet(
        heading=f"The clinic's answer for {card.order_number}",
        words=f"What left with this order was {_told(notice)}. Call: {_who(notice)}.",
        statement="The clinic knows of it, as entered above.",
        action_label="Sign the answer",
        cancel_url=page_url(card),
        crumbs=crumbs_of(card, "The clinic's answer"),
        identity=identity_of(card),
        covers=((ClinicNotice, notice.pk),),
        reasons=("I called the clinic", "The clinic called"),
    )
