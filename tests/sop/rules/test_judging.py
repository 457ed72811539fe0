"""Whether an answer passes its step; tables, no database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from audit.errors import ActionRefused
from sop.documents.steps import (
    ChoiceStep,
    Implausible,
    MeasurementStep,
    Option,
    ScanObject,
    ScanStep,
    TextStep,
    WaitStep,
)
from sop.rules.judging import (
    Answer,
    Expected,
    judge_choice,
    judge_measurement,
    judge_scan,
    judge_text,
    judge_wait,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
COLD = MeasurementStep(
    key="cold",
    title="Read the temperature",
    unit="°C",
    plausible_low=Decimal(-200),
    plausible_high=Decimal(40),
    limit_high=Decimal("-150.0"),
)
BOX = ScanStep(key="box", title="Scan the box", object=ScanObject.CONTAINER)


@contextmanager
def stops(code: str) -> Iterator[None]:
    """Expect the answer to be refused for this one reason."""
    with pytest.raises(ActionRefused) as caught:
        yield
    assert caught.value.codes == [code]


@pytest.mark.urs("URS-05")
@pytest.mark.parametrize(
    ("typed", "failure"),
    [
        ("-152.4", None),
        ("−152,4", None),
        ("-150.0", None),
        ("-149.9", "OUT_OF_LIMITS"),
        ("40", "OUT_OF_LIMITS"),
    ],
)
def test_takes_what_an_instrument_can_show(typed: str, failure: str | None) -> None:
    judged = judge_measurement(COLD, Answer(number=typed))

    assert (judged.failure and judged.failure.code) == failure
    assert judged.values["unit"] == "°C"


@pytest.mark.urs("URS-05")
@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("-273", "IMPLAUSIBLE"),
        ("1e9", "IMPLAUSIBLE"),
        ("NaN", "NO_NUMBER"),
        ("inf", "NO_NUMBER"),
        ("cold", "NO_NUMBER"),
        ("", "NO_NUMBER"),
    ],
)
def test_refuses_what_none_can_show(typed: str, code: str) -> None:
    with stops(code):
        judge_measurement(COLD, Answer(number=typed))


@pytest.mark.urs("URS-05")
def test_takes_what_is_implausible_only_where_two_confirm_it() -> None:
    step = COLD.model_copy(update={"implausible": Implausible.SECOND_PERSON, "limit_high": None})

    with stops("IMPLAUSIBLE_ALONE"):
        judge_measurement(step, Answer(number="52"))
    with stops("PLAUSIBLE"):
        judge_measurement(step, Answer(number="-160"), is_confirmed=True)
    with stops("IMPLAUSIBLE"):
        judge_measurement(COLD, Answer(number="52"), is_confirmed=True)
    kept = judge_measurement(step, Answer(number="52"), is_confirmed=True).values
    assert kept["implausible"] == "-200 to 40 °C"


@pytest.mark.urs("URS-28")
def test_asks_for_the_instrument_where_the_step_names_it() -> None:
    step = COLD.model_copy(update={"names_device": True})

    with stops("NO_DEVICE"):
        judge_measurement(step, Answer(number="-160"))
    assert judge_measurement(step, Answer(number="-160", device="TC-7")).values["device"] == "TC-7"


@pytest.mark.urs("URS-29")
@pytest.mark.parametrize(
    ("kind", "key", "expected", "failure"),
    [
        ("container", 3, None, None),
        ("container", 3, Expected(key=3, name="Box 1"), None),
        ("container", 4, Expected(key=3, name="Box 1"), "MISMATCH"),
        ("vial", 3, Expected(key=3, name="Box 1"), "WRONG_KIND"),
        ("", None, None, "WRONG_KIND"),
    ],
)
def test_compares_a_scan_with_what_is_expected(
    kind: str, key: int | None, expected: Expected | None, failure: str | None
) -> None:
    judged = judge_scan(BOX, code="C-1", kind=kind, key=key, expected=expected)

    assert (judged.failure and judged.failure.code) == failure
    assert judged.is_mismatch is (failure is not None)
    assert judged.values["scanned"] == "C-1"


@pytest.mark.urs("URS-29")
def test_compares_a_fixed_code_letter_by_letter() -> None:
    step = BOX.model_copy(update={"object": ScanObject.CODE})
    expected = Expected(code="PPE-1", name="PPE-1")

    right = judge_scan(step, code="PPE-1", kind="", key=None, expected=expected)
    wrong = judge_scan(step, code="PPE-2", kind="", key=None, expected=expected)

    assert right.failure is None
    assert wrong.failure is not None


def test_takes_one_of_the_answers() -> None:
    step = ChoiceStep(
        key="seal",
        title="Is the seal whole?",
        options=(Option(value="yes", label="Yes"), Option(value="no", label="No", fails=True)),
    )

    assert judge_choice(step, Answer(option="yes")).failure is None
    assert judge_choice(step, Answer(option="no")).failure is not None
    with stops("NO_ANSWER"):
        judge_choice(step, Answer(option="perhaps"))


def test_takes_words_that_are_there_and_fit() -> None:
    step = TextStep(key="note", title="Note", longest=5)

    assert judge_text(step, Answer(text=" good ")).values == {"text": "good"}
    with stops("NO_TEXT"):
        judge_text(step, Answer(text="  "))
    with stops("TOO_LONG"):
        judge_text(step, Answer(text="too long"))


def test_waits_long_enough_and_not_too_long() -> None:
    step = WaitStep(key="wait", title="Let it settle", at_least_seconds=60, at_most_seconds=120)

    with stops("TOO_EARLY"):
        judge_wait(step, since=NOON, now=NOON + timedelta(seconds=59))
    assert judge_wait(step, since=NOON, now=NOON + timedelta(seconds=60)).failure is None
    late = judge_wait(step, since=NOON, now=NOON + timedelta(seconds=121)).failure
    assert late is not None
    assert late.code == "TOO_LATE"
