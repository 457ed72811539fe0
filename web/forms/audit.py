"""What restricts the trail: a person, an action, dates, the code of a thing."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import AccessKind, Person, fold
from sop.action import Action

NOBODY = -1
OTHER_ACTIONS = (
    ("acknowledge_notice", "Acknowledge a notice"),
    ("add_container", "Add a container"),
    ("add_container_type", "Add a container type"),
    ("add_containers", "Add containers"),
    ("add_product", "Add a product"),
    ("add_program", "Add a program"),
    ("add_site", "Add a site"),
    ("add_sponsor", "Add a sponsor"),
    ("approve_access", "Approve access"),
    ("block_position", "Block a place"),
    ("check_trail", "Check the trail"),
    ("close_trail_check", "Close a check of the trail"),
    ("create_person", "Create a person"),
    ("deactivate_person", "Deactivate a person"),
    ("deliver_notice", "Deliver a notice"),
    ("expire_vials", "Expire vials"),
    ("issue_service_token", "Issue a service token"),
    ("open_first_account", "Open the first account"),
    ("raise_notices", "Raise notices"),
    ("register_therapy", "Register a therapy"),
    ("reject_access", "Reject access"),
    ("request_role", "Ask for a role"),
    ("request_scope", "Ask for a scope"),
    ("retire_container", "Retire a container"),
    ("revoke_role", "Revoke a role"),
    ("revoke_scope", "Revoke a scope"),
    ("revoke_service_token", "Revoke a service token"),
    ("set_patient_identity", "Set a patient's identity"),
    ("set_stability_limits", "Set stability limits"),
    ("unlock_account", "Unlock an account"),
    ("unblock_position", "Unblock a place"),
)


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
        required=False, max_length=60, label="Code", help_text="Vial, batch, therapy, box, order"
    )
    person = forms.CharField(required=False, max_length=60, label="User ID")
    action = forms.ChoiceField(
        required=False,
        label="Action",
        choices=[("", "Any action"), *Action.choices, *OTHER_ACTIONS],
    )

    def actor_id(self) -> int | None:
        """Return the key of the person who was named; one that nobody has for an unknown id."""
        user_id = fold(self.said().get("person") or "")
        if not user_id:
            return None
        found = Person.objects.filter(user_id=user_id).values_list("pk", flat=True).first()
        return NOBODY if found is None else found


class AccessForm(DaysForm):
    """The filters of the access log; each may be left out."""

    field_order = ["person", "kind", "since", "until"]

    person = forms.CharField(required=False, max_length=150, label="User ID, as it was typed")
    kind = forms.ChoiceField(
        required=False, label="What", choices=[("", "Anything"), *AccessKind.choices]
    )


def _midnight(day: Any) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
