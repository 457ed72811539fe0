"""What people enter about procedures: beginning one, drafting, files, copies, the approval."""

from typing import Any

from django import forms

from sop.bundles import MOST_BYTES
from sop.documents.document import ProcedureDocument
from sop.library import library
from web.forms.marks import GOES_WITH_OTHERS
from web.forms.signing import SigningForm

CODE = r"^[A-Z0-9][A-Z0-9-]{1,29}$"


class ReasonForm(forms.Form):
    """Why something is done; the trail keeps it."""

    reason = forms.CharField(
        label="Reason",
        max_length=500,
        error_messages={"required": "Say why: the trail keeps it."},
    )


class NewProcedureForm(ReasonForm):
    """A new procedure: empty, or a copy from the library."""

    start = forms.ChoiceField(
        label="Start from",
        required=False,
        help_text="A document of the library is complete. Read it, and make it yours.",
    )
    code = forms.RegexField(
        CODE,
        label="Code",
        max_length=30,
        help_text="Capitals, digits and dashes, such as SOP-ST-002. It stays for good.",
        error_messages={"invalid": "Use 2 to 30 capitals, digits and dashes."},
    )
    title = forms.CharField(label="Title", max_length=200)

    field_order = ("start", "code", "title", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [(code, f"{code} {said.title}") for code, said in library().items()]
        self.fields["start"].choices = [("", "An empty document"), *listed]  # type: ignore[attr-defined]  # a choice field has choices
        if self.data.get("start"):
            self.fields["code"].required = self.fields["title"].required = False

    def chosen(self) -> ProcedureDocument:
        """Give the document to begin with, under the code and title that were entered."""
        entered = self.cleaned_data
        base = library().get(entered["start"])
        named = {name: entered[name] for name in ("code", "title") if entered[name]}
        if base is None:
            return ProcedureDocument.model_validate(named)
        return base.model_copy(update=named)


class DraftForm(ReasonForm):
    """Why the next version is drafted."""


class ImportForm(ReasonForm):
    """A procedure that was exported, as a file or as text."""

    file = forms.FileField(
        label="File",
        required=False,
        help_text="A zip with its files, or a JSON file, as they are exported here.",
        widget=forms.ClearableFileInput(attrs={GOES_WITH_OTHERS: True, "accept": ".zip,.json"}),
    )
    text = forms.CharField(
        label="Or paste it here",
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 4, "spellcheck": "false", "class": "code", GOES_WITH_OTHERS: True}
        ),
    )

    field_order = ("file", "text", "reason")

    def clean(self) -> dict[str, Any]:
        """Take the one or the other."""
        entered = super().clean() or {}
        if bool(entered.get("file")) == bool(entered.get("text")):
            raise forms.ValidationError("Choose a file, or paste the document: one of the two.")
        return entered

    def content(self) -> bytes:
        """Give what was sent, and no more of it than tells that it is too much."""
        file = self.cleaned_data["file"]
        return bytes(file.read(MOST_BYTES + 1)) if file else str(self.cleaned_data["text"]).encode()


class FileForm(ReasonForm):
    """A file for a draft."""

    file = forms.FileField(
        label="File",
        help_text="A PDF, PNG, JPEG or plain text, at most 10 MB.",
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
    )

    field_order = ("file", "reason")


class CopyForm(ReasonForm):
    """Why a copy of a version is taken; the register of exports keeps it."""

    reason = forms.CharField(
        label="What the copy is for",
        max_length=500,
        error_messages={"required": "Say what the copy is for."},
    )


class ApproveForm(SigningForm):
    """From when an approved version counts."""

    effective_at = forms.DateTimeField(
        label="Counts from",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="The site’s time. Leave it empty to let it count from your signature on; leave "
        "time for training otherwise.",
    )
