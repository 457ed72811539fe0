"""The form by which somebody goes on with their locked session."""

from typing import Any

from django import forms
from django.http import QueryDict

from accounts.lockout import is_locked
from accounts.models import Person
from audit.proofs import ProofRequest, proven

WRONG = "This is not the password of this session’s person. Enter it again, or sign out."
LOCKED = "There were too many wrong attempts, so the account is locked. Ask an administrator."


class UnlockForm(forms.Form):
    """The password of the person whose session it is."""

    password = forms.CharField(
        strip=False, max_length=500, error_messages={"required": "Enter your password to go on."}
    )

    def __init__(self, posted: QueryDict | None, *, person: Person, proof: ProofRequest) -> None:
        super().__init__(posted)
        self._person, self._proof = person, proof

    def clean(self) -> dict[str, Any]:
        """Refuse a wrong password, which counts as a failure."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "password" in cleaned:
            found = proven(self._person.user_id, cleaned["password"], self._proof)
            if found is None or found.pk != self._person.pk:
                words = LOCKED if is_locked(self._person.user_id) else WRONG
                self.add_error("password", words)
        return cleaned
