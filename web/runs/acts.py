"""Where the actions on product are done that a run's screen does not do itself."""

from dataclasses import dataclass

from django.urls import reverse

from accounts.models import Person
from custody.queries.run_orders import order_of_run
from sop.action import Action
from sop.documents.steps import ActStep
from sop.queries.runs import RunPage, scanned_vial
from sop.rules.walking import BY_SCAN, acts_due
from web.links import with_query
from web.vial_steps import STEPS
from web.vial_verbs import VERBS

TO_A_PLACE = BY_SCAN - {Action.SCAN_PICK}
"""Done on the run's own screen, by scanning the box or the place."""

_OF_THE_VIAL = {verb.action: f"vials:{verb.name}" for verb in VERBS}
_OF_THE_ORDER = {
    Action.CLAIM_VIALS: "retrieval",
    Action.RELEASE_CLAIM: "release",
    Action.WITNESS_PICK: "witness",
    Action.SCAN_PICK: "pick",
    Action.CHECK_OUT_VIALS: "check_out",
    Action.PACK_VIALS: "pack",
    Action.HAND_OVER_VIALS: "hand_over",
    Action.CONFIRM_ARRIVAL: "arrival",
    Action.RECORD_ADMINISTRATION: "administration",
    Action.RETURN_VIALS: "take_back",
}
_SECTIONS = {
    Action.RECEIVE_BATCH: ("batches:index", "Open the receipts"),
    Action.MOVE_CONTAINER: ("storage:index", "Open storage"),
    Action.DECIDE_QUALITY: ("quality:index", "Open quality"),
}


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """The screen on which an act is done; the step is recorded there, in the same transaction."""

    url: str
    words: str


def act_of(page: RunPage) -> Action | None:
    """Return the act that is due: of the step, or of vials that wait for it between two scans."""
    due = page.due
    if due is None:
        return None
    if isinstance(due.step, ActStep):
        return due.step.action
    acts = [step.action for step in page.walk.open_block() if isinstance(step, ActStep)]
    return next((action for action in acts if acts_due(page.walk, action)), None)


def vials_of_act(page: RunPage, action: Action) -> list[int]:
    """
    Return the vials that the act is due for, by key.

    Those that wait for it where it is done for each; else all that the run took up, or the one
    that was scanned last.
    """
    waiting = [due.vial_id for due in acts_due(page.walk, action) if due.vial_id is not None]
    if waiting:
        return waiting
    last = scanned_vial(page.run.pk)
    return page.walk.vials() or ([] if last is None else [last])


def elsewhere(page: RunPage, action: Action, *, person: Person) -> Elsewhere:
    """Return where this act of the run is done, with what it is done to filled in already."""
    order = _order(page, action, person) if action in _OF_THE_ORDER else None
    if order is not None:
        url = reverse(f"retrievals:{_OF_THE_ORDER[action]}", args=[order])
        return Elsewhere(url=url, words=action.label)
    vials = vials_of_act(page, action)
    here = reverse("runs:act", args=[page.run.pk])
    if action in STEPS and vials:
        many = f": {len(vials)} vials" if STEPS[action].many and len(vials) > 1 else ""
        return Elsewhere(url=here, words=f"{action.label}{many}")
    if action in _OF_THE_VIAL and vials:
        return Elsewhere(url=reverse(_OF_THE_VIAL[action], args=[vials[-1]]), words=action.label)
    if action == Action.RECEIVE_BATCH and page.run.batch_id is not None:
        return Elsewhere(url=here, words=action.label)
    return _section(page, action)


def _order(page: RunPage, action: Action, person: Person) -> int | None:
    """Return the order that the act is for; a check-out is for one only where its list was read."""
    by_patient = action != Action.CHECK_OUT_VIALS
    return order_of_run(page.run, seen_by=person, by_patient=by_patient)


def _section(page: RunPage, action: Action) -> Elsewhere:
    """Return the section where what the act is done to can be looked up."""
    run = page.run
    if action == Action.MOVE_CONTAINER and run.container_id is not None:
        return Elsewhere(url=reverse("storage:move", args=[run.container_id]), words=action.label)
    if action == Action.COUNT:
        url = with_query(reverse("counts:new"), container=run.container_id)
        return Elsewhere(url=url, words="Start the count")
    if action == Action.DECIDE_QUALITY and run.batch_id is not None:
        url = with_query(reverse("quality:vials"), batch=run.batch_id)
        return Elsewhere(url=url, words=action.label)
    if action in _OF_THE_ORDER:
        return Elsewhere(url=reverse("retrievals:index"), words="Open the retrievals")
    if action in _SECTIONS:
        name, words = _SECTIONS[action]
        return Elsewhere(url=reverse(name), words=words)
    return Elsewhere(url=reverse("scan:scan"), words="Scan the vial to do it")
