"""Which procedure shall govern which actions, and where; quality signs it."""

from collections.abc import Sequence
from typing import Any

from django import forms

from sop.action import Action
from sop.governed import GOVERNED
from sop.models import Follows
from sop.setting_rules import WantedRule, Way
from web.forms.signing import SigningForm

Choices = Sequence[tuple[int, str]]


class GovernanceForm(SigningForm):
    """One procedure for one or more actions in one scope."""

    actions = forms.MultipleChoiceField(
        label="Actions",
        choices=[(action.value, str(action.label)) for action in Action if action in GOVERNED],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one action."},
    )
    procedure = forms.TypedChoiceField(label="Procedure", coerce=int)
    follows = forms.ChoiceField(
        label="How it is followed", choices=Follows.choices, initial=Follows.RUN
    )
    way = forms.ChoiceField(
        label="What stands for this scope now", choices=Way.choices, initial=Way.INSTEAD
    )
    site = forms.TypedChoiceField(label="Site", coerce=int, required=False, empty_value=None)
    program = forms.TypedChoiceField(label="Program", coerce=int, required=False, empty_value=None)
    product = forms.TypedChoiceField(label="Product", coerce=int, required=False, empty_value=None)
    seen_until = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        procedures: Choices,
        sites: Choices,
        programs: Choices,
        products: Choices,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        everywhere = {"site": sites, "program": programs, "product": products}
        choices = {"procedure": list(procedures)} | {
            name: [("", "All"), *found] for name, found in everywhere.items()
        }
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]  # a choice field has choices

    def wanted(self) -> list[WantedRule]:
        """Give the rules, one for each action."""
        entered = self.cleaned_data
        return [
            WantedRule(
                action=Action(action),
                procedure_id=entered["procedure"],
                follows=Follows(entered["follows"]),
                way=Way(entered["way"]),
                site_id=entered["site"],
                program_id=entered["program"],
                product_id=entered["product"],
            )
            for action in entered["actions"]
        ]
