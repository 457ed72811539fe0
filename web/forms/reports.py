"""Which record is copied, in which form, and why."""

from django import forms

from inventory.codes.scan import CodeKind, read_scan
from inventory.codes.words import UnreadableScan

BUNDLE, PDF, JSON = "bundle", "pdf", "json"
FORMS = (
    (BUNDLE, "Bundle: PDF, JSON, CSV and a manifest with sums"),
    (PDF, "PDF only, for reading and printing"),
    (JSON, "JSON only, for machines"),
)


class TrainingForm(forms.Form):
    """A copy of the report of training, as of a day."""

    as_of = forms.DateField(
        label="As of the end of",
        required=False,
        help_text="Left empty, it is as of now.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    training_form = forms.ChoiceField(
        label="Copy of the training",
        choices=[("pdf", "PDF, for reading and printing"), ("csv", "CSV"), ("json", "JSON")],
        initial="pdf",
        widget=forms.RadioSelect,
    )
    training_reason = forms.CharField(
        max_length=200,
        label="Why this report is made",
        help_text="It is kept in the register of exports.",
        error_messages={"required": "Say what the copy is for: it is kept in the register."},
    )


class DossierForm(forms.Form):
    """One complete copy of a therapy's record."""

    coi = forms.CharField(
        max_length=400,
        label="Chain of identity",
        help_text="Scan or type it, such as CHA9990260004AX.",
        error_messages={"required": "Scan or type a chain of identity."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    form = forms.ChoiceField(label="Copy", choices=FORMS, initial=BUNDLE, widget=forms.RadioSelect)
    reason = forms.CharField(
        max_length=200,
        label="Reason",
        help_text="It is kept in the register of exports.",
        error_messages={"required": "Say what the copy is for: it is kept in the register."},
    )

    def clean_coi(self) -> str:
        """Read the code as a scan; anything else than a chain of identity is refused in words."""
        try:
            scan = read_scan(self.cleaned_data["coi"])
        except UnreadableScan as fault:
            raise forms.ValidationError(fault.words) from fault
        if scan.kind is not CodeKind.CHAIN_OF_IDENTITY:
            raise forms.ValidationError("This is not a chain of identity: it begins with CH.")
        return scan.code
