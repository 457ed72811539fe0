"""What a procedure says besides its steps, as the editor asks for it."""

from typing import Any

from django import forms

from sop.documents.document import Coverage, ProcedureDocument
from sop.documents.steps import KINDS


def _long(label: str, rows: int = 3, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=4000, required=False, widget=widget, **more)


class DocumentForm(forms.Form):
    """The whole without its steps."""

    title = forms.CharField(label="Title", max_length=200)
    changes = _long("What changed against the version before", rows=2)
    purpose = _long("Purpose")
    scope = _long("Scope")
    safety = _long("Safety")
    references = _long("References", rows=2)
    coverage = forms.ChoiceField(
        label="What it is for",
        choices=[(Coverage.ACTS, "It acts on product"), (Coverage.RECORDS, "It records checks")],
        initial=Coverage.ACTS,
    )
    one_patient = forms.BooleanField(label="A run keeps to one patient", required=False)
    most_minutes = forms.IntegerField(
        label="Longest run, in minutes", min_value=1, max_value=10_080, required=False
    )
    assessment = forms.BooleanField(label="Takes a practical assessment", required=False)
    valid_months = forms.IntegerField(
        label="An assessment counts for, in months", min_value=1, max_value=60, initial=24
    )
    again_for_this_version = forms.BooleanField(
        label="Assessed again for this version", required=False
    )

    TRAINING = ("assessment", "valid_months", "again_for_this_version")

    def said(self) -> dict[str, object]:
        """Return what was entered as a document says it."""
        entered = dict(self.cleaned_data)
        training = {name: entered.pop(name) for name in self.TRAINING}
        return entered | {"training": training}


def initial_of_document(document: ProcedureDocument) -> dict[str, object]:
    """Return a document as the form shows it."""
    said = document.model_dump(mode="json")
    training: dict[str, object] = said.pop("training")
    return said | training


class AddStepForm(forms.Form):
    """A step to add at the end."""

    new_kind = forms.ChoiceField(label="Type of step", choices=list(KINDS.items()))
    new_title = forms.CharField(label="Its title", max_length=200, required=False)
