"""A vial in somebody's hands, with its running clock, as the desk lists it."""

from dataclasses import dataclass
from datetime import datetime

from custody.queries.desk import InHandLine
from custody.queries.exposure import BudgetLeft
from inventory.models import Custody
from web.links import therapy_url, vial_url
from web.presenters import Clock, StatusBadge, custody_badge


@dataclass(frozen=True, kw_only=True)
class HandLine:
    """
    One vial in somebody's hands, with its running clock and the way to put it away.

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
