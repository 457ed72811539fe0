"""What is entered so that people may sign: verified identities, certification, policy."""

from django import forms

from web.forms.signing import SigningForm

_DAY = forms.DateInput(attrs={"type": "date"})


class IdentityForm(SigningForm):
    """How somebody's identity was verified."""

    method = forms.CharField(
        label="How it was verified",
        max_length=200,
        help_text="Such as “passport seen”. No number of the document.",
    )
    verified_on = forms.DateField(label="On which day", widget=_DAY)


class CertificationForm(SigningForm):
    """The organisation's letter about its electronic signatures."""

    reference = forms.CharField(
        label="Reference of the letter",
        max_length=200,
        help_text="Under which the letter of non-repudiation is filed.",
    )
    sent_on = forms.DateField(label="Sent on", widget=_DAY)


class PolicyForm(SigningForm):
    """A revision of the accountability policy."""

    text = forms.CharField(
        label="Text of the policy", max_length=20_000, widget=forms.Textarea(attrs={"rows": 12})
    )
