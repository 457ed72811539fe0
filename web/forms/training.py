"""What is entered about training: an assessment, and which part of the matrix is wanted."""

from typing import Any

from django import forms

from accounts.roles import Role
from sop.queries.training import Wanted
from sop.training import MAY_READ
from web.forms.signing import SigningForm

PASSED, NOT_PASSED = "passed", "not_passed"


class AssessmentForm(SigningForm):
    """What the assessor saw, and what they judge."""

    observed = forms.CharField(
        label="What you saw them do",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say what you saw them do."},
    )
    outcome = forms.ChoiceField(
        label="They did it",
        choices=[(PASSED, "as the procedure says"), (NOT_PASSED, "not as the procedure says")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether they did it as the procedure says."},
    )


class MatrixForm(forms.Form):
    """A part of the matrix."""

    role = forms.ChoiceField(
        label="Role",
        required=False,
        choices=[
            ("", "Every role"),
            *((role.value, str(role.label)) for role in Role if role in MAY_READ),
        ],
    )
    site = forms.TypedChoiceField(label="Site", required=False, coerce=int, empty_value=None)
    procedure = forms.CharField(label="Procedure", required=False, max_length=30)
    gaps = forms.BooleanField(label="Only with gaps", required=False)

    def __init__(self, *args: Any, sites: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = [("", "Every site"), *sites]  # type: ignore[attr-defined]  # a choice field has choices

    def wanted(self) -> Wanted:
        """Give what is asked for; everything when it makes no sense."""
        if not self.is_valid():
            return Wanted()
        asked = self.cleaned_data
        return Wanted(
            role=asked["role"],
            site_id=asked["site"],
            procedure=asked["procedure"].strip().upper(),
            only_gaps=asked["gaps"],
        )
