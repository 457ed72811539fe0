"""Whether an answer passes a step: pure, from the step, the answer and what a scan stands for."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from audit.errors import ActionRefused, Refusal, refuse_if
from inventory.models import IdentifierKind
from inventory.rules.instruments import Standing
from sop.documents.steps import (
    ChoiceStep,
    Implausible,
    MeasurementStep,
    ScanObject,
    ScanStep,
    TextStep,
    WaitStep,
)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """
    What was entered at a step; each kind of step reads its own part.

    code: a scan as it was delivered; second: the other identifier of an identity check.
    number: as typed. device: the code of the instrument; is_device_remembered: it was scanned for
    an earlier step of the run. option: the value of the answer.
    """

    code: str = ""
    second: str = ""
    number: str = ""
    device: str = ""
    is_device_remembered: bool = False
    option: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """
    What an answer came to.

    values: what is kept, by name. failure: why the step failed, in words; nothing when it passed.
    is_mismatch: something else was scanned than expected: the step stays due.
    """

    values: dict[str, object] = field(default_factory=dict)
    failure: Refusal | None = None
    is_mismatch: bool = False


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a scan must be: the key of the thing, or the code itself, and its name for people."""

    key: int | None = None
    code: str = ""
    name: str = ""


FOR_THIS_VALUE, EARLIER = "for this value", "for an earlier value"
_NOTHING = "nothing that is known here"
KIND_OF = {
    ScanObject.VIAL: IdentifierKind.VIAL,
    ScanObject.CONTAINER: IdentifierKind.CONTAINER,
    ScanObject.POSITION: IdentifierKind.POSITION,
    ScanObject.BATCH: IdentifierKind.BATCH,
    ScanObject.THERAPY: IdentifierKind.THERAPY,
    ScanObject.PICK_LIST: IdentifierKind.PICK_LIST,
    ScanObject.PERSON: IdentifierKind.PERSON,
}


def judge_scan(
    step: ScanStep, *, code: str, kind: str, key: int | None, expected: Expected | None
) -> Judged:
    """
    Compare a scan with what the step expects.

    kind, key: of what the code stands for; empty for an unknown code.
    expected: nothing where anything of the kind will do.
    Source: 21 CFR 11.10(f), (h); URS-29.
    """
    wanted = KIND_OF.get(step.object)
    said: dict[str, object] = {"scanned": code}
    if wanted is not None and kind != wanted:
        other = f"a code of: {IdentifierKind(kind).label.lower()}" if kind else _NOTHING
        words = f"{code} is {other}. Scan a {wanted.label.lower()}."
        return Judged(values=said, failure=Refusal("WRONG_KIND", words), is_mismatch=True)
    if expected is None:
        return Judged(values=said)
    said["expected"] = expected.name
    if (expected.key is not None and key == expected.key) or (
        expected.code and code == expected.code
    ):
        return Judged(values=said)
    words = f"STOP. {code} was scanned, {expected.name} is expected. Set it apart and look again."
    return Judged(values=said, failure=Refusal("MISMATCH", words), is_mismatch=True)


def judge_measurement(
    step: MeasurementStep,
    answer: Answer,
    *,
    read_from: Standing | None = None,
    is_confirmed: bool = False,
) -> Judged:
    """
    Take a number; one outside the limits fails.

    read_from: the instrument, where the step asks for one. is_confirmed: two people sign that a
    value outside what is plausible is so.
    Raises ActionRefused (NO_NUMBER, NO_DEVICE, IMPLAUSIBLE, IMPLAUSIBLE_ALONE, PLAUSIBLE).
    Source: draft Annex 11; URS-05, URS-28, URS-30.
    """
    number = _number(answer.number)
    is_plausible = step.plausible_low <= number <= step.plausible_high
    refuse_if(_refusals_of_plausibility(step, number, is_plausible, is_confirmed))
    if step.names_device and step.instrument is None and not answer.device.strip():
        raise ActionRefused([Refusal("NO_DEVICE", "Scan the code of the instrument, too.")])
    said: dict[str, object] = {"number": str(number), "unit": step.unit}
    if not is_plausible:
        said["implausible"] = f"{step.plausible_low} to {step.plausible_high} {step.unit}"
    said |= _device_said(answer, read_from)
    low, high = step.limit_low, step.limit_high
    if (low is not None and number < low) or (high is not None and number > high):
        limits = " and ".join(
            [f"not below {low}"] * (low is not None) + [f"not above {high}"] * (high is not None)
        )
        words = f"{number} {step.unit} is outside the limits: {limits} {step.unit}."
        return Judged(values=said, failure=Refusal("OUT_OF_LIMITS", words))
    return Judged(values=said)


