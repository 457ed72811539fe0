"""What somebody asks for in an emergency; it is signed."""

from django import forms

from accounts.models.emergency_access import GIVEN_ROLES
from accounts.roles import Role
from web.forms.signing import SigningForm


class EmergencyForm(SigningForm):
    """A role, a program and a site, any of them."""

    role = forms.ChoiceField(
        label="Role",
        required=False,
        choices=[("", "None"), *((role.value, str(role.label)) for role in GIVEN_ROLES)],
    )
    program = forms.CharField(label="Code of a program", max_length=60, required=False)
    site = forms.CharField(label="Code of a site", max_length=60, required=False)

    def chosen(self) -> Role | None:
        """Give the role."""
        name = self.cleaned_data["role"]
        return Role(name) if name else None
