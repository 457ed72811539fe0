"""A vial in somebody's hands, with its running clock, as the desk lists it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accounts.models import Person
from custody.queries.desk import Desk, InHandLine
from custody.queries.exposure import BudgetLeft, budgets_left
from custody.queries.picking import PickedLine
from inventory.models import Custody
from web.links import therapy_url, vial_url
from web.presenters import Axis, Clock, StatusBadge, custody_badge


@dataclass(frozen=True, kw_only=True)
class HandLine:
    """
    One vial in somebody's hands, with its running clock and the way to go on with it.

    is_over: it is out longer or more often than its product, or QA, allows.
    """

    code: str
    url: str
    coi: str
    coi_url: str
    badge: StatusBadge
    custodian: str
    clock: Clock
    is_over: bool
    act_label: str
    act_url: str


def hand_line(line: InHandLine, left: BudgetLeft | None, at: datetime) -> HandLine:
    """Show one vial; in a shipper it is kept cold, and its clock runs against no limit."""
    url = vial_url(line.vial_id)
    limit = None
    if left is not None and line.since is not None and line.custody == Custody.CHECKED_OUT:
        limit = left.for_now(line.since, at)
    return HandLine(
        code=line.code,
        url=url,
        coi=line.coi,
        coi_url=therapy_url(line.coi) if line.coi else "",
        badge=custody_badge(line.custody),
        custodian=line.custodian,
        clock=Clock(since=line.since, now=at, limit=limit),
        is_over=left is not None and left.is_exceeded,
        act_label="Put back",
        act_url=f"{url}put-back/",
    )


def budgets_at_hand(
    desk: Desk, picked: Sequence[PickedLine], *, at: datetime
) -> Mapping[int, BudgetLeft]:
    """Return what is left to each vial that is out, and to the first of each arrival; one query."""
    keys = [line.vial_id for line in (*desk.mine, *desk.out)]
    keys += [line.vial_id for line in picked]
    return budgets_left([*keys, *(line.first_id for line in desk.arrivals)], at=at)


def hand_lines(
    desk: Desk,
    picked: Sequence[PickedLine],
    person: Person,
    left: Mapping[int, BudgetLeft],
    *,
    at: datetime,
) -> tuple[tuple[HandLine, ...], tuple[HandLine, ...]]:
    """Show what is in the person's hands, and in others', at picks and after them."""
    mine = [hand_line(line, left.get(line.vial_id), at) for line in desk.mine]
    out = [hand_line(line, left.get(line.vial_id), at) for line in desk.out]
    for line in picked:
        shown = mine if line.person_id == person.pk else out
        shown.append(picked_line(line, left.get(line.vial_id), at))
    return tuple(mine), tuple(out)


def picked_line(line: PickedLine, left: BudgetLeft | None, at: datetime) -> HandLine:
    """Show one vial that was scanned at a pick, with the way to go on with that."""
    return HandLine(
        code=line.code,
        url=vial_url(line.vial_id),
        coi=line.coi,
        coi_url=therapy_url(line.coi) if line.coi else "",
        badge=StatusBadge(axis=Axis.CUSTODY, words=f"At the pick for {line.order_number}"),
        custodian=line.person,
        clock=Clock(since=line.since, now=at, limit=None if left is None else left.may_last(at)),
        is_over=left is not None and left.is_exceeded,
        act_label="Go on with the pick",
        act_url=reverse("retrievals:pick", args=[line.retrieval_id]),
    )
