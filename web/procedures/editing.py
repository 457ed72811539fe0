"""The editor: what was typed, step by step, whether or not it is complete, and what it makes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.http import QueryDict
from pydantic import ValidationError

from audit.errors import Refusal
from sop.documents.checking import refusals_to_approve
from sop.documents.document import MOST_STEPS, ProcedureDocument
from sop.documents.keys import key_for
from sop.documents.steps import KINDS, Step
from web.forms.documents import AddStepForm, DocumentForm, initial_of_document
from web.forms.steps import FORMS, StepForm, initial_of
from web.procedures.steps import StepLine, step_line

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True)
class PreviewLine:
    """One step as the technician will see it, or that it is not complete."""

    number: int
    title: str
    line: StepLine | None
    step: Step | None


class Editor:
    """
    One document being edited: unsaved, with every word as it was typed.

    fresh: the key of a step that was only just added, so that nothing is said against it yet.
    """

    def __init__(
        self, code: str, whole: DocumentForm, steps: list[StepForm], fresh: str = ""
    ) -> None:
        self.code, self.whole, self.forms, self.fresh = code, whole, steps, fresh
        self.add = AddStepForm(auto_id="add_%s")

    @classmethod
    def of(cls, document: ProcedureDocument) -> "Editor":
        """Open a document."""
        targets = [(step.key, step.title) for step in document.steps]
        forms = [
            FORMS[step.kind](initial=initial_of(step), key=step.key, targets=targets)
            for step in document.steps
        ]
        whole = DocumentForm(initial=initial_of_document(document))
        editor = cls(document.code, whole, forms)
        editor.__dict__["steps"] = list(document.steps)
        editor.__dict__["document"] = document
        return editor

    @classmethod
    def sent(cls, code: str, posted: QueryDict, do: str) -> "Editor":
        """Read what was sent, and do what a button of the editor asks for."""
        entered = posted.copy()
        kept = _keys_in(entered)
        order, fresh = _rearranged(entered, kept, do)
        targets = [(key, entered.get(f"{key}.title") or key) for key in order]
        forms = [_form(entered, key, targets, is_fresh=key == fresh) for key in order]
        return cls(code, DocumentForm(entered), forms, fresh)

    @cached_property
    def steps(self) -> list[Step | None]:
        """The steps; nothing in the place of one that is not complete."""
        return [form.step() if form.is_bound else None for form in self.forms]

    @cached_property
    def document(self) -> ProcedureDocument | None:
        """The document, when everything is complete."""
        steps = [step for step in self.steps if step is not None]
        if not self.whole.is_valid() or len(steps) < len(self.forms):
            return None
        try:
            said = {"code": self.code, "steps": steps, **self.whole.said()}
            return ProcedureDocument.model_validate(said)
        except ValidationError as fault:
            for error in fault.errors():
                name = str(error["loc"][-1]) if error["loc"] else ""
                self.whole.add_error(name if name in self.whole.fields else None, error["msg"])
            return None

    @property
    def faults(self) -> list[Refusal]:
        """Everything that keeps it from approval: what is not complete, then what is wrong."""
        if self.document is not None:
            return refusals_to_approve(self.document)
        said = [_incomplete("The whole", self.whole.errors)] if self.whole.errors else []
        for number, (form, step) in enumerate(zip(self.forms, self.steps, strict=True), start=1):
            if step is None:
                said.append(_incomplete(f"Step {number}", form.errors))
        return said

    @property
    def preview(self) -> list[PreviewLine]:
        """Every step as the technician will see it."""
        known = tuple(step for step in self.steps if step is not None)
        shown = ProcedureDocument.model_construct(code=self.code, steps=known)
        return [
            PreviewLine(
                number=number,
                title=str(form["title"].value() or "No title yet"),
                line=None if step is None else step_line(step, number, shown),
                step=step,
            )
            for number, (form, step) in enumerate(zip(self.forms, self.steps, strict=True), start=1)
        ]


def _incomplete(where: str, errors: Mapping[str, object]) -> Refusal:
    named = ", ".join(name.replace("_", " ") for name in errors if name != "__all__")
    return Refusal("NOT_COMPLETE", f"{where} is not complete{f': {named}' if named else ''}.")


def _keys_in(entered: QueryDict) -> list[str]:
    """Return the keys of the steps that were sent, in order; what makes no sense is left out."""
    sent = dict.fromkeys(str(key) for key in entered.getlist("step"))
    return [key for key in sent if _KEY.fullmatch(key) and entered.get(f"{key}.kind") in FORMS][
        :MOST_STEPS
    ]


def _rearranged(entered: QueryDict, order: list[str], do: str) -> tuple[list[str], str]:
    """Do what a button asks for; return the keys in their new order, and that of a new step."""
    verb, _, key = do.partition(":")
    if verb == "add":
        return _added(entered, order)
    if key not in order:
        return order, ""
    place = order.index(key)
    if verb == "copy" and len(order) < MOST_STEPS:
        return _copied(entered, order, key)
    if verb == "delete":
        return [each for each in order if each != key], ""
    if verb in {"up", "down"}:
        rest = [each for each in order if each != key]
        rest.insert(max(0, place - 1) if verb == "up" else place + 1, key)
        return rest, ""
    return order, ""


def _added(entered: QueryDict, order: list[str]) -> tuple[list[str], str]:
    kind = str(entered.get("new_kind"))
    if kind not in FORMS or len(order) >= MOST_STEPS:
        return order, ""
    title = str(entered.get("new_title") or "")[:200].strip() or KINDS[kind]
    key = key_for(title, order)
    entered.setlist(f"{key}.kind", [kind])
    entered.setlist(f"{key}.title", [title])
    return [*order, key], key


def _copied(entered: QueryDict, order: list[str], key: str) -> tuple[list[str], str]:
    title = f"{entered.get(f'{key}.title', '')} (copy)"[:200]
    new = key_for(title, order)
    for name in [name for name in entered if name.startswith(f"{key}.")]:
        entered.setlist(f"{new}.{name.partition('.')[2]}", entered.getlist(name))
    entered.setlist(f"{new}.title", [title])
    place = order.index(key) + 1
    return [*order[:place], new, *order[place:]], ""


def _form(
    entered: QueryDict, key: str, targets: list[tuple[str, str]], *, is_fresh: bool
) -> StepForm:
    form = FORMS[str(entered[f"{key}.kind"])]
    others = [target for target in targets if target[0] != key]
    if is_fresh:
        return form(initial={"title": entered[f"{key}.title"]}, key=key, targets=others)
    return form(entered, key=key, targets=others)
