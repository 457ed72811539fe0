"""What the screens of runs send: scans, answers to steps, and reasons."""

from django import forms

from web.forms.signing import SigningForm, TwoPersonForm

NO_REASON_YET = "Say why."


class StartForm(forms.Form):
    """Which procedure is started."""

    procedure = forms.IntegerField(min_value=1)


class StepForm(forms.Form):
    """
    One scan, one answer, or a button.

    code, entry: as the scan field sends them. step: the name of the button. key, vial: the step
    that the page showed, for whatever is no scan. position: the place chosen on the map.
    """

    code = forms.CharField(max_length=400, strip=False, required=False)
    entry = forms.CharField(max_length=10, required=False)
    step = forms.CharField(max_length=20, required=False)
    key = forms.CharField(max_length=40, required=False)
    vial = forms.IntegerField(min_value=1, required=False)
    number = forms.CharField(max_length=40, required=False)
    device = forms.CharField(max_length=60, required=False)
    option = forms.CharField(max_length=40, required=False)
    text = forms.CharField(max_length=5000, required=False)
    reason = forms.CharField(max_length=1000, required=False)
    position = forms.IntegerField(min_value=1, required=False)
    file = forms.FileField(required=False, allow_empty_file=True)

    @property
    def was_typed(self) -> bool:
        """Say whether a person may have typed the code: anything but a proven scan."""
        return bool(self.cleaned_data["entry"] != "scanned")


class ReasonForm(forms.Form):
    """Why a run is paused, taken over or abandoned."""

    reason = forms.CharField(
        max_length=1000,
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": NO_REASON_YET},
    )


class SignStepForm(SigningForm):
    """The signature of the person who runs the procedure."""


class SecondStepForm(TwoPersonForm):
    """The signatures of that person and of a second one."""


class ConfirmForm(TwoPersonForm):
    """The signatures under a value that is not plausible; the reason says why it is so."""


class MigrateForm(SigningForm):
    """The version that a run is moved to."""

    version = forms.ChoiceField(label="Version")

    def __init__(self, *args: object, versions: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].choices = versions  # type: ignore[attr-defined] # a choice field
