"""The form in which somebody takes another password."""

from typing import Any

from django import forms
from django.http import QueryDict

from accounts.lockout import is_locked
from accounts.models import Person
from audit.proofs import ProofRequest, proven

WRONG = "This is not your present password. Enter it again."
LOCKED = "There were too many wrong attempts, so your account is locked. Ask an administrator."


def _field(label: str, name: str, help_text: str = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": name})
    return forms.CharField(
        label=label, widget=widget, strip=False, max_length=500, help_text=help_text
    )


class PasswordForm(forms.Form):
    """
    The present password and the new one twice.

    Who signed in with a temporary one has proved it a moment ago and is not asked again.
    """

    present = _field("Your present password", "current-password")
    new = _field("New password", "new-password", "A sentence that you remember is best.")
    again = _field("New password again", "new-password")

    def __init__(self, posted: QueryDict | None, *, person: Person, proof: ProofRequest) -> None:
        super().__init__(posted)
        self._person, self._proof = person, proof
        if person.password_is_temporary:
            del self.fields["present"]

    def clean(self) -> dict[str, Any]:
        """Refuse two different new ones, and a wrong present one, which counts as a failure."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "new" in cleaned and "again" in cleaned and cleaned["new"] != cleaned["again"]:
            self.add_error("again", "The two are not the same. Enter the new password twice.")
        elif "present" in cleaned and not self._is_proven(cleaned["present"]):
            self.add_error("present", LOCKED if is_locked(self._person.user_id) else WRONG)
        return cleaned

    def _is_proven(self, present: str) -> bool:
        found = proven(self._person.user_id, present, self._proof)
        return found is not None and found.pk == self._person.pk
