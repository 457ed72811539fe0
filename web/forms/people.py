"""What administrators enter about accounts, roles, scopes and tokens; each form is signed."""

from typing import Any

from django import forms

from accounts.roles import Role
from inventory.grants import Right, ScopeKind
from web.forms.signing import SigningForm


class PersonForm(SigningForm):
    """A new account; the secret that opens it is made by the system, and told once."""

    new_user_id = forms.CharField(
        label="User ID", max_length=60, help_text="Never given to anybody else, ever."
    )
    full_name = forms.CharField(label="Full legal name", max_length=200)
    roles = forms.MultipleChoiceField(
        label="Roles", choices=Role.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    badge_code = forms.CharField(label="Badge code", max_length=60, required=False)
    is_shared = forms.BooleanField(
        label="A shared kiosk account, which can look but never sign", required=False
    )


class UnlockForm(SigningForm):
    """Why an account that failures locked may be used again."""

    ruled_out = forms.CharField(
        label="What you looked into, and why it was no misuse",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": "Say what you looked into and why it was no misuse."},
    )


class EndSessionsForm(SigningForm):
    """One session of somebody, or all of them."""

    session = forms.ChoiceField(label="Which", required=False)

    def __init__(self, *args: Any, sessions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"].choices = [("", "All of them"), *sessions]  # type: ignore[attr-defined]  # a choice field has choices


class RoleForm(SigningForm):
    """One role to give or to take back."""

    role = forms.ChoiceField(label="Role")

    def __init__(self, *args: Any, roles: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles  # type: ignore[attr-defined]  # a choice field has choices

    def chosen(self) -> Role:
        """Give the role."""
        return Role(self.cleaned_data["role"])


class ScopeForm(SigningForm):
    """One program or site, and what may be done there."""

    scope = forms.ChoiceField(label="Program or site")
    right = forms.ChoiceField(label="Right", choices=Right.choices, initial=Right.WORK)

    def __init__(self, *args: Any, scopes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = scopes  # type: ignore[attr-defined]  # a choice field has choices

    def chosen(self) -> tuple[ScopeKind, int, Right]:
        """Give the kind, the key and the right."""
        kind, key = self.cleaned_data["scope"].split(":")
        return ScopeKind(kind), int(key), Right(self.cleaned_data["right"])


class TokenForm(SigningForm):
    """A token for another system."""

    account = forms.TypedChoiceField(label="Service account", coerce=int)
    name = forms.CharField(label="Name of the token", max_length=100)

    def __init__(self, *args: Any, accounts: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].choices = accounts  # type: ignore[attr-defined]  # a choice field has choices
