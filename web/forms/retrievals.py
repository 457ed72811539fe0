"""What people enter on the way of a retrieval: the choice, the reasons, the receiver."""

from typing import Any

from django import forms
from django.utils import timezone

from custody.actions.hand_over_retrieval import ClinicContact, Receiver
from custody.actions.record_clinic_answer import ClinicAnswer
from custody.models import AnswerWay
from custody.trips import loggers_free
from inventory.codes.scan import read_scan
from inventory.codes.words import UnreadableScan
from web.forms.carriers import WithCarrier
from web.forms.late import WithLateEntry, WithLateEntryByTwo
from web.forms.signing import SigningForm, TwoPersonForm
from web.forms.vials import SCAN_ATTRS

COURIER, CLINIC = "courier", "clinic"


class ClaimForm(forms.Form):
    """Which vials are claimed, and why one is passed over or the last one is taken."""

    reason_to_skip = forms.CharField(required=False, max_length=500)
    reason_for_last = forms.CharField(required=False, max_length=500)

    def __init__(self, *args: Any, possible: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vial"] = forms.TypedMultipleChoiceField(
            coerce=int,
            choices=[(key, str(key)) for key in possible],
            error_messages={
                "required": "Choose the vials to claim.",
                "invalid_choice": "Choose from the vials that are listed.",
            },
        )


class ReasonForm(forms.Form):
    """Why something is undone."""

    reason = forms.CharField(
        max_length=500, error_messages={"required": "Say why: it is kept with the record."}
    )


class ScanForm(forms.Form):
    """One code, as the scanner delivered it, and in whose seat it was scanned."""

    code = forms.CharField(
        max_length=400, strip=False, error_messages={"required": "Scan a vial first."}
    )
    seat = forms.CharField(required=False, max_length=10)


class CheckOutForm(WithCarrier, TwoPersonForm):
    """Both people sign for what they scanned, and say what it is carried in."""


class CodesField(forms.CharField):
    """Several scanned codes, one on each line, in their canonical form."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {**SCAN_ATTRS, "rows": 4}
        super().__init__(widget=forms.Textarea(attrs=attrs), max_length=20_000, **kwargs)

    def clean(self, value: str) -> list[str]:
        """
        Read each line.

        Raises ValidationError: one cannot be read; with the reader's words.
        """
        try:
            return [read_scan(line).code for line in super().clean(value).splitlines() if line]
        except UnreadableScan as error:
            raise forms.ValidationError(error.words) from error


def loggers() -> list[tuple[str, str]]:
    """Offer the calibrated thermometers that sit nowhere."""
    free = loggers_free(at=timezone.now()).values_list("pk", "code")
    return [("", "None, or built into the shipper"), *((str(key), code) for key, code in free)]


class PackForm(TwoPersonForm):
    """What goes into which shipper, under which seal."""

    codes = CodesField(
        label="Scan every vial as it goes in",
        help_text="One code on each line; the scanner goes on to the next by itself.",
        error_messages={"required": "Scan every vial as it goes in."},
    )
    shipper = forms.CharField(
        max_length=100, label="Shipper", help_text="Its number or code, as it is registered."
    )
    seal_number = forms.CharField(max_length=60, label="Seal number")
    logger = forms.TypedChoiceField(
        label="Logger in the shipper",
        required=False,
        coerce=int,
        empty_value=None,
        choices=loggers,
        help_text="Without one, or one built into a registered shipper, nobody will know how cold "
        "it was on its way.",
    )


class HandOverForm(WithLateEntry, TwoPersonForm):
    """
    Who takes over.

    Source: REQUIREMENTS B8, the receiver's name, organisation and document.
    """

    name = forms.CharField(
        max_length=200, label="Receiver’s name", help_text="As on the document they show."
    )
    organisation = forms.CharField(max_length=200, label="Receiver’s organisation")
    identified_by = forms.CharField(
        max_length=200, label="Document you checked", help_text="Such as: staff badge 4711."
    )
    to = forms.ChoiceField(
        label="Goes to",
        choices=[(COURIER, "A courier, who takes it to the clinic"), (CLINIC, "The clinic itself")],
        widget=forms.RadioSelect,
    )
    clinic_contact = forms.CharField(
        max_length=200,
        required=False,
        label="Who is told at the clinic",
        help_text="By name: should its logger show later that it was too warm.",
    )
    clinic_phone = forms.CharField(max_length=60, required=False, label="Their telephone")
    clinic_email = forms.EmailField(required=False, label="Their e-mail")

    def clinic(self) -> ClinicContact | None:
        """Return who is told at the clinic; None where nothing was entered."""
        said = [self.cleaned_data[f"clinic_{name}"] for name in ("contact", "phone", "email")]
        name, phone, email = said
        return ClinicContact(name=name, phone=phone, email=email) if any(said) else None

    def receiver(self) -> Receiver:
        """Return who takes over, as the action wants it; the form must be valid."""
        entered = self.cleaned_data
        return Receiver(
            name=entered["name"],
            organisation=entered["organisation"],
            identified_by=entered["identified_by"],
            is_courier=entered["to"] == COURIER,
        )


class SomeVialsForm(WithLateEntryByTwo):
    """A signed step over some of the vials that left with an order; all are ticked at first."""

    def __init__(self, *args: Any, possible: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = forms.TypedMultipleChoiceField(
            coerce=int,
            label="Vials",
            choices=possible,
            initial=[key for key, _ in possible],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": "Tick the vials that this is about."},
        )
        self.fields = {"vial": chosen, **self.fields}


class ArrivalForm(SomeVialsForm):
    """Who took over at the clinic, and how cold it arrived."""

    receiver = forms.CharField(max_length=200, label="Who received it at the clinic")
    arrival_celsius = forms.DecimalField(
        label="Temperature on arrival, °C",
        max_digits=5,
        decimal_places=1,
        help_text="As the shipper’s logger showed it on opening, such as -172.4.",
    )


class AdministrationForm(SomeVialsForm):
    """Where the clinic recorded that the dose was given."""

    reference = forms.CharField(
        max_length=200,
        label="The clinic’s record",
        help_text="The number or name of the record in which the clinic documented it.",
    )


class ReturnForm(SomeVialsForm):
    """What was found on opening what came back."""

    condition = forms.CharField(
        max_length=500,
        label="Condition",
        help_text="Seal, temperature trace and packaging, as found on opening.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WitnessForm(SigningForm):
    """How the second person proves who they are, on whatever screen: always with both."""

    user_id = forms.CharField(
        max_length=150, error_messages={"required": "Enter your user ID to sign."}
    )
    password = forms.CharField(
        strip=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter your password to sign."},
    )
    reason = forms.CharField(
        max_length=500,
        initial="I look on and scan independently",
        error_messages={"required": "Say why: a reason belongs to the signature."},
    )


class ClinicAnswerForm(SigningForm):
    """Who at the clinic said that they know, and how."""

    name = forms.CharField(max_length=200, label="Who answered at the clinic")
    way = forms.ChoiceField(label="How", choices=AnswerWay.choices, widget=forms.RadioSelect)
    answer = forms.CharField(
        max_length=1000,
        label="What they said",
        help_text="Such as: understood, it is set apart and not given.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clinic_answer(self) -> ClinicAnswer:
        """Return the answer, as the action wants it; the form must be valid."""
        entered = self.cleaned_data
        return ClinicAnswer(
            name=entered["name"], way=AnswerWay(entered["way"]), words=entered["answer"]
        )
