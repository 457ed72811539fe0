"""Where the actions on product are done that a run's screen does not do itself."""

from dataclasses import dataclass

from django.urls import reverse

from sop.action import Action
from sop.queries.runs import RunPage
from web.links import with_query
from web.vial_verbs import VERBS

BY_SCAN = frozenset({Action.PLACE_VIALS, Action.PUT_BACK_VIALS})
"""Done on the run's own screen, by scanning the box or the place."""

_OF_THE_VIAL = {verb.action: f"vials:{verb.name}" for verb in VERBS}
_OF_A_SECTION = {
    Action.RECEIVE_BATCH: ("batches:index", "Open the receipts"),
    Action.MOVE_CONTAINER: ("storage:index", "Open storage"),
    Action.CHECK_OUT_VIALS: ("retrievals:index", "Open the retrievals"),
    Action.CLAIM_VIALS: ("retrievals:index", "Open the retrievals"),
    Action.PACK_VIALS: ("retrievals:index", "Open the retrievals"),
    Action.HAND_OVER_VIALS: ("retrievals:index", "Open the retrievals"),
    Action.CONFIRM_ARRIVAL: ("retrievals:index", "Open the retrievals"),
    Action.RETURN_VIALS: ("retrievals:index", "Open the retrievals"),
    Action.DECIDE_QUALITY: ("quality:index", "Open quality"),
}


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """The screen on which an act is done; the step is recorded there, in the same transaction."""

    url: str
    words: str


def elsewhere(page: RunPage, action: Action) -> Elsewhere:
    """Return where this act of the run is done."""
    if page.vial is not None and action in _OF_THE_VIAL:
        url = reverse(_OF_THE_VIAL[action], args=[page.vial.pk])
        return Elsewhere(url=url, words=f"{action.label}: {page.vial.code}")
    if action == Action.COUNT:
        url = with_query(reverse("counts:new"), container=page.run.container_id)
        return Elsewhere(url=url, words="Start the count")
    if action in _OF_A_SECTION:
        name, words = _OF_A_SECTION[action]
        return Elsewhere(url=reverse(name), words=words)
    return Elsewhere(url=reverse("scan:scan"), words="Scan the vial to do it")
