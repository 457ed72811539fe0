"""What a review of temperature is of, what is found, and how often one is due."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone

from inventory.models import Container, Site
from temperature.models import ReviewKind
from temperature.queries.review_scope import Asked
from temperature.rules.reviewing import BOUNDS, DueRules, refusals_of_period
from web.forms.bounded import BoundedForm
from web.forms.signing import SigningForm


class ScopeForm(forms.Form):
    """The kind of record, the units of one site, and whole days as they begin and end there."""

    kind = forms.ChoiceField(label="What is reviewed", choices=ReviewKind)
    site = forms.TypedChoiceField(label="Site", coerce=int)
    unit = forms.TypedMultipleChoiceField(
        label="Units", coerce=int, required=False, help_text="None chosen: every unit of the site."
    )
    since = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(
        label="Up to the end of", widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, data: object, *, sites: Sequence[Site], units: Sequence[Container]) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # as any form is made
        self.zones = {site.pk: ZoneInfo(site.time_zone) for site in sites}
        self.of_unit = {unit.pk: unit.site_id for unit in units}
        named = {site.pk: site.code for site in sites}
        self.fields["site"].choices = [(site.pk, site.name) for site in sites]  # type: ignore[attr-defined]  # a choice
        self.fields["unit"].choices = [  # type: ignore[attr-defined]  # a choice
            (unit.pk, f"{unit.name} ({named[unit.site_id]})")
            for unit in units
            if unit.site_id in named
        ]

    def clean(self) -> dict[str, Any]:
        """Say when a unit stands at another site, or the days cannot be reviewed."""
        said = self.cleaned_data
        if {self.of_unit[key] for key in said.get("unit", ())} - {said.get("site")}:
            self.add_error("unit", "Choose units of one site, and that site.")
        if {"site", "since", "until"} <= said.keys():
            since, until = self._times()
            for refusal in refusals_of_period(since=since, until=until, at=timezone.now()):
                self.add_error("until", refusal.words)
        return said

    def _times(self) -> tuple[datetime, datetime]:
        """Return when the days begin and end at the site."""
        said = self.cleaned_data
        zone, after = self.zones[said["site"]], said["until"] + timedelta(days=1)
        return (
            datetime.combine(said["since"], time.min, tzinfo=zone),
            datetime.combine(after, time.min, tzinfo=zone),
        )

    def asked(self) -> Asked:
        """Return what is to be reviewed; only of a valid form."""
        said = self.cleaned_data
        since, until = self._times()
        return Asked(
            kind=ReviewKind(said["kind"]),
            site_id=said["site"],
            unit_ids=tuple(sorted(said["unit"])),
            since=since,
            until=until,
        )


class TemperatureReviewForm(SigningForm):
    """What was found; left empty, nothing was."""

    findings = forms.CharField(
        required=False,
        max_length=2000,
        label="Findings",
        help_text="Left empty, the review says “none”.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)


class DueRulesForm(BoundedForm):
    """One whole number for each rule, within its bounds."""

    bounds = BOUNDS

    def rules(self) -> DueRules:
        """Give what was entered."""
        return DueRules(**self.numbers())
