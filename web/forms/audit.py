"""What restricts the trail: who, what, when, why, the thing, the field, the device."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import AccessKind, Person, fold
from accounts.roles import Role
from audit.queries.touching import field_names
from audit.system_event_kinds import SystemEventKind
from reports.trail.forms import CopyForm
from sop.action import Action
from web.forms.signing import SigningForm

NOBODY = -1
OTHER_ACTIONS = (
    ("abandon_count", "Abandon a count"),
    ("abandon_run", "Abandon a run"),
    ("acknowledge_notice", "Acknowledge a notice"),
    ("acknowledge_policy", "Acknowledge the policy"),
    ("add_container", "Add a container"),
    ("add_container_type", "Add a container type"),
    ("add_containers", "Add containers"),
    ("add_limit_profile", "Add a profile of limits"),
    ("add_instrument", "Add an instrument"),
    ("add_product", "Add a product"),
    ("add_program", "Add a program"),
    ("add_site", "Add a site"),
    ("add_sponsor", "Add a sponsor"),
    ("approve_access", "Approve access"),
    ("approve_emergency_access", "Approve emergency access"),
    ("approve_version", "Approve a version"),
    ("ask_emergency_access", "Ask for emergency access"),
    ("assess_impact", "Assess what a deviation means for vials"),
    ("assess_in_practice", "Assess somebody in practice"),
    ("attach_file", "Attach a file"),
    ("begin_emergency_work", "Begin emergency work"),
    ("begin_procedure", "Begin a procedure"),
    ("block_position", "Block a place"),
    ("calibrate_probe", "Record a calibration of a probe"),
    ("change_password", "Change one's password"),
    ("change_probe", "Change how a probe reads"),
    ("change_feed", "Change a source of readings"),
    ("check_access_token", "Test a badge or key"),
    ("check_trail", "Check the trail"),
    ("classify_deviation", "Classify a deviation"),
    ("close_access_review", "Close a review of access"),
    ("close_deviation", "Close a deviation"),
    ("close_trail_check", "Close a check of the trail"),
    ("confirm_implausible", "Confirm an implausible value"),
    ("create_person", "Create a person"),
    ("deactivate_person", "Deactivate a person"),
    ("defer_review", "Defer a review of the trail"),
    ("deliver_notice", "Deliver a notice"),
    ("draft_version", "Draft a version"),
    ("edit_draft", "Edit a draft"),
    ("end_access_token", "End a badge or key"),
    ("end_assessment", "Take an assessment back"),
    ("end_emergency_access", "End emergency access"),
    ("end_emergency_work", "End emergency work"),
    ("end_own_sessions", "End one's own sessions"),
    ("end_provider_link", "End a link to the identity provider"),
    ("end_sessions_of_person", "End sessions of a person"),
    ("end_vials", "End the vials of a run"),
    ("enrol_second_factor", "Enrol a second factor"),
    ("enrol_security_key", "Enrol a security key"),
    ("accept_exposure", "Accept exposure beyond a budget"),
    ("evaluate_excursion", "Decide what an excursion or a gap means"),
    ("expire_vials", "Expire vials"),
    ("export_access_review", "Export a review of access"),
    ("export_deviation", "Copy a deviation"),
    ("export_procedure", "Copy a procedure"),
    ("export_run", "Copy a run"),
    ("export_runs", "Report runs"),
    ("export_trail", "Export the trail"),
    ("export_training", "Report training"),
    ("fit_probe", "Fit a probe to a unit"),
    ("import_readings", "Store a file of readings"),
    ("issue_access_token", "Issue a badge or key"),
    ("issue_service_token", "Issue a service token"),
    ("judge_readings", "Judge readings"),
    ("lift_container", "Take a rack or box out"),
    ("link_outside_record", "Link an outside record"),
    ("link_provider", "Link to the identity provider"),
    ("mark_access_lines", "Mark lines of a review of access"),
    ("migrate_run", "Move a run to another version"),
    ("name_vials", "Name vials under a deviation"),
    ("open_deviation_by_hand", "Report a deviation or an incident"),
    ("open_first_account", "Open the first account"),
    ("pause_run", "Pause a run"),
    ("permit_provider", "Let somebody use the identity provider"),
    ("place_legal_hold", "Place a legal hold"),
    ("publish_policy", "Publish the policy"),
    ("raise_notices", "Raise notices"),
    ("reconcile_restore", "Sign what a restore lost"),
    ("record_calibration", "Record a calibration"),
    ("record_certification", "Record the certification"),
    ("record_containment", "Record a containment"),
    ("record_investigation", "Record an investigation"),
    ("record_step", "Record a step"),
    ("register_probe", "Register a probe"),
    ("register_therapy", "Register a therapy"),
    ("register_feed", "Register a source of readings"),
    ("reject_access", "Reject access"),
    ("release_legal_hold", "Release a legal hold"),
    ("remove_file", "Remove a file"),
    ("remove_probe", "Remove a probe from its unit"),
    ("remove_security_key", "Remove a security key"),
    ("reopen_deviation", "Open a deviation again"),
    ("replace_access_token", "Replace a badge or key"),
    ("request_closure", "Ask for the closure of a deviation"),
    ("request_role", "Ask for a role"),
    ("request_scope", "Ask for a scope"),
    ("reset_password", "Reset a password"),
    ("reset_second_factor", "Reset a second factor"),
    ("resume_run", "Resume a run, or take it over"),
    ("retire_container", "Retire a container"),
    ("retire_probe", "Retire a probe"),
    ("retire_feed", "Retire a source of readings"),
    ("retire_procedure", "Retire a procedure"),
    ("return_container", "Say that a rack or box is back"),
    ("return_version", "Return a version"),
    ("review_emergency_access", "Review emergency access"),
    ("review_trail", "Review the trail"),
    ("revoke_role", "Revoke a role"),
    ("revoke_scope", "Revoke a scope"),
    ("revoke_service_token", "Revoke a service token"),
    ("scan_count", "Scan in a count"),
    ("set_access_rules", "Set the rules of access"),
    ("set_governance", "Set what governs"),
    ("set_carrier", "Set a carrier"),
    ("set_handling_rules", "Set the rules of handling"),
    ("set_limits", "Set limits of temperature"),
    ("set_patient_identity", "Set a patient's identity"),
    ("set_product_licence", "Say whether a product is licensed"),
    ("set_retention", "Set how long records are kept"),
    ("set_stability_limits", "Set stability limits"),
    ("set_vial_aside", "Set a vial aside"),
    ("settle_access_line", "Settle a line of a review of access"),
    ("settle_report", "Settle a report to FDA"),
    ("sign_read_understood", "Sign as read and understood"),
    ("sign_step", "Sign a step"),
    ("skip_step", "Skip a step"),
    ("spend_temporary_password", "Use up a temporary password"),
    ("start_access_review", "Start a review of access"),
    ("start_count", "Start a count"),
    ("start_run", "Start a run"),
    ("submit_version", "Submit a version"),
    ("take_readings", "Take readings"),
    ("take_out_of_use", "Take an instrument out of use"),
    ("tell_of_overdue_review", "Tell of an overdue review"),
    ("unblock_position", "Unblock a place"),
    ("unlock_account", "Unlock an account"),
    ("verify_first_identity", "Verify the first identity"),
    ("verify_identity", "Verify an identity"),
    ("withdraw_version", "Withdraw a version"),
)


_WORDS: dict[str, Callable[[], dict[str, str]]] = {
    "action": lambda: dict([*Action.choices, *OTHER_ACTIONS, *SystemEventKind.choices]),
    "field": field_names,
    "role": lambda: dict(Role.choices),
}


class DaysForm(forms.Form):
    """A first and a last day, in the zone of the site; either may be left out."""

    since = forms.DateField(
        required=False, label="From", widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        required=False, label="To", widget=forms.DateInput(attrs={"type": "date"})
    )

    def said(self) -> dict[str, Any]:
        """Return what was entered and understood."""
        return self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})

    def begins(self) -> datetime | None:
        """Return the first instant, in the zone of the site."""
        return _midnight(self.said().get("since"))

    def ends(self) -> datetime | None:
        """Return the first instant behind the last day."""
        last = self.said().get("until")
        return _midnight(last + timedelta(days=1)) if last else None


class TrailForm(DaysForm):
    """The filters of the trail; each may be left out."""

    field_order = ["code", "person", "action", "since", "until"]

    code = forms.CharField(
        required=False, max_length=60, label="Code",
        help_text="Vial, batch, therapy, box, order, product or person",
    )  # fmt: skip
    person = forms.CharField(
        required=False, max_length=60, label="Who", help_text="User ID, or a part of the name"
    )
    action = forms.ChoiceField(
        required=False,
        label="Action",
        choices=[
            ("", "Any action"),
            *Action.choices,
            *OTHER_ACTIONS,
            *SystemEventKind.choices,
        ],
    )
    reason = forms.CharField(
        required=False, max_length=100, label="Why", help_text="Words of the reason"
    )
    field = forms.ChoiceField(
        required=False, label="Field changed", choices=lambda: [("", "Any"), *field_names().items()]
    )
    value = forms.CharField(
        required=False, max_length=60, label="Old or new value", help_text="A part of it"
    )
    role = forms.ChoiceField(
        required=False, label="Role", choices=[("", "Any role"), *Role.choices]
    )
    device = forms.CharField(required=False, max_length=60, label="Device")
    step = forms.CharField(required=False, max_length=60, label="Procedure step")

    def clean(self) -> dict[str, Any]:
        """Refuse a value without the field it stands in."""
        said = super().clean() or {}
        if said.get("value") and not said.get("field"):
            self.add_error("field", "Name the field that had this value.")
        return said

    def chosen(self) -> dict[str, tuple[str, str]]:
        """Return the filters that restrict: what the address says, and what people read."""
        found = {}
        for name, value in self.said().items():
            if value:
                words = _WORDS.get(name, dict)().get(str(value), value)
                found[name] = (str(value), f"{self.fields[name].label}: {words}")
        return found

    def actor_ids(self) -> set[int] | None:
        """
        Return the keys of the people who are named; one that nobody has for an unknown name.

        Names that people had before find them too.
        """
        text = (self.said().get("person") or "").strip()
        if not text:
            return None
        exact = Person.objects.filter(user_id=fold(text)).values_list("pk", flat=True).first()
        if exact is not None:
            return {exact}
        named = Person.history.filter(full_name__icontains=text).values_list("id", flat=True)
        return set(named) or {NOBODY}


class AccessForm(DaysForm):
    """The filters of the access log; each may be left out."""

    field_order = ["person", "kind", "since", "until"]

    person = forms.CharField(required=False, max_length=150, label="User ID, as it was typed")
    kind = forms.ChoiceField(
        required=False, label="What", choices=[("", "Anything"), *AccessKind.choices]
    )


class ReconciliationForm(SigningForm):
    """What quality found after a restore; why it signs, the signature's reason says."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    findings = forms.CharField(
        max_length=10_000,
        label="What was compared, and what was found",
        help_text="Name each vial that stands elsewhere than listed, and its deviation.",
        error_messages={"required": "Write down what was compared and what was found."},
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class TrailCopyForm(forms.Form):
    """In which form the entries found are copied, and why."""

    form = forms.ChoiceField(label="Copy", choices=CopyForm.choices, initial=CopyForm.PDF)
    reason_to_copy = forms.CharField(
        max_length=200,
        label="Reason",
        help_text="It is kept in the register of exports.",
        error_messages={"required": "Say what the copy is for: it is kept in the register."},
    )


def _midnight(day: Any) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
