"""One form for each type of step, with only its own fields; together they are a document."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from pydantic import TypeAdapter, ValidationError

from accounts.roles import Role
from audit.models import Meaning
from sop.action import Action
from sop.documents.keys import key_for
from sop.documents.steps import (
    ANY_INSTRUMENT,
    KINDS,
    IdentitySource,
    Implausible,
    MustEqual,
    OnFailure,
    Per,
    ScanObject,
    Step,
)
from sop.documents.wording import (
    EQUALS,
    IMPLAUSIBLE,
    INSTRUMENTS,
    ON_FAILURE,
    PER,
    SCANS,
    SOURCES,
)

MOST_OPTIONS = 12
_STEP: TypeAdapter[Step] = TypeAdapter(Step)
DOERS = [(str(role.value), role.label) for role in Role if role != Role.INSPECTOR]


def _choices(words: Mapping[Any, str]) -> list[tuple[str, str]]:
    return [(str(value), text[:1].upper() + text[1:]) for value, text in words.items()]


class StepForm(forms.Form):
    """
    What every step says.

    key: of the step; the names of its fields begin with it. targets: the steps that an answer may
    lead to, as choices.
    """

    kind = ""
    folded = ("per", "by", "on_failure", "skippable")

    title = forms.CharField(label="Title", max_length=200)
    instruction = forms.CharField(
        label="Instruction",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    per = forms.ChoiceField(label="How often", choices=_choices(PER), initial=Per.SESSION)
    by = forms.MultipleChoiceField(
        label="Who may do it",
        choices=DOERS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Nobody chosen: whoever may run the procedure.",
    )
    on_failure = forms.ChoiceField(
        label="When it fails", choices=_choices(ON_FAILURE), initial=OnFailure.STOP
    )
    skippable = forms.BooleanField(
        label="May be skipped with a reason, which opens a deviation", required=False
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        key: str,
        targets: Sequence[tuple[str, str]] = (),
        initial: dict[str, Any] | None = None,
    ) -> None:
        self.key, self.targets = key, targets
        super().__init__(data, prefix=key, initial=initial)

    def add_prefix(self, field_name: str) -> str:
        """Name a field; a dot cannot be in a key, so no two steps share a name."""
        return f"{self.key}.{field_name}"

    @property
    def kind_name(self) -> str:
        """The type of step in words."""
        return KINDS[self.kind]

    def own_fields(self) -> list[forms.BoundField]:
        """Return the fields that are always seen."""
        return [field for field in self.visible_fields() if field.name not in self.folded]

    def folded_fields(self) -> list[forms.BoundField]:
        """Return the fields about who, how often and failing."""
        return [self[name] for name in self.folded]

    def said(self) -> dict[str, object]:
        """Return what was entered as a document says it."""
        entered = {
            name: value for name, value in self.cleaned_data.items() if value not in ("", None, [])
        }
        return {"kind": self.kind, "key": self.key, **entered}

    def step(self) -> Step | None:
        """Return the step when it is complete; else nothing, and the fields say why."""
        if not self.is_valid():
            return None
        try:
            return _STEP.validate_python(self.said())
        except ValidationError as fault:
            for error in fault.errors():
                names = [str(part) for part in error["loc"] if str(part) in self.fields]
                self.add_error(names[-1] if names else None, str(error["msg"]))
            return None


class ConfirmForm(StepForm):
    """An instruction to confirm."""

    kind = "confirm"


class ScanForm(StepForm):
    """A scan."""

    kind = "scan"
    object = forms.ChoiceField(label="Scan", choices=_choices(SCANS), initial=ScanObject.VIAL)
    must_equal = forms.ChoiceField(
        label="Must be", choices=_choices(EQUALS), initial=MustEqual.ANYTHING
    )
    code = forms.CharField(
        label="The fixed code", max_length=60, required=False, help_text="Only for a fixed code."
    )


class IdentityForm(StepForm):
    """Two identifiers from two sources."""

    kind = "identity"
    first = forms.ChoiceField(
        label="First from", choices=_choices(SOURCES), initial=IdentitySource.VIAL_LABEL
    )
    second = forms.ChoiceField(
        label="Second from", choices=_choices(SOURCES), initial=IdentitySource.BATCH_RECORD
    )


class MeasurementForm(StepForm):
    """A number with its unit and limits."""

    kind = "measurement"
    unit = forms.CharField(label="Unit", max_length=20)
    decimals = forms.IntegerField(label="Decimals", min_value=0, max_value=4, initial=1)
    plausible_low = forms.DecimalField(label="Plausible from")
    plausible_high = forms.DecimalField(label="Plausible to")
    limit_low = forms.DecimalField(label="Passes from", required=False)
    limit_high = forms.DecimalField(label="Passes to", required=False)
    implausible = forms.ChoiceField(
        label="A value that is not plausible is",
        choices=_choices(IMPLAUSIBLE),
        initial=Implausible.REFUSE,
    )
    instrument = forms.ChoiceField(
        label="Calibrated instrument to scan",
        choices=[("", "None"), *_choices(INSTRUMENTS)],
        required=False,
    )


class TextForm(StepForm):
    """Words to enter."""

    kind = "text"
    longest = forms.IntegerField(
        label="Longest text, in characters", min_value=1, max_value=4000, initial=1000
    )


class FileForm(StepForm):
    """A photo or a file."""

    kind = "file"


class WaitForm(StepForm):
    """Time that must pass."""

    kind = "wait"
    at_least_seconds = forms.IntegerField(
        label="At least, in seconds", min_value=0, max_value=604_800, initial=0
    )
    at_most_seconds = forms.IntegerField(
        label="At most, in seconds", min_value=1, max_value=604_800, required=False
    )


class SecondPersonForm(StepForm):
    """Another person."""

    kind = "second_person"
    meaning = forms.ChoiceField(label="Meaning", choices=Meaning.choices, initial=Meaning.WITNESSED)


class SignatureForm(StepForm):
    """A signature."""

    kind = "signature"
    meaning = forms.ChoiceField(label="Meaning", choices=Meaning.choices, initial=Meaning.PERFORMED)


class ActForm(StepForm):
    """An action on product."""

    kind = "act"
    action = forms.ChoiceField(label="Action", choices=Action.choices)


class ChoiceForm(StepForm):
    """Answers to choose from; an empty line is no answer, and there is always one more."""

    kind = "choice"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = range(self._lines())
        leads = [("", "the next step"), *self.targets]
        for number in self.rows:
            name = f"option_{number}_"
            self.fields[f"{name}label"] = forms.CharField(
                label=f"Answer {number + 1}", max_length=200, required=False
            )
            self.fields[f"{name}leads_to"] = forms.ChoiceField(
                label="Leads to", choices=leads, required=False
            )
            self.fields[f"{name}fails"] = forms.BooleanField(label="Fails", required=False)
            self.fields[f"{name}value"] = forms.RegexField(
                r"^[a-z0-9][a-z0-9-]{0,39}$", required=False, widget=forms.HiddenInput
            )

    def _lines(self) -> int:
        names = self.data if self.is_bound else self.initial
        pattern = re.compile(rf"^(?:{re.escape(self.key)}\.)?option_(\d{{1,2}})_label$")
        found = [int(match[1]) for match in map(pattern.match, names) if match and names[match[0]]]
        return min(max([*found, 0]) + 2, MOST_OPTIONS)

    def own_fields(self) -> list[forms.BoundField]:
        """Return the title and the instruction; the answers stand apart."""
        return [self["title"], self["instruction"]]

    def option_rows(self) -> list[tuple[forms.BoundField, ...]]:
        """Return the fields of each answer."""
        parts = ("label", "leads_to", "fails", "value")
        return [tuple(self[f"option_{row}_{part}"] for part in parts) for row in self.rows]

    def said(self) -> dict[str, object]:
        """Return the step with its answers; each keeps its key when its words change."""
        said = super().said()
        plain = {name: value for name, value in said.items() if not name.startswith("option_")}
        options: list[dict[str, object]] = []
        for row in self.rows:
            entered = {
                part: self.cleaned_data[f"option_{row}_{part}"]
                for part in ("label", "leads_to", "fails", "value")
            }
            if entered["label"]:
                taken = [str(one["value"]) for one in options]
                value = entered["value"] or key_for(entered["label"], taken)
                leads = entered["leads_to"] or None
                options.append(entered | {"value": value, "leads_to": leads})
        return plain | {"options": options}


FORMS: dict[str, type[StepForm]] = {
    form.kind: form
    for form in (
        ConfirmForm, ScanForm, IdentityForm, MeasurementForm, ChoiceForm, TextForm, FileForm,
        WaitForm, SecondPersonForm, SignatureForm, ActForm,
    )
}  # fmt: skip


def initial_of(step: Step) -> dict[str, object]:
    """Return a step as its form shows it."""
    said = step.model_dump(mode="json")
    if said.pop("names_device", False) and said["instrument"] is None:
        said["instrument"] = ANY_INSTRUMENT  # an older version noted a code of any kind
    options = said.pop("options", ())
    for number, option in enumerate(options):
        for part, value in option.items():
            said[f"option_{number}_{part}"] = value
    return said
