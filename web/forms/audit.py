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
from web.forms.audit_actions import OTHER_ACTIONS
from web.forms.signing import SigningForm

NOBODY = -1


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
