"""Steps and fields in words, for screens and for paper."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from accounts.roles import Role
from audit.models import Meaning
from inventory.models import InstrumentKind
from sop.action import Action
from sop.documents.document import ProcedureDocument
from sop.documents.steps import (
    ANY_INSTRUMENT,
    KINDS,
    ActStep,
    ChoiceStep,
    IdentitySource,
    IdentityStep,
    Implausible,
    MeasurementStep,
    MustEqual,
    OnFailure,
    Option,
    Per,
    ScanObject,
    ScanStep,
    SecondPersonStep,
    SignatureStep,
    Step,
    TextStep,
    WaitStep,
)

PER = {Per.SESSION: "Once for the session", Per.VIAL: "For each vial"}
ON_FAILURE = {
    OnFailure.STOP: "Stop here",
    OnFailure.DEVIATION: "Open a deviation and go on",
    OnFailure.HOLD: "Put the vials on hold and open a deviation",
}
SCANS = {
    ScanObject.VIAL: "a vial",
    ScanObject.CONTAINER: "a container",
    ScanObject.POSITION: "a position",
    ScanObject.BATCH: "a batch",
    ScanObject.THERAPY: "a therapy",
    ScanObject.PICK_LIST: "a pick list",
    ScanObject.PERSON: "a badge",
    ScanObject.CODE: "a code",
}
EQUALS = {
    MustEqual.ANYTHING: "any one",
    MustEqual.VIAL_IN_HAND: "the vial in hand",
    MustEqual.CONTAINER_OF_VIAL: "the container of the vial in hand",
    MustEqual.UNIT_OF_VIAL: "the unit in which the vial in hand stands",
    MustEqual.BATCH_OF_RUN: "of the batch of this run",
    MustEqual.THERAPY_OF_RUN: "of the therapy of this run",
    MustEqual.CODE: "a fixed code",
}
SOURCES = {
    IdentitySource.VIAL_LABEL: "the vial’s label",
    IdentitySource.BATCH_RECORD: "the batch record",
    IdentitySource.THERAPY_RECORD: "the therapy record",
    IdentitySource.DONATION_NUMBER: "the donation number",
    IdentitySource.PATIENT_PSEUDONYM: "the patient’s pseudonym",
    IdentitySource.ORDER: "the order",
}
IMPLAUSIBLE = {
    Implausible.REFUSE: "refused",
    Implausible.SECOND_PERSON: "taken with a reason and a second person",
}
INSTRUMENTS: dict[str, str] = {
    ANY_INSTRUMENT: "any of the register",
    **{str(kind.value): str(kind.label).lower() for kind in InstrumentKind},
}
LABELS = {
    "key": "Key", "kind": "Type", "title": "Title", "instruction": "Instruction",
    "per": "How often", "by": "Who", "skippable": "May be skipped", "on_failure": "When it fails",
    "object": "Scan", "must_equal": "Must be", "code": "Code", "first": "First source",
    "second": "Second source", "unit": "Unit", "decimals": "Decimals",
    "plausible_low": "Plausible from", "plausible_high": "Plausible to",
    "limit_low": "Passes from", "limit_high": "Passes to",
    "implausible": "An implausible value", "instrument": "Instrument to scan",
    "names_device": "A code of the instrument is noted", "options": "Answers",
    "longest": "Longest text", "at_least_seconds": "Wait at least",
    "at_most_seconds": "Wait at most", "meaning": "Meaning", "action": "Action",
    "purpose": "Purpose", "scope": "Scope", "safety": "Safety", "references": "References",
    "changes": "What changed", "coverage": "Acts on product", "one_patient": "Keeps to one patient",
    "most_minutes": "Longest run", "training": "Training",
    "format": "Format", "format_version": "Version of the format",
}  # fmt: skip
_WORDS: dict[str, Mapping[Any, object]] = {
    "kind": KINDS,
    "per": PER,
    "on_failure": ON_FAILURE,
    "object": SCANS,
    "must_equal": EQUALS,
    "first": SOURCES,
    "second": SOURCES,
    "implausible": IMPLAUSIBLE,
    "instrument": INSTRUMENTS,
    "coverage": {"acts": "yes", "records": "no, it records checks"},
}


def facts_of(step: Step, document: ProcedureDocument) -> tuple[str, ...]:
    """Say what the step asks for, beside its title and instruction; one sentence for each."""
    say = _SAY.get(type(step))
    return () if say is None else tuple(say(step, document))


def conditions_of(step: Step) -> tuple[str, ...]:
    """Say who does the step, how often, whether it may be skipped, and what a failure does."""
    said = [PER[step.per]]
    if step.by:
        said.append(f"By: {', '.join(str(Role(role).label).lower() for role in step.by)}")
    if step.skippable:
        said.append("May be skipped with a reason, which opens a deviation")
    said.append(f"If it fails: {ON_FAILURE[step.on_failure].lower()}")
    return tuple(said)


def value_in_words(name: str, value: object) -> str:
    """Say the value of a field as people read it."""
    if value is None or value in ("", (), []):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name in _WORDS and value in _WORDS[name]:
        return str(_WORDS[name][value])
    return _compound(name, value)


def _compound(name: str, value: object) -> str:
    if name == "by" and isinstance(value, tuple | list):
        return ", ".join(str(Role(role).label) for role in value)
    if name == "options" and isinstance(value, tuple | list):
        return "; ".join(_option_said(each) for each in value)
    if name == "training" and isinstance(value, dict):
        return "; ".join(f"{key.replace('_', ' ')}: {each}" for key, each in value.items())
    if name.endswith("_seconds") and isinstance(value, int):
        return duration_in_words(value)
    if name == "action":
        return str(Action(str(value)).label)
    return str(Meaning(str(value)).label) if name == "meaning" else str(value)


def _option_said(option: Mapping[str, object]) -> str:
    leads = f" → {option['leads_to']}" if option["leads_to"] else ""
    return f"{option['label']}{leads}{' (fails)' if option['fails'] else ''}"


def duration_in_words(seconds: int) -> str:
    """Say a duration in hours, minutes and seconds."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = [(hours, "h"), (minutes, "min"), (left, "s")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


