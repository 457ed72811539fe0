"""The signing forms ask for everything; whether the user ID is needed, the server decides."""

import pytest

from web.forms.retrievals import WitnessForm
from web.forms.signing import SigningForm, TwoPersonForm

ONE = {"user_id": "jonas", "password": " pass ", "reason": "Order SO-7"}
TWO = ONE | {"second_user_id": "aiko", "second_password": "word"}


def test_reads_both_components_and_the_reason() -> None:
    form = SigningForm(ONE)

    assert form.is_valid()
    assert form.cleaned_data["password"] == " pass "
    assert form.problems() == ()


@pytest.mark.parametrize("missing", ["password", "reason"])
def test_says_what_is_missing(missing: str) -> None:
    form = SigningForm(ONE | {missing: ""})

    assert not form.is_valid()
    assert len(form.problems()) == 1


def test_reads_two_people() -> None:
    assert TwoPersonForm(TWO).is_valid()


@pytest.mark.parametrize("missing", sorted(TWO.keys() - {"user_id"}))
def test_says_what_is_missing_of_two(missing: str) -> None:
    assert len(TwoPersonForm(TWO | {missing: ""}).problems()) == 1


def test_leaves_it_to_the_server_whether_the_user_id_may_be_missing() -> None:
    assert SigningForm(ONE | {"user_id": ""}).is_valid()
    assert not WitnessForm(ONE | {"user_id": ""}).is_valid()
