"""Two versions of a document side by side: by step key, what came, went, moved and changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sop.documents.document import ProcedureDocument
from sop.documents.steps import KINDS, Step


class Difference(StrEnum):
    """What became of a step from one version to the other."""

    SAME = "same"
    CHANGED = "changed"
    MOVED = "moved"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, kw_only=True)
class FieldDifference:
    """One field with its value in either version; the values are as the document has them."""

    name: str
    before: object
    now: object


@dataclass(frozen=True, kw_only=True)
class StepDifference:
    """
    One step in either version.

    was, number: where it stood and stands, counted from 1. fields: those that differ.
    """

    key: str
    difference: Difference
    before: Step | None
    now: Step | None
    was: int | None
    number: int | None
    fields: tuple[FieldDifference, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What differs: fields of the whole, and every step in the order of the newer version."""

    whole: tuple[FieldDifference, ...]
    steps: tuple[StepDifference, ...]

    @property
    def is_same(self) -> bool:
        """Say whether nothing differs."""
        return not self.whole and all(step.difference == Difference.SAME for step in self.steps)


def compare(before: ProcedureDocument, now: ProcedureDocument) -> Comparison:
    """Compare two versions; a removed step stands where it stood."""
    old, new = before.model_dump(), now.model_dump()
    whole = tuple(
        FieldDifference(name=name, before=old[name], now=new[name])
        for name in new
        if name != "steps" and old[name] != new[name]
    )
    moved = _moved([step.key for step in before.steps], [step.key for step in now.steps])
    steps = [_step(step.key, before, now, moved) for step in now.steps]
    for step in before.steps:
        if now.step(step.key) is None:
            number = before.number_of(step.key)
            steps.insert(_place(before, number, steps), _step(step.key, before, now, moved))
    return Comparison(whole=whole, steps=tuple(steps))


def _place(before: ProcedureDocument, number: int, steps: Sequence[StepDifference]) -> int:
    """Return where a removed step goes in: behind the step that it stood behind."""
    behind = {step.key for step in before.steps[: number - 1]}
    places = [place for place, step in enumerate(steps, start=1) if step.key in behind]
    return places[-1] if places else 0


def _step(
    key: str, before: ProcedureDocument, now: ProcedureDocument, moved: frozenset[str]
) -> StepDifference:
    old, new = before.step(key), now.step(key)
    fields = () if old is None or new is None else tuple(_fields(old, new))
    if old is None:
        difference = Difference.ADDED
    elif new is None:
        difference = Difference.REMOVED
    elif fields:
        difference = Difference.CHANGED
    else:
        difference = Difference.MOVED if key in moved else Difference.SAME
    return StepDifference(
        key=key,
        difference=difference,
        before=old,
        now=new,
        was=None if old is None else before.number_of(key),
        number=None if new is None else now.number_of(key),
        fields=fields,
    )


def _fields(old: Step, new: Step) -> Iterator[FieldDifference]:
    was, is_now = old.model_dump(), new.model_dump()
    for name in dict.fromkeys([*was, *is_now]):
        if was.get(name) != is_now.get(name):
            yield FieldDifference(name=name, before=was.get(name), now=is_now.get(name))


def _moved(before: Sequence[str], now: Sequence[str]) -> frozenset[str]:
    """Return the keys whose order changed: those outside the longest run that kept it."""
    places = {key: place for place, key in enumerate(before)}
    kept = [key for key in now if key in places]
    best: list[list[str]] = []
    for number, key in enumerate(kept):
        fitting = [best[n] for n in range(number) if places[kept[n]] < places[key]]
        best.append([*_longest(fitting), key])
    stayed = set(_longest(best))
    return frozenset(key for key in kept if key not in stayed)


def _longest(runs: Sequence[list[str]]) -> list[str]:
    return max(runs, key=lambda run: len(run), default=[])


def warnings_of_keys(before: ProcedureDocument, now: ProcedureDocument) -> list[str]:
    """
    Say in words which steps of the version before vanished or became another kind of step.

    Records name steps by their keys, so a reviewer should know.
    """
    said = []
    for step in before.steps:
        other = now.step(step.key)
        if other is None:
            said.append(f"“{step.title}” is no longer a step.")
        elif other.kind != step.kind:
            said.append(f"“{other.title}” was: {KINDS[step.kind]}. It is now: {KINDS[other.kind]}.")
    return said
