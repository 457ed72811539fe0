"""Values in a run, on screen: the instrument is scanned once, an implausible value takes two."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.urls import reverse

from inventory.models import Vial
from sop.documents.steps import MeasurementStep
from sop.models import Execution, StepRecord
from sop.rules.judging import EARLIER, FOR_THIS_VALUE
from tests.browsing import Browser
from tests.factories.instruments import instrument
from tests.factories.people import PASSWORD
from tests.sop.actions.runs import Runs, due_key
from tests.sop.actions.test_measuring import measured_document
from tests.world import NOON, World
from web.forms.steps import MeasurementForm, initial_of

ZERO = Decimal(0)


@pytest.fixture
def runs(world: World) -> Runs:
    """Return a world whose floor measures step by step."""
    return Runs.of(world, measured_document())


@pytest.fixture
def vials(runs: Runs) -> list[Vial]:
    """Return two vials of one batch."""
    return runs.world.received(2)


@pytest.fixture
def technician(client: Browser, runs: Runs) -> Browser:
    """Return the browser of the technician, who has begun a run and read the oxygen."""
    client.force_login(runs.world.technician)
    client.post(reverse("runs:start"), {"procedure": runs.version.procedure_id})
    scan(client, "20.9")
    return client


def address() -> str:
    """Give the address of the run."""
    return reverse("runs:run", args=[Execution.objects.get().pk])


def scan(browser: Browser, code: str) -> Any:
    """Send one entry as the scan field does."""
    sent = {"code": code, "entry": "scanned"}
    return browser.post(address(), sent, headers={"HX-Request": "true"})


@pytest.mark.urs("URS-28", "URS-30")
def test_the_next_vial_is_measured_without_another_scan_of_the_instrument(
    technician: Browser, runs: Runs, vials: list[Vial]
) -> None:
    probe = instrument(runs.world, due_on=None)
    good = instrument(runs.world, serial="TH-2", due_on=NOON.date() + timedelta(days=40_000))
    scan(technician, vials[0].code)

    early = scan(technician, "-160")
    assert early.status_code == 409
    assert "Scan the label of the instrument: thermometer." in early.text
    wrong = scan(technician, probe.label.code)
    assert wrong.status_code == 409
    assert "no calibration on record" in wrong.text
    taken = scan(technician, good.label.code)
    assert f"Read from <b>{good.name}</b>" in taken.text
    assert scan(technician, "-160").status_code == 200
    again = scan(technician, vials[1].code)
    assert f"Read from <b>{good.name}</b>" in again.text
    assert scan(technician, "-161").status_code == 200

    kept = StepRecord.objects.filter(step_key="cold", vial__isnull=False).order_by("pk")
    assert [row.values["device_scanned"] for row in kept] == [FOR_THIS_VALUE, EARLIER]
    assert {row.values["device"] for row in kept} == {good.label.code}


@pytest.mark.urs("URS-05", "URS-31")
def test_an_implausible_value_is_confirmed_on_a_sheet_by_two(
    technician: Browser, runs: Runs, vials: list[Vial]
) -> None:
    world, good = runs.world, instrument(runs.world, due_on=NOON.date() + timedelta(days=40_000))
    scan(technician, vials[0].code)
    sent = {"step": "done", "key": "cold", "vial": vials[0].pk, "number": "52"}

    refused = technician.post(address(), {**sent, "device": good.label.code})
    sheet = reverse("runs:confirm", args=[Execution.objects.get().pk])
    asked = f"?key=cold&number=52&device={good.label.code}"
    assert f"{sheet}{asked}".replace("&", "&amp;") in refused.text
    assert f"“Read the temperature”: 52 °C on {good.label.code} is outside" in (
        technician.get(f"{sheet}{asked}").text
    )
    who = {"user_id": world.technician.user_id, "password": PASSWORD, "reason": "The lid was open"}
    both = {**who, "second_user_id": world.witness.user_id, "second_password": PASSWORD}
    hidden = {"key": "cold", "number": "52", "device": good.label.code, "remembered": ""}
    done = technician.post(f"{sheet}{asked}", {**hidden, **both}, follow=True)

    assert "The value is recorded, confirmed by both." in done.text
    assert "implausible, confirmed: The lid was open" in done.text
    assert due_key(Execution.objects.get()) == "vial"
    record = StepRecord.objects.get(step_key="cold")
    assert record.second_person == world.witness


@pytest.mark.urs("URS-25", "URS-28")
def test_the_editor_gives_back_what_a_measurement_says() -> None:
    step = measured_document().step("cold")
    older = MeasurementStep(
        key="old",
        title="Old",
        unit="°C",
        plausible_low=ZERO,
        plausible_high=ZERO,
        names_device=True,
    )
    assert step is not None

    sent = QueryDict(mutable=True)
    for name, value in initial_of(step).items():
        if value not in (None, [], ()):
            sent[f"cold.{name}"] = str(value)

    assert MeasurementForm(sent, key="cold").step() == step
    assert initial_of(older)["instrument"] == "any"
