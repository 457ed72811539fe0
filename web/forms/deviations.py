"""What people enter of deviations and incidents."""

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.models import Person
from inventory.codes.scan import read_scan
from inventory.codes.words import UnreadableScan
from inventory.models import Identifier, Program, Site, Vial
from sop.models import Classification, DeviationVial, Impact
from web.forms.signing import SigningForm

CLASSES = [
    (choice.value, choice.label) for choice in Classification if choice != Classification.NOT_YET
]
IMPACTS = [("", "Not now"), *((i.value, i.label) for i in Impact if i != Impact.TO_ASSESS)]
MOST_VIALS = 200
SCANNED = {"rows": 3, "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


def _text(label: str, help_text: str = "", *, required: bool = True, rows: int = 4) -> forms.Field:
    return forms.CharField(
        max_length=8000,
        required=required,
        label=label,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": f"{label}: write it down."},
    )


class WithVials(forms.Form):
    """Vials, scanned one after the other."""

    vials = forms.CharField(
        required=False,
        max_length=20_000,
        label="Vials it may have touched",
        help_text="Scan them one after the other; each gets a line of its own.",
        widget=forms.Textarea(attrs=SCANNED),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_vials(self) -> list[int]:
        """
        Turn scanned codes into the keys of vials.

        Raises ValidationError: a code cannot be read, or no vial that the person sees has it.
        """
        codes = list(dict.fromkeys(_codes(self.cleaned_data["vials"].split())))
        if len(codes) > MOST_VIALS:
            raise forms.ValidationError(f"At most {MOST_VIALS} vials go into one record.")
        seen = Vial.objects.visible_to(self.person)
        rows = Identifier.objects.filter(code__in=codes, vial__in=seen)
        found = dict(rows.values_list("code", "vial"))
        unknown = [code for code in codes if code not in found]
        if unknown:
            raise forms.ValidationError(f"No vial that you may see carries {', '.join(unknown)}.")
        return list(dict.fromkeys(found[code] for code in codes))


class ReportForm(WithVials):
    """
    What somebody saw, and which vials it may have touched.

    Source: 21 CFR 211.100(b); An11 (2011) section 13; URS-113, URS-121.
    """

    title = forms.CharField(
        max_length=200, label="In one line", error_messages={"required": "Say it in one line."}
    )
    what_happened = _text("What happened", "When, where, what was seen, and what should have been.")
    containment = _text("What was done at once", required=False, rows=2)
    site = forms.ModelChoiceField(
        Site.objects.none(), required=False, label="Site", empty_label="No one site"
    )
    program = forms.ModelChoiceField(
        Program.objects.none(),
        required=False,
        label="Program",
        help_text="Of the vials, when you scan some. Only who sees the program sees the record.",
        empty_label="No one program",
    )
    by_me = forms.BooleanField(
        required=False,
        label="I did it myself",
        help_text="Somebody else will close it then.",
    )

    field_order = ("title", "what_happened", "containment", "vials")

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, person=person, **kwargs)
        self.fields["site"].queryset = Site.objects.visible_to(person).order_by("name")  # type: ignore[attr-defined] # a choice of rows
        self.fields["program"].queryset = Program.objects.visible_to(person).order_by("code")  # type: ignore[attr-defined] # a choice of rows


def _codes(lines: Iterable[str]) -> Iterable[str]:
    for line in lines:
        try:
            yield read_scan(line).code
        except UnreadableScan as error:
            raise forms.ValidationError(f"{line}: {error.words}") from error


class ReasonForm(forms.Form):
    """Why a text is written, or the closure asked for."""

    reason = forms.CharField(
        max_length=500,
        label="Why you write it now",
        error_messages={"required": "Say why: every change of a record needs a reason."},
    )


class VialsForm(WithVials, ReasonForm):
    """Further vials that it touched, or may have touched."""

    field_order = ("vials", "reason")


class ContainmentForm(ReasonForm):
    """What was done at once."""

    containment = _text("What was done at once")
    field_order = ("containment", "reason")


class InvestigationForm(ReasonForm):
    """What the investigation found, and what is done about it."""

    investigation = _text("What the investigation found", rows=6)
    root_cause = _text("Root cause", "A critical one cannot be closed without.", required=False)
    disposition = _text(
        "Disposition",
        "What is done with the product, and so that it does not happen again.",
        required=False,
    )
    impact = _text("Impact", "Which functions, records and work it touched.", required=False)
    field_order = ("impact", "investigation", "root_cause", "disposition", "reason")

    def without_impact(self) -> "InvestigationForm":
        """Leave out what only an incident says; for a deviation the vials say it."""
        del self.fields["impact"]
        return self


class OutsideForm(ReasonForm):
    """The record of another quality system that goes with it."""

    reference = forms.CharField(
        max_length=60,
        label="Number in the other system",
        error_messages={"required": "Enter the number of the record in the other system."},
    )
    url = forms.URLField(
        max_length=500,
        required=False,
        label="Its address",
        assume_scheme="https",
        help_text="It begins with https://",
    )
    field_order = ("reference", "url", "reason")


class ClassForm(SigningForm):
    """How grave it is."""

    classification = forms.ChoiceField(
        label="Class",
        choices=CLASSES,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose minor, major or critical."},
    )


class ImpactForm(SigningForm):
    """What it means for each vial, and why; what is left alone stays as it is."""

    def __init__(self, data: object, *, vials: Iterable[DeviationVial]) -> None:
        super().__init__(data)
        self.keys: list[int] = []
        for row in vials:
            self.keys.append(row.vial_id)
            said = "" if row.impact == Impact.TO_ASSESS else f"Now: {Impact(row.impact).label}."
            self.fields[f"impact-{row.vial_id}"] = forms.ChoiceField(
                label=f"Impact on {row.vial.code}", choices=IMPACTS, required=False, help_text=said
            )
            self.fields[f"words-{row.vial_id}"] = forms.CharField(
                label=f"Why, for {row.vial.code}",
                required=False,
                max_length=2000,
                help_text="Needed with an impact.",
            )

    def clean(self) -> dict[str, Any]:
        """Ask for the reason beside the vial whose impact was chosen."""
        said = super().clean() or {}
        for key in self.keys:
            if said.get(f"impact-{key}") and not str(said.get(f"words-{key}", "")).strip():
                self.add_error(f"words-{key}", "Say why the impact is so.")
        return said

    def chosen(self) -> dict[int, tuple[Impact, str]]:
        """Return what was chosen, by the vial's key."""
        said = self.cleaned_data
        return {
            key: (Impact(said[f"impact-{key}"]), said[f"words-{key}"])
            for key in self.keys
            if said[f"impact-{key}"]
        }


class ReportedForm(SigningForm):
    """The number of the report to FDA, or why none is due."""

    words = forms.CharField(
        max_length=1000,
        label="Number of the report, or why none is due",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Enter the number of the report, or write why none is due."},
    )


class DecideForm(SigningForm):
    """Closing and opening again take a reason and a signature, nothing else."""
