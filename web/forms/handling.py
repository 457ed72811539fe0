"""What quality enters about handling in storage; it is signed."""

from django import forms

from custody.actions.set_handling_rules import LONGEST_GAP, LONGEST_PICK
from custody.models import HoldsFrom
from custody.rules.late import LEAST_HOURS, MOST_HOURS
from web.forms.signing import SigningForm

LATE_ENTRY = "Hours in which a step may be entered late"
LIFT = "Minutes until which a rack or box counts as out, where nobody records its return"
SCAN = "Seconds for which a rack or box counts as out, where one scan is all that is known"
PICK = "Seconds for which a vial is expected to be out of storage when it is picked"
HOLD = "A vial that is scanned for another patient is held at once"
BLIND = "From so many minutes without any probe that measures on, the contents are held"
GAPS = "From so many minutes without measurement on, a deviation is opened"
EXCURSIONS = "From this level of excursion on, what stood in the unit is held at once"


class HandlingForm(SigningForm):
    """One field for each rule."""

    late_entry_hours = forms.IntegerField(
        label=LATE_ENTRY,
        min_value=LEAST_HOURS,
        max_value=MOST_HOURS,
        help_text=f"{LEAST_HOURS} to {MOST_HOURS}",
    )
    holds_on_mismatch = forms.BooleanField(
        required=False,
        label=HOLD,
        help_text="A deviation is opened in any case; QA releases the hold.",
    )
    holds_excursions_from = forms.ChoiceField(
        label=EXCURSIONS,
        choices=HoldsFrom.choices,
        help_text="A deviation is opened from “Action” on in any case.",
    )
    longest_lift_minutes = forms.IntegerField(
        label=LIFT, min_value=1, max_value=240, help_text="1 to 240"
    )
    single_scan_seconds = forms.IntegerField(
        label=SCAN, min_value=0, max_value=600, help_text="0 to 600"
    )
    expected_pick_seconds = forms.IntegerField(
        label=PICK,
        min_value=0,
        max_value=LONGEST_PICK,
        help_text=f"0 to {LONGEST_PICK}; a pick is refused where the budget is too short for it",
    )
    gap_deviation_minutes = forms.IntegerField(
        required=False,
        label=GAPS,
        min_value=1,
        max_value=LONGEST_GAP,
        help_text=f"1 to {LONGEST_GAP}, where vials stood in the unit; empty: none is opened",
    )
    blind_hold_minutes = forms.IntegerField(
        required=False,
        label=BLIND,
        min_value=0,
        max_value=LONGEST_GAP,
        help_text=f"0 to {LONGEST_GAP}; empty: nothing is held. QA releases each hold.",
    )