def _scan(step: ScanStep, _: ProcedureDocument) -> list[str]:
    said = f"Scan {SCANS[step.object]}"
    if step.must_equal == MustEqual.CODE:
        return [f"{said}; it must read {step.code}."]
    if step.must_equal == MustEqual.ANYTHING:
        return [f"{said}."]
    return [f"{said}; it must be {EQUALS[step.must_equal]}."]


def _identity(step: IdentityStep, _: ProcedureDocument) -> list[str]:
    return [
        f"Two identifiers, from {SOURCES[step.first]} and from {SOURCES[step.second]}; "
        "both must be of the same patient."
    ]


def _measurement(step: MeasurementStep, _: ProcedureDocument) -> list[str]:
    decimals = f"{step.decimals} decimal{'' if step.decimals == 1 else 's'}"
    low, high = _number(step.plausible_low), _number(step.plausible_high)
    said = [f"A number in {step.unit} with {decimals}, plausible from {low} to {high}."]
    low, high = _number(step.limit_low), _number(step.limit_high)
    if low and high:
        said.append(f"Passes from {low} to {high} {step.unit}.")
    elif low:
        said.append(f"Passes from {low} {step.unit} up.")
    elif high:
        said.append(f"Passes up to {high} {step.unit}.")
    if step.implausible == Implausible.SECOND_PERSON:
        said.append(f"A value outside what is plausible is {IMPLAUSIBLE[step.implausible]}.")
    if step.instrument is not None:
        said.append(f"Scan the instrument that shows it: {INSTRUMENTS[str(step.instrument)]}.")
    elif step.names_device:
        said.append("Scan the instrument that shows it.")
    return said


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value}".replace("-", "\N{MINUS SIGN}")


def _choice(step: ChoiceStep, document: ProcedureDocument) -> list[str]:
    return [_answer(option, document) for option in step.options]


def _answer(option: Option, document: ProcedureDocument) -> str:
    said = f"“{option.label}”"
    if option.leads_to is not None:
        target = document.step(option.leads_to)
        where = (
            f"step {document.number_of(option.leads_to)}"
            if target
            else f"no step {option.leads_to}"
        )
        said = f"{said}: go on with {where}"
    return f"{said}{': the step fails' if option.fails else ''}."


def _wait(step: WaitStep, _: ProcedureDocument) -> list[str]:
    said = [f"At least {duration_in_words(step.at_least_seconds)} after the step before."]
    if step.at_most_seconds is not None:
        said.append(f"At most {duration_in_words(step.at_most_seconds)}; later, it fails.")
    return said


def _second(step: SecondPersonStep, _: ProcedureDocument) -> list[str]:
    return [
        "Somebody else than who did the step before, with their own user ID and password: "
        f"{Meaning(step.meaning).label}."
    ]


def _signature(step: SignatureStep, _: ProcedureDocument) -> list[str]:
    return [f"Sign what was recorded so far: {Meaning(step.meaning).label}."]


_SAY: dict[type[Any], Callable[[Any, ProcedureDocument], list[str]]] = {
    ScanStep: _scan,
    IdentityStep: _identity,
    MeasurementStep: _measurement,
    ChoiceStep: _choice,
    TextStep: lambda step, _: [f"Words, at most {step.longest} characters."],
    WaitStep: _wait,
    SecondPersonStep: _second,
    SignatureStep: _signature,
    ActStep: lambda step, _: [f"Acts on product: {step.action.label}."],
}
