"""The rules of handling: what is in force, what was, and setting others."""

from django.http import QueryDict
from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from audit.local_times import in_words
from audit.models import Meaning
from audit.queries.signatures import blocks_under
from custody.actions.set_handling_rules import set_handling_rules
from custody.handling import EXPECTED_PICK_SECONDS, excursions_held_from, newest_rules
from custody.late import late_at_most
from custody.lifts import lift_rules
from custody.mix_ups import holds_on_mismatch
from custody.models import HandlingRules, HoldsFrom
from custody.waiting_holds import grave_at
from inventory.models import Site
from web.configuring.lists import VersionRow
from web.configuring.setups import SetUp, sheet
from web.forms.handling import (
    BLIND,
    EXCURSIONS,
    GAPS,
    HOLD,
    LATE_ENTRY,
    LIFT,
    PICK,
    SCAN,
    HandlingForm,
)
from web.signing import SignAs

NO_GAP = NO_HOLD = "never"


def in_force() -> list[tuple[str, object]]:
    """List what is demanded now."""
    minutes, seconds = lift_rules()
    return [
        (LATE_ENTRY, _hours()),
        (HOLD, _yes(holds=holds_on_mismatch())),
        (LIFT, minutes),
        (SCAN, seconds),
        (PICK, _pick_seconds()),
        (EXCURSIONS, excursions_held_from().label.lower()),
        (GAPS, _gap_minutes() or NO_GAP),
        (BLIND, _blind(newest_rules())),
    ]


def _blind(rules: HandlingRules | None) -> str:
    minutes = None if rules is None else rules.blind_hold_minutes
    return NO_HOLD if minutes is None else str(minutes)


def _gap_minutes() -> int | None:
    newest = newest_rules()
    return None if newest is None else newest.gap_deviation_minutes


def _pick_seconds() -> int:
    newest = newest_rules()
    return EXPECTED_PICK_SECONDS if newest is None else newest.expected_pick_seconds


def _yes(*, holds: bool) -> str:
    return "yes" if holds else "no"


def _hours() -> int:
    return round(late_at_most().total_seconds() / 3600)


def versions() -> list[VersionRow]:
    """List every version, the newest first, with what it demanded and who signed it."""
    rows = list(HandlingRules.objects.order_by("-version")[:50])
    signed = blocks_under((HandlingRules, row.pk) for row in rows)
    return [
        VersionRow(
            version=row.version,
            words=f"{LATE_ENTRY.lower()}: {row.late_entry_hours}; "
            f"{HOLD.lower()}: {_yes(holds=row.holds_on_mismatch)}; "
            f"{EXCURSIONS.lower()}: {HoldsFrom(row.holds_excursions_from).label.lower()}; "
            f"{LIFT.lower()}: {row.longest_lift_minutes}; {SCAN.lower()}: "
            f"{row.single_scan_seconds}; {PICK.lower()}: {row.expected_pick_seconds}; "
            f"{GAPS.lower()}: {row.gap_deviation_minutes or NO_GAP}; "
            f"{BLIND.lower()}: {_blind(row)}",
            signatures=signed.get((HandlingRules, row.pk), []),
        )
        for row in rows
    ]


def _reaches(person: Person) -> str:
    """Say which excursions go on, and when what is signed reaches them."""
    rows = grave_at(Site.objects.visible_to(person).values_list("pk", flat=True))
    if not rows:
        return "No excursion goes on now that they could hold for."
    named = "; ".join(
        f"{row.unit.name}, {row.get_level_display().lower()}, by {row.probe.code} since "
        f"{in_words(row.began_at)}"
        for row in rows
    )
    return (
        f"Excursions that go on now: {named}. Where the level that you choose reaches one of them, "
        "what stands in its unit is held within a minute of your signature. What was held before "
        "stays held until somebody releases it."
    )


def setting_rules(posted: QueryDict | None, person: Person) -> SetUp:
    """Set the rules of handling."""
    (minutes, seconds), newest = lift_rules(), newest_rules()
    initial = {
        "late_entry_hours": _hours(),
        "holds_on_mismatch": holds_on_mismatch(),
        "longest_lift_minutes": minutes,
        "single_scan_seconds": seconds,
        "expected_pick_seconds": _pick_seconds(),
        "holds_excursions_from": excursions_held_from(),
        "gap_deviation_minutes": _gap_minutes(),
        "blind_hold_minutes": None if newest is None else newest.blind_hold_minutes,
    }
    form = HandlingForm(posted, initial=initial)
    return SetUp(
        form=form,
        sheet=sheet(
            "Set the rules of handling",
            under="handling",
            words=f"They hold for everybody and at once. {_reaches(person)}",
        ),
        act=lambda intent: set_handling_rules(
            late_entry_hours=form.cleaned_data["late_entry_hours"],
            holds_on_mismatch=form.cleaned_data["holds_on_mismatch"],
            holds_excursions_from=form.cleaned_data["holds_excursions_from"],
            longest_lift_minutes=form.cleaned_data["longest_lift_minutes"],
            single_scan_seconds=form.cleaned_data["single_scan_seconds"],
            expected_pick_seconds=form.cleaned_data["expected_pick_seconds"],
            gap_deviation_minutes=form.cleaned_data["gap_deviation_minutes"],
            blind_hold_minutes=form.cleaned_data["blind_hold_minutes"],
            intent=intent,
        ),
        done="The rules of handling are in force.",
        done_url=reverse("configure:handling"),
        roles=(Role.QA,),
        signs=SignAs(meaning=Meaning.APPROVED),
    )
