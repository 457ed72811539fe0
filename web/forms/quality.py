"""What quality enters: the decision with its evidence, what is held and why."""

from django import forms

from custody.models import HoldScope
from inventory.models import Quality
from web.forms.signing import SigningForm

DECISIONS = (
    (Quality.RELEASED, "Release"),
    (Quality.COND_RELEASED, "Release on condition"),
    (Quality.REJECTED, "Reject"),
    (Quality.OOS_SUPPLY, "Supply out of specification"),
    (Quality.QUARANTINE, "Back to quarantine"),
)
EVIDENCE_HINTS = {
    Quality.RELEASED: "The certificate or record on which the release rests.",
    Quality.COND_RELEASED: "The tests that are missing, and by when they must be in.",
    Quality.REJECTED: "The result or deviation for which it is rejected.",
    Quality.OOS_SUPPLY: "The physician’s request and the risk evaluation.",
    Quality.QUARANTINE: "What must be looked at again.",
}


class ChoiceOfVials(forms.Form):
    """Which vials a decision is about, and which decision."""

    vial = forms.TypedMultipleChoiceField(
        coerce=int, error_messages={"required": "Tick the vials that you decide on."}
    )
    decision = forms.ChoiceField(
        choices=DECISIONS, error_messages={"required": "Choose what you decide."}
    )

    def __init__(self, data: object, *, keys: list[str]) -> None:
        super().__init__(data)  # type: ignore[arg-type] # a QueryDict, as views pass it
        self.fields["vial"] = forms.TypedMultipleChoiceField(
            coerce=int,
            choices=[(key, key) for key in keys if key.isdecimal() and len(key) < 19],
            error_messages={"required": "Tick the vials that you decide on."},
        )


class DecisionForm(SigningForm):
    """What the decision rests on, and the signature under it."""

    evidence = forms.CharField(
        max_length=1000,
        label="Evidence",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Name what the decision rests on."},
    )

    def hint_for(self, decision: Quality) -> "DecisionForm":
        """Say under the field what this decision needs as evidence."""
        self.fields["evidence"].help_text = EVIDENCE_HINTS[decision]
        return self


class HoldForm(SigningForm):
    """
    What is held, and whether it is a recall.

    Source: 21 CFR 211.150(b); URS-115.
    """

    scope = forms.ChoiceField(label="Hold", choices=HoldScope.choices, widget=forms.RadioSelect)
    subject = forms.CharField(
        max_length=2000,
        label="Code",
        help_text="The batch number, chain of identity, donation number or code of the unit. "
        "Several vials: their codes with blanks between.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    is_recall = forms.BooleanField(
        required=False,
        label="Recall what was released",
        help_text="Released vials become “Recalled”; nobody can take them until QA decides.",
    )


class ReleaseHoldForm(SigningForm):
    """Releasing a hold takes a reason and a signature, nothing else."""
