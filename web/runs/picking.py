"""Scanning the vial in hand for the order of a run, as one of the two people at a pick."""

from dataclasses import replace
from datetime import datetime

from audit.authors import Attribution
from audit.errors import ActionRefused, Refusal
from custody.actions.scan_pick import scan_pick
from custody.queries.run_orders import order_of_run
from inventory.codes.scan import read_scan
from sop.queries.runs import RunPage

NO_ORDER = Refusal(
    "NO_ORDER", "It is not certain for which order this run is. Open the retrieval and pick there."
)


def pick_in_run(page: RunPage, raw: str, *, attribution: Attribution, at: datetime) -> str:
    """
    Scan the label for the order that the run works for; return the code as it was read.

    Raises UnreadableScan; ActionRefused (NO_ORDER, and what `scan_pick` says of the vial).
    """
    order = order_of_run(page.run, seen_by=attribution.actor)
    if order is None:
        raise ActionRefused([NO_ORDER])
    code = read_scan(raw).code
    attribution = replace(attribution, reason=f"Pick in {page.run}")
    scan_pick(retrieval_id=order, code=code, attribution=attribution, at=at)
    return code
