"""Two versions side by side."""

from dataclasses import dataclass

from sop.documents.comparing import Difference, FieldDifference, StepDifference, compare
from sop.documents.document import ProcedureDocument
from sop.documents.steps import Step
from sop.documents.wording import LABELS, value_in_words
from sop.queries.procedures import ProcedureCard, document_of
from web.http import Request
from web.keyset import key_in
from web.procedures.pages import before, crumbs_of
from web.procedures.steps import StepLine, step_line

WORDS = {
    Difference.SAME: "Same",
    Difference.CHANGED: "Changed",
    Difference.MOVED: "Moved",
    Difference.ADDED: "Added",
    Difference.REMOVED: "Removed",
}


@dataclass(frozen=True, kw_only=True)
class FieldLine:
    """One field with its value in both versions, in words."""

    label: str
    before: str
    now: str


@dataclass(frozen=True, kw_only=True)
class StepPair:
    """One step in both versions. note: from where to where it moved."""

    difference: str
    words: str
    note: str
    before: StepLine | None
    now: StepLine | None
    fields: tuple[FieldLine, ...]


def context(request: Request, card: ProcedureCard) -> dict[str, object]:
    """Gather the comparison that the address asks for, else of the newest with the one before."""
    newest = card.versions[0]
    now = card.version(key_in(request, "to") or newest.number)
    earlier = card.version(key_in(request, "from") or before(card, now) or now.number)
    old, new = document_of(earlier.id), document_of(now.id)
    found = compare(old, new)
    return {
        "crumbs": crumbs_of(card, "Compare"),
        "card": card,
        "before": earlier,
        "now": now,
        "numbers": [one.number for one in card.versions],
        "whole": [_line(field) for field in found.whole],
        "pairs": [_pair(step, old, new) for step in found.steps],
        "counted": _counted(found.steps),
        "is_same": found.is_same,
    }


def _line(field: FieldDifference) -> FieldLine:
    return FieldLine(
        label=LABELS.get(field.name, field.name),
        before=value_in_words(field.name, field.before),
        now=value_in_words(field.name, field.now),
    )


def _pair(step: StepDifference, old: ProcedureDocument, new: ProcedureDocument) -> StepPair:
    moved = step.was is not None and step.number is not None and step.was != step.number
    return StepPair(
        difference=step.difference,
        words=WORDS[step.difference],
        note=f"step {step.was} is now step {step.number}" if moved else "",
        before=_shown(step.before, step.was, old),
        now=_shown(step.now, step.number, new),
        fields=tuple(_line(field) for field in step.fields),
    )


def _shown(step: Step | None, number: int | None, document: ProcedureDocument) -> StepLine | None:
    return None if step is None or number is None else step_line(step, number, document)


def _counted(steps: tuple[StepDifference, ...]) -> str:
    kinds = [step.difference for step in steps]
    said = [f"{WORDS[kind].lower()}: {kinds.count(kind)}" for kind in Difference if kind in kinds]
    return ", ".join(said)
