"""A version of a procedure as it is read: its parts, and each step with what it asks for."""

from dataclasses import dataclass
from functools import singledispatch

from accounts.roles import Role
from sop.documents.document import ProcedureDocument
from sop.documents.steps import (
    KINDS,
    ActStep,
    ChoiceStep,
    IdentityStep,
    MeasurementStep,
    Per,
    ScanStep,
    SecondPersonStep,
    SignatureStep,
    Step,
    WaitStep,
)
from sop.documents.wording import INSTRUMENTS


@dataclass(frozen=True, kw_only=True)
class ShownStep:
    """One step; facts: what it asks for, in words."""

    number: int
    title: str
    kind: str
    instruction: str
    facts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ShownDocument:
    """A document as people read it; parts: heading and words of each part that says something."""

    parts: tuple[tuple[str, str], ...]
    steps: tuple[ShownStep, ...]


def shown_document(document: ProcedureDocument) -> ShownDocument:
    """Lay a document out for reading; what changed comes first."""
    parts = (
        ("What changed in this version", document.changes),
        ("Purpose", document.purpose),
        ("Scope", document.scope),
        ("Safety", document.safety),
        ("References", document.references),
    )
    return ShownDocument(
        parts=tuple((heading, words) for heading, words in parts if words.strip()),
        steps=tuple(_shown(number, step) for number, step in enumerate(document.steps, start=1)),
    )


def _shown(number: int, step: Step) -> ShownStep:
    facts = [*_facts(step), "once for each vial" if step.per == Per.VIAL else "once"]
    if step.by:
        facts.append("by " + " or ".join(str(Role(role).label).lower() for role in step.by))
    if step.skippable:
        facts.append("may be skipped with a reason, which opens a deviation")
    return ShownStep(
        number=number,
        title=step.title,
        kind=KINDS[step.kind],
        instruction=step.instruction,
        facts=tuple(facts),
    )


def _words(name: str) -> str:
    return name.replace("_", " ")


@singledispatch
def _facts(step: Step) -> list[str]:
    """Say what a step of one kind asks for; most say it by their title."""
    del step
    return []


@_facts.register
def _(step: ScanStep) -> list[str]:
    equal = f"must equal {step.code or _words(step.must_equal.value)}"
    return [f"scan: {_words(step.object.value)}", equal]


@_facts.register
def _(step: IdentityStep) -> list[str]:
    return [f"{_words(step.first.value)} against {_words(step.second.value)}"]


@_facts.register
def _(step: MeasurementStep) -> list[str]:
    limits = [
        f"{words} {limit} {step.unit}"
        for words, limit in (("at least", step.limit_low), ("at most", step.limit_high))
        if limit is not None
    ]
    said = limits or [f"in {step.unit}"]
    if step.instrument is not None:
        return [*said, f"scan the instrument: {INSTRUMENTS[str(step.instrument)]}"]
    return [*said, *(["scan the instrument"] * step.names_device)]


@_facts.register
def _(step: ChoiceStep) -> list[str]:
    return ["one of: " + ", ".join(option.label for option in step.options)]


@_facts.register
def _(step: WaitStep) -> list[str]:
    most = [] if step.at_most_seconds is None else [f"at most {step.at_most_seconds} s"]
    return [f"at least {step.at_least_seconds} s", *most]


@_facts.register(SecondPersonStep)
@_facts.register(SignatureStep)
def _(step: SecondPersonStep | SignatureStep) -> list[str]:
    return [f"signs: {str(step.meaning.label).lower()}"]


@_facts.register
def _(step: ActStep) -> list[str]:
    return [str(step.action.label)]
