"""The types of steps that a procedure is made of; each says how it is done and what fails it."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from accounts.roles import Role
from audit.models import Meaning
from inventory.models import InstrumentKind
from sop.action import Action

ANY_INSTRUMENT = "any"

Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Words = Annotated[str, Field(min_length=1, max_length=200)]


class Per(StrEnum):
    """How often a step is done in one run."""

    SESSION = "session"
    VIAL = "vial"


class OnFailure(StrEnum):
    """What a failed step does, besides being recorded."""

    STOP = "stop"
    DEVIATION = "deviation"
    HOLD = "hold"


class ScanObject(StrEnum):
    """What kind of thing a scan step wants."""

    VIAL = "vial"
    CONTAINER = "container"
    POSITION = "position"
    BATCH = "batch"
    THERAPY = "therapy"
    PICK_LIST = "pick_list"
    PERSON = "person"
    CODE = "code"


class MustEqual(StrEnum):
    """What the scanned thing is compared with."""

    ANYTHING = "anything"
    VIAL_IN_HAND = "vial_in_hand"
    CONTAINER_OF_VIAL = "container_of_vial"
    UNIT_OF_VIAL = "unit_of_vial"
    BATCH_OF_RUN = "batch_of_run"
    THERAPY_OF_RUN = "therapy_of_run"
    CODE = "code"


class Implausible(StrEnum):
    """What becomes of a value that no instrument should show."""

    REFUSE = "refuse"
    SECOND_PERSON = "second_person"


class IdentitySource(StrEnum):
    """Where an identifier is read from; two different sources make an identity check."""

    VIAL_LABEL = "vial_label"
    BATCH_RECORD = "batch_record"
    THERAPY_RECORD = "therapy_record"
    DONATION_NUMBER = "donation_number"
    PATIENT_PSEUDONYM = "patient_pseudonym"
    ORDER = "order"


class Said(BaseModel):
    """A part of a document: no other keys than those named, and never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class _Step(Said):
    """
    What all steps say.

    key: stays the same from version to version; records name it. per: once for the session or once
    for each vial. by: roles that may do it; empty means whoever may run the procedure.
    skippable: with a reason, which opens a deviation.
    """

    key: Key
    title: Words
    instruction: Annotated[str, Field(max_length=4000)] = ""
    per: Per = Per.SESSION
    by: tuple[Role, ...] = ()
    skippable: bool = False
    on_failure: OnFailure = OnFailure.STOP


class ConfirmStep(_Step):
    """An instruction that the person confirms as done."""

    kind: Literal["confirm"] = "confirm"


class ScanStep(_Step):
    """
    A scan that is compared with what is expected before the step can finish.

    code: only where `must_equal` is a fixed code, such as that of a checked device.
    Source: 21 CFR 11.10(f), (h); URS-29.
    """

    kind: Literal["scan"] = "scan"
    object: ScanObject = ScanObject.VIAL
    must_equal: MustEqual = MustEqual.ANYTHING
    code: Annotated[str, Field(max_length=60)] = ""


class IdentityStep(_Step):
    """Two identifiers of the same patient's product, read from two different sources."""

    kind: Literal["identity"] = "identity"
    first: IdentitySource = IdentitySource.VIAL_LABEL
    second: IdentitySource = IdentitySource.BATCH_RECORD


class MeasurementStep(_Step):
    """
    A number in `unit`.

    plausible_low, plausible_high: what an instrument can show. implausible: whether a value outside
    is refused, or taken with a reason and a second person. limit_low, limit_high: within them the
    step passes. instrument: of which kind one of the register must be scanned; nothing asks for
    none. names_device: of older versions; a code is noted, and not looked up.
    Source: draft Annex 11 section 10; 21 CFR 11.10(h), 211.68(a); URS-05, URS-28, URS-30.
    """

    kind: Literal["measurement"] = "measurement"
    unit: Annotated[str, Field(min_length=1, max_length=20)]
    decimals: Annotated[int, Field(ge=0, le=4)] = 1
    plausible_low: Decimal
    plausible_high: Decimal
    limit_low: Decimal | None = None
    limit_high: Decimal | None = None
    implausible: Implausible = Implausible.REFUSE
    instrument: InstrumentKind | Literal["any"] | None = None
    names_device: bool = False


class Option(Said):
    """
    One answer of a choice.

    leads_to: the key of a later step, where the next one does not apply. fails: the step fails.
    """

    value: Key
    label: Words
    leads_to: Key | None = None
    fails: bool = False


class ChoiceStep(_Step):
    """One of several answers."""

    kind: Literal["choice"] = "choice"
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=12)]


class TextStep(_Step):
    """Words that the person enters."""

    kind: Literal["text"] = "text"
    longest: Annotated[int, Field(ge=1, le=4000)] = 1000


class FileStep(_Step):
    """A photo or a file, at most 10 MB."""

    kind: Literal["file"] = "file"


class WaitStep(_Step):
    """
    Time that must pass since the step before, in seconds.

    at_most_seconds: later is a failure; nothing means it never is.
    """

    kind: Literal["wait"] = "wait"
    at_least_seconds: Annotated[int, Field(ge=0, le=604_800)] = 0
    at_most_seconds: Annotated[int, Field(ge=1, le=604_800)] | None = None


class SecondPersonStep(_Step):
    """Somebody else confirms with their own credentials; never the one who did the step before."""

    kind: Literal["second_person"] = "second_person"
    meaning: Meaning = Meaning.WITNESSED


class SignatureStep(_Step):
    """The person who runs the procedure signs what was recorded so far."""

    kind: Literal["signature"] = "signature"
    meaning: Meaning = Meaning.PERFORMED


class ActStep(_Step):
    """An action on product; only here does the procedure allow it."""

    kind: Literal["act"] = "act"
    action: Action


Step = Annotated[
    ConfirmStep
    | ScanStep
    | IdentityStep
    | MeasurementStep
    | ChoiceStep
    | TextStep
    | FileStep
    | WaitStep
    | SecondPersonStep
    | SignatureStep
    | ActStep,
    Field(discriminator="kind"),
]

KINDS: dict[str, str] = {
    "confirm": "Instruction to confirm",
    "scan": "Scan",
    "identity": "Identity check",
    "measurement": "Measurement",
    "choice": "Choice",
    "text": "Text",
    "file": "Photo or file",
    "wait": "Wait",
    "second_person": "Second person",
    "signature": "Signature",
    "act": "Action on product",
}