def _refusals_of_plausibility(
    step: MeasurementStep,
    number: Decimal,
    is_plausible: bool,  # noqa: FBT001 - a fact of the number
    is_confirmed: bool,  # noqa: FBT001 - a fact of the answer
) -> list[Refusal]:
    """Say why a number is not taken so; URS-05."""
    may_be_confirmed = step.implausible == Implausible.SECOND_PERSON
    if is_plausible and is_confirmed:
        words = f"{number} {step.unit} is plausible. Enter it in the run; it needs nobody else."
        return [Refusal("PLAUSIBLE", words)]
    if is_plausible or (may_be_confirmed and is_confirmed):
        return []
    cannot = "is not plausible" if may_be_confirmed else "cannot be"
    words = (
        f"{number} {step.unit} {cannot}: between {step.plausible_low} and "
        f"{step.plausible_high} {step.unit} is plausible. Read the instrument again."
    )
    if may_be_confirmed:
        words += " If it is so, say why and let a second person confirm it."
        return [Refusal("IMPLAUSIBLE_ALONE", words)]
    return [Refusal("IMPLAUSIBLE", words)]


def _device_said(answer: Answer, read_from: Standing | None) -> dict[str, object]:
    """Return what a record keeps of the instrument: which one, and how its calibration stood."""
    if read_from is None:
        return {"device": answer.device.strip()[:60]} if answer.device.strip() else {}
    said: dict[str, object] = {
        "device": read_from.code,
        "device_scanned": EARLIER if answer.is_device_remembered else FOR_THIS_VALUE,
        "instrument": read_from.instrument_id,
        "instrument_kind": str(read_from.kind),
        "instrument_name": read_from.name,
        "serial": read_from.serial,
        "certificate": read_from.certificate,
    }
    for name, day in (("calibrated_on", read_from.calibrated_on), ("due_on", read_from.due_on)):
        said[name] = "" if day is None else day.isoformat()
    return said


def judge_choice(step: ChoiceStep, answer: Answer) -> Judged:
    """
    Take one of the answers.

    Raises ActionRefused (NO_ANSWER).
    """
    option = next((one for one in step.options if one.value == answer.option), None)
    if option is None:
        raise ActionRefused([Refusal("NO_ANSWER", "Choose one of the answers.")])
    said: dict[str, object] = {"option": option.value, "label": option.label}
    if option.fails:
        words = f"“{step.title}”: {option.label}."
        return Judged(values=said, failure=Refusal("ANSWER_FAILS", words))
    return Judged(values=said)


def judge_text(step: TextStep, answer: Answer) -> Judged:
    """
    Take words.

    Raises ActionRefused (NO_TEXT, TOO_LONG).
    """
    text = answer.text.strip()
    if not text:
        raise ActionRefused([Refusal("NO_TEXT", "Enter what the step asks for.")])
    if len(text) > step.longest:
        words = f"That is {len(text)} characters; {step.longest} are allowed. Shorten it."
        raise ActionRefused([Refusal("TOO_LONG", words)])
    return Judged(values={"text": text})


def judge_wait(step: WaitStep, *, since: datetime, now: datetime) -> Judged:
    """
    Say whether enough time has passed, and not too much.

    Raises ActionRefused (TOO_EARLY).
    """
    waited = int((now - since).total_seconds())
    if waited < step.at_least_seconds:
        left = timedelta(seconds=step.at_least_seconds - waited)
        raise ActionRefused([Refusal("TOO_EARLY", f"Wait {left} longer, then confirm again.")])
    said: dict[str, object] = {"waited_seconds": waited}
    if step.at_most_seconds is not None and waited > step.at_most_seconds:
        most = timedelta(seconds=step.at_most_seconds)
        words = f"{timedelta(seconds=waited)} passed; {most} are allowed."
        return Judged(values=said, failure=Refusal("TOO_LATE", words))
    return Judged(values=said)


def _number(typed: str) -> Decimal:
    try:
        number = Decimal(typed.strip().replace(",", ".").replace("−", "-"))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ActionRefused([Refusal("NO_NUMBER", "Enter a number, such as -152.4.")])
    return number
