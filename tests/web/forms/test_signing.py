"""The signing forms ask for everything and refuse one person twice."""

import pytest

from web.forms.signing import SigningForm, TwoPersonForm

ONE = {"user_id": "jonas", "password": " pass ", "reason": "Order SO-7"}
TWO = ONE | {"second_user_id": "aiko", "second_password": "word"}


def test_reads_both_components_and_the_reason() -> None:
    form = SigningForm(ONE)

    assert form.is_valid()
    assert form.cleaned_data["password"] == " pass "
    assert form.problems() == ()


@pytest.mark.parametrize("missing", list(ONE))
def test_says_what_is_missing(missing: str) -> None:
    form = SigningForm(ONE | {missing: ""})

    assert not form.is_valid()
    assert len(form.problems()) == 1


def test_reads_two_people() -> None:
    assert TwoPersonForm(TWO).is_valid()


@pytest.mark.parametrize("missing", list(TWO))
def test_says_what_is_missing_of_two(missing: str) -> None:
    assert len(TwoPersonForm(TWO | {missing: ""}).problems()) == 1


def test_refuses_the_same_person_twice_in_any_case() -> None:
    form = TwoPersonForm(TWO | {"second_user_id": "JONAS"})

    assert form.problems() == (
        "Two different people are needed: the second person signs with their own user ID.",
    )
