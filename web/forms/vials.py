"""What people enter for a step on one vial: the scanned label, the facts of the step."""

from decimal import Decimal
from typing import Any

from django import forms

from custody.actions.check_out_vials import InternalPurpose
from custody.models import HoldScope
from inventory.codes.scan import read_scan
from inventory.codes.words import UnreadableScan
from inventory.models import Purpose, Vial, VialKind
from web.forms.carriers import WithCarrier
from web.forms.late import WithLateEntry, WithLateEntryByTwo
from web.forms.signing import SigningForm, TwoPersonForm

OTHER_VIAL = "other_vial"
MOST_PARTS = 5
SCAN_ATTRS = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class CodeField(forms.CharField):
    """A scanned or typed code, in its canonical form."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 400)
        super().__init__(widget=forms.TextInput(attrs=SCAN_ATTRS), **kwargs)

    def clean(self, value: str) -> str:
        """
        Read the code.

        Raises ValidationError: it cannot be read; with the reader's words.
        """
        text = super().clean(value)
        if not text:
            return ""
        try:
            return read_scan(text).code
        except UnreadableScan as error:
            raise forms.ValidationError(error.words) from error


class WithScannedVial(forms.Form):
    """
    Insist on the label of the vial in hand: a page may be of another vial than the hand.

    Source: URS-29, URS-89.
    """

    scanned = CodeField(
        label="Scan the vial in your hand",
        error_messages={"required": "Scan the vial's own label, so that it is surely this one."},
    )

    def __init__(self, *args: Any, vial: Vial, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # a scanner types at once, and ends with Enter, which must not send the form
        self.fields["scanned"].widget.attrs |= {"autofocus": True, "data-scan-next": True}
        self.vial = vial
        self.other_code = ""

    def clean_scanned(self) -> str:
        """
        Compare the label with the page's vial.

        Raises ValidationError: it is another vial's.
        """
        code: str = self.cleaned_data["scanned"]
        if code != self.vial.code:
            self.other_code = code
            raise forms.ValidationError(
                f"STOP. You scanned {code}; this page is about {self.vial.code}. "
                "Put it back where it came from and take the right one.",
                code=OTHER_VIAL,
            )
        return code


class OfVial(forms.Form):
    """A form that knows its vial and needs no scan: nobody has it in hand."""

    def __init__(self, *args: Any, vial: Vial, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.vial = vial


class CheckOutForm(WithScannedVial, WithCarrier, WithLateEntry, TwoPersonForm):
    """Why a vial leaves its place without an order."""

    purpose = forms.ChoiceField(
        choices=[("", "Choose"), *InternalPurpose.choices],
        label="It leaves for",
        error_messages={"required": "Choose what it leaves for."},
    )


class DiscardForm(WithScannedVial, WithLateEntry, TwoPersonForm):
    """How a vial is made harmless."""

    method = forms.CharField(max_length=200, help_text="Such as autoclave, 134 °C, 18 min.")
    manifest = forms.CharField(max_length=60, label="Waste manifest number")


class ConsumeForm(WithScannedVial, WithLateEntryByTwo):
    """Which test used a vial up."""

    test = forms.CharField(max_length=200, label="Test and its report number")


class TransferForm(WithScannedVial, WithLateEntry, TwoPersonForm):
    """Who takes a vial over for good."""

    receiver = forms.CharField(max_length=200, help_text="The organisation and the person's name.")
    in_quarantine = forms.BooleanField(
        required=False, label="It ships under the statement “in quarantine”, to be released there"
    )


class RelabelForm(WithScannedVial, TwoPersonForm):
    """The new label of a vial."""

    new_code = CodeField(label="Scan the new label")


class MissingForm(OfVial, SigningForm):
    """Where a vial was looked for already."""

    searched = forms.CharField(
        max_length=300,
        label="Where you looked",
        help_text="Boxes, racks, floor of the tank, bench.",
    )


class HoldForm(OfVial, SigningForm):
    """What a hold reaches."""

    scope = forms.ChoiceField(label="Hold", widget=forms.RadioSelect)
    is_recall = forms.BooleanField(
        required=False, label="It is a recall: what was released becomes “Recalled”"
    )

    def __init__(self, *args: Any, vial: Vial, **kwargs: Any) -> None:
        super().__init__(*args, vial=vial, **kwargs)
        field = self.fields["scope"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(hold_subjects(vial).items())
        self.initial.setdefault("scope", HoldScope.VIALS)


def hold_subjects(vial: Vial) -> dict[str, str]:
    """Say what each scope of a hold would reach from this vial."""
    subjects = {
        HoldScope.VIALS: f"this vial and what was split from it, {vial.code}",
        HoldScope.BATCH: f"all of batch {vial.batch.number}",
        HoldScope.DONATION: f"all from donation {vial.batch.donation_number}",
    }
    if vial.therapy is not None:
        subjects[HoldScope.THERAPY] = f"all of therapy {vial.therapy.coi}"
    return {str(scope): words for scope, words in subjects.items()}


class SplitForm(WithScannedVial, TwoPersonForm):
    """The parts to be made: for each a new label, a volume, a kind and a purpose."""

    def __init__(self, *args: Any, vial: Vial, **kwargs: Any) -> None:
        super().__init__(*args, vial=vial, **kwargs)
        for number in range(1, MOST_PARTS + 1):
            needed = number == 1
            label = f"Part {number}"
            self.fields[f"code_{number}"] = CodeField(
                required=needed, label=f"{label}: scan its label"
            )
            self.fields[f"volume_{number}"] = forms.DecimalField(
                required=needed, label=f"{label}: ml", min_value=Decimal("0.01"), decimal_places=2
            )
            self.fields[f"kind_{number}"] = forms.ChoiceField(
                choices=VialKind.choices, required=False, initial=vial.kind, label=f"{label}: as"
            )
            self.fields[f"purpose_{number}"] = forms.ChoiceField(
                choices=Purpose.choices, required=False, initial=vial.purpose, label=f"{label}: for"
            )

    def part_rows(self) -> list[list[forms.BoundField]]:
        """Return the fields of each part, one list to a part."""
        names = ("code", "volume", "kind", "purpose")
        return [[self[f"{name}_{number}"] for name in names] for number in range(1, MOST_PARTS + 1)]

    def clean(self) -> dict[str, Any]:
        """Insist that each part has both a label and a volume."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for number in range(1, MOST_PARTS + 1):
            code, volume = cleaned.get(f"code_{number}"), cleaned.get(f"volume_{number}")
            if bool(code) != bool(volume):
                self.add_error(None, f"Part {number} needs both a label and a volume.")
        return cleaned
