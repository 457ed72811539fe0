"""Which step of a run is due, from its document and what was recorded; pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from audit.errors import Refusal
from sop.action import Action
from sop.documents.checking import blocks_of, takes_a_vial_up
from sop.documents.document import ProcedureDocument
from sop.documents.steps import ActStep, ChoiceStep, Per, Step

BY_SCAN = frozenset(
    {Action.PLACE_VIALS, Action.MOVE_VIALS, Action.PUT_BACK_VIALS, Action.SCAN_PICK}
)
"""Done by a scan, one vial after the other; every other act has a sheet, which takes several."""


@dataclass(frozen=True, kw_only=True)
class Passed:
    """
    One step that was passed: done, failed and gone on with, or skipped.

    vial_id: empty for a step of the session, and for the end of the steps for each vial.
    option: the answer, of a choice.
    """

    key: str
    vial_id: int | None
    person_id: int
    at: datetime
    option: str = ""


@dataclass(frozen=True, kw_only=True)
class Due:
    """
    The one step that is due.

    vial_id: whose step it is. takes_up: the scan of the next vial begins its steps.
    """

    step: Step
    vial_id: int | None = None
    takes_up: bool = False


@dataclass(frozen=True, kw_only=True)
class Walk:
    """
    How far a run has come.

    passed: in the order in which they were recorded. vial_in_hand: the vial whose steps are done.
    """

    document: ProcedureDocument
    passed: Sequence[Passed] = field(default=())
    vial_in_hand: int | None = None

    def due(self) -> Due | None:
        """Return the step that is due, or nothing when the run has come to its end."""
        return self._found_due

    @cached_property
    def _found_due(self) -> Due | None:
        """Look for it once: a walk never changes, and recording a step asks six times."""
        for block in blocks_of(tuple(self._path())):
            if block[0].per == Per.SESSION:
                step = next((one for one in block if not self.is_passed(one.key)), None)
                if step is not None:
                    return Due(step=step)
            elif not self.is_passed(block[0].key):
                return self._due_in(block)
        return None

    @cached_property
    def _behind(self) -> frozenset[tuple[str, int | None]]:
        return frozenset((one.key, one.vial_id) for one in self.passed)

    def due_at(self, key: str, vial_id: int | None) -> Due | None:
        """Return the step that is due when it is this one, or when it takes a further vial up."""
        named = (due for due in (self.due(), self.further_vial()) if due is not None)
        return next((due for due in named if (due.step.key, due.vial_id) == (key, vial_id)), None)

    def further_vial(self) -> Due | None:
        """Return the scan that takes another vial up while the one in hand waits for a sheet."""
        due = self.due()
        if due is None or due.vial_id is None or not isinstance(due.step, ActStep):
            return None
        if due.step.action in BY_SCAN:
            return None
        return Due(step=self.open_block()[0], takes_up=True)

    def vials(self) -> list[int]:
        """Return every vial that was taken up, in order."""
        return list(dict.fromkeys(one.vial_id for one in self.passed if one.vial_id is not None))

    def is_passed(self, key: str, vial_id: int | None = None) -> bool:
        """Say whether a step is behind, for the session or for a vial."""
        return (key, vial_id) in self._behind

    def open_block(self) -> tuple[Step, ...]:
        """Return the steps for each vial that are being done, or nothing between them."""
        due = self.due()
        if due is None or due.step.per == Per.SESSION:
            return ()
        blocks = blocks_of(tuple(self._path()))
        return next(block for block in blocks if due.step in block)

    def vials_of(self, block: Sequence[Step]) -> list[int]:
        """Return the vials that were taken up in these steps, in order."""
        return [
            one.vial_id
            for one in self.passed
            if one.key == block[0].key and one.vial_id is not None
        ]

    def next_for(self, block: Sequence[Step], vial_id: int) -> Step | None:
        """Return the next of these steps for a vial, or nothing when it has them all."""
        path = self._along(block, vial_id)
        return next((step for step in path if not self.is_passed(step.key, vial_id)), None)

    def last(self, vial_id: int | None) -> Passed | None:
        """Return what was recorded last, of this vial or of the session before it."""
        mine = [one for one in self.passed if one.vial_id in {None, vial_id}]
        return mine[-1] if mine else None

    def with_passed(self, *more: Passed, vial_in_hand: int | None) -> "Walk":
        """Return how far the run has come after more was recorded."""
        return Walk(document=self.document, passed=(*self.passed, *more), vial_in_hand=vial_in_hand)

    def _due_in(self, block: tuple[Step, ...]) -> Due:
        if self.vial_in_hand is None:
            return Due(step=block[0], takes_up=takes_a_vial_up(block[0]))
        step = self.next_for(block, self.vial_in_hand)
        if step is None:
            return Due(step=block[0], takes_up=True)
        return Due(step=step, vial_id=self.vial_in_hand)

    def _path(self) -> Iterator[Step]:
        """Walk the steps with the jumps that the session's choices made."""
        return self._along(self.document.steps, None)

    def _along(self, steps: Sequence[Step], vial_id: int | None) -> Iterator[Step]:
        keys = [step.key for step in steps]
        here = 0
        while here < len(steps):
            step = steps[here]
            yield step
            to = self._leads_to(step, vial_id)
            here = keys.index(to) if to in keys[here + 1 :] else here + 1

    def _leads_to(self, step: Step, vial_id: int | None) -> str | None:
        if not isinstance(step, ChoiceStep) or (step.per == Per.SESSION) != (vial_id is None):
            return None
        chosen = [
            one.option for one in self.passed if one.key == step.key and one.vial_id == vial_id
        ]
        return next((o.leads_to for o in step.options if chosen and o.value == chosen[0]), None)


def refusals_of_order(walk: Walk, key: str, vial_id: int | None) -> list[Refusal]:
    """
    Say why a step cannot be done now; empty when it is the one that is due.

    vial_id: whose step is meant; nothing for the session and for taking the next vial up.
    Source: 21 CFR 11.10(f); URS-23.
    """
    step = walk.document.step(key)
    if step is None:
        return [Refusal("NO_SUCH_STEP", "The procedure has no such step. Load the page again.")]
    if walk.due_at(key, vial_id) is not None:
        return []
    if walk.is_passed(key, vial_id):
        return [
            Refusal(
                "DONE_ALREADY",
                f"“{step.title}” was recorded already. Go on with the step that is due.",
            )
        ]
    due = walk.due()
    if due is None:
        return [Refusal("RUN_ENDED", "Every step of this run is done.")]
    number = walk.document.number_of(due.step.key)
    return [
        Refusal(
            "OUT_OF_ORDER",
            f"“{step.title}” is not due. Do step {number} first: {due.step.title}.",
        )
    ]


def acts_due(walk: Walk, action: str) -> list[Due]:
    """
    Return for what this action on product is due: the session, or each vial that waits for it.

    An act by scan is due for the vial in hand alone. One on a sheet is due for every vial that
    was taken up and has come to it, once no other step of a vial is begun.
    """
    due = walk.due()
    if due is None:
        return []
    is_it = _is_act(due.step, action)
    if due.step.per == Per.SESSION or action in BY_SCAN:
        return [due] if is_it else []
    if not is_it and not due.takes_up:
        return []
    block = walk.open_block()
    nexts = {vial: walk.next_for(block, vial) for vial in walk.vials_of(block)}
    return [
        Due(step=step, vial_id=vial)
        for vial, step in nexts.items()
        if step is not None and _is_act(step, action)
    ]


def _is_act(step: Step, action: str) -> bool:
    return isinstance(step, ActStep) and step.action == action
