"""The demo data shows every status, made by people through actions, and its trail verifies."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import TransactionTestCase
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.models import Person
from accounts.roles import Role
from audit.models import Change, Door, RefusedAttempt, Signature
from custody.chain import check_chains
from custody.findings import Verdict
from custody.models import CustodyEvent as Event
from custody.models import EventKind, HeldVial, Retrieval, RetrievalStatus
from custody.queries.excursion_events import event_of
from custody.queries.excursions import deviation_of
from custody.queries.verdicts import verdicts
from freezer_inventory.demo_accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from freezer_inventory.demo_data.load import STEPS, load, state
from inventory.codes.isbt128 import check_din
from inventory.codes.scan import read_scan
from inventory.models import (
    Batch,
    Category,
    Container,
    ContainerType,
    Custody,
    LayoutKind,
    Program,
    Quality,
    Site,
    Sponsor,
    Therapy,
    Vial,
)
from temperature.models import GRAVE, Excursion
from temperature.queries.drills import drill_lines

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def steps(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[int]:
    """Load the demo data once for all tests here; yield how many steps were told."""
    told: list[None] = []
    with pytest.MonkeyPatch.context() as patched, django_db_blocker.unblock():
        hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        patched.setattr("django.conf.settings.PASSWORD_HASHERS", hashers)
        load(lambda: told.append(None))
        yield len(told)
        TransactionTestCase._fixture_teardown(TransactionTestCase())  # type: ignore[attr-defined] # Django's own, past the triggers


@pytest.fixture(autouse=True)
def _loaded(steps: int, db: None) -> None:
    """Look at the loaded data."""


def test_tells_every_step(steps: int) -> None:
    assert steps == STEPS
    assert state().is_complete


def test_has_two_sites_six_units_three_programs_of_two_sponsors_and_forty_patients() -> None:
    assert set(Site.objects.values_list("time_zone", flat=True)) == {
        "Europe/Zurich",
        "America/New_York",
    }
    units = Container.objects.filter(position__isnull=True)
    assert units.exclude(type__category=Category.SHIPPER).count() == 6
    assert units.get(type__category=Category.SHIPPER).name == "DS-07"
    assert (Sponsor.objects.count(), Program.objects.count()) == (2, 3)
    assert Therapy.objects.filter(product__is_autologous=True).count() == 40
    assert 1900 < Vial.objects.count() < 2200


def test_shows_every_status_of_both_axes() -> None:
    assert set(Vial.objects.values_list("quality", flat=True)) == set(Quality)
    assert set(Vial.objects.values_list("custody", flat=True)) == set(Custody)
    in_an_emergency = {EventKind.PLACE_CONFIRMED}  # no unit of the demo fails
    assert set(Event.objects.values_list("kind", flat=True)) == set(EventKind) - in_an_emergency
    assert HeldVial.objects.open().exists()


def test_shows_retrievals_at_every_stage_but_cancelled() -> None:
    shown = set(Retrieval.objects.values_list("status", flat=True))

    assert shown == set(RetrievalStatus) - {RetrievalStatus.CANCELLED}


def test_uses_every_kind_of_layout() -> None:
    assert set(ContainerType.objects.values_list("layout", flat=True)) == set(LayoutKind)
    sizes = {len(kind.places()) for kind in ContainerType.objects.all()}
    assert {81, 100, 96, 33, 6, 20, 60} <= sizes


def test_leaves_batches_for_the_tour_to_receive() -> None:
    awaited = Batch.objects.filter(vials__custody=Custody.NOT_RECEIVED).distinct()

    assert {batch.product.code for batch in awaited.select_related("product")} == {
        "CART-19",
        "TCR-MAGE",
        "MSC-ALLO",
    }


def test_every_chain_verifies() -> None:
    checks = check_chains(list(Vial.objects.values_list("pk", flat=True)))

    assert all(one.intact and one.unbroken for one in checks.values())


def test_every_change_is_of_a_person_but_the_first_the_clock_and_the_probes() -> None:
    machines = Change.objects.filter(door=Door.MACHINE).values_list("action", flat=True)

    readings = {"take_readings", "judge_readings"}
    first = {"open_first_account", "verify_first_identity"}
    told = {"tell_alarm", "send_notification"}
    assert set(machines) == first | readings | told | {"expire_vials"}
    assert Signature.objects.filter(signer__user_id="admin").exists()


def test_codes_scan_as_what_they_are() -> None:
    for batch in Batch.objects.all():
        vial = Vial.objects.filter(batch=batch, parent__isnull=True).order_by("code").first()
        assert vial is not None
        assert read_scan(vial.code).code == vial.code
        assert batch.donation_number[:4] == "A999"
        assert check_din(batch.donation_number, vial.code[13])


@pytest.mark.urs("URS-117")
def test_a_technician_of_one_sponsor_sees_nothing_of_the_other() -> None:
    harbor = Person.objects.get(user_id="harbor")
    seen = Vial.objects.visible_to(harbor)

    assert set(seen.values_list("program__sponsor__name", flat=True)) == {"Harbor Regenerative"}


def test_everybody_who_is_printed_can_sign_in() -> None:
    people = {person.user_id: person for person in Person.objects.all()}

    for account in DEMO_ACCOUNTS:
        assert people[account.username].is_active
    assert people["kiosk"].is_shared
    assert people["inspector"].role_names() == (Role.INSPECTOR,)
    assert people["technician"].check_password(DEMO_PASSWORD)


@pytest.mark.urs("URS-23", "URS-29")
def test_keeps_what_was_refused() -> None:
    codes = {code for one in RefusedAttempt.objects.all() for code in one.codes}

    assert codes >= {
        "WRONG_CREDENTIALS",
        "SHARED_ACCOUNT",
        "ROLE_MISSING",
        "OUTSIDE_PROGRAM",
        "WRONG_KIND",
        "CLAIMED",
        "WRONG_PATIENT",
        "WRONG_CHECK_CHARACTER",
    }


def test_says_that_it_is_loaded_already(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_demo_data")

    assert "loaded already" in capsys.readouterr().out


def test_refuses_outside_a_demo(settings: Any) -> None:
    settings.DEMO = False

    with pytest.raises(CommandError, match="DEMO=on"):
        call_command("load_demo_data")


@pytest.mark.urs("URS-105")
def test_an_excursion_that_is_over_waits_for_quality() -> None:
    qa = Person.objects.get(user_id="qa")
    excursion = Excursion.objects.standing().get(ended_at__isnull=False, level__in=GRAVE)

    event = event_of(excursion, seen_by=qa)

    [product] = event.products
    [line] = product.lines
    assert excursion.unit.name == "LN2-03"
    assert (product.product.code, line.vials, line.decision) == ("MSC-MCB", 48, None)
    assert line.warmest == excursion.peak > float(excursion.limits.bands[-1]["limit"])
    assert (excursion.seconds_beyond > 0, event.goes_on) == (True, [])
    assert deviation_of(excursion) is not None
    assert HeldVial.objects.open().filter(hold__excursion=excursion).count() == 48


@pytest.mark.urs("URS-110")
def test_each_drill_was_told_before_somebody_whom_it_reached_acknowledged_it() -> None:
    lines = drill_lines(Site.objects.all())

    assert len(lines) == 2
    for line in lines:
        assert line.told_at is not None
        assert line.took is not None
        assert line.drill.started_at <= line.told_at <= line.drill.started_at + line.took


def test_the_tanks_are_known_to_be_cold_but_one_that_was_warm_and_one_fell_silent() -> None:
    at = timezone.now()
    stored = Vial.objects.filter(custody=Custody.IN_STORAGE)
    judged = verdicts(stored.values_list("pk", flat=True), at=at)
    about = {
        (finding.code, finding.verdict)
        for judgement in judged.values()
        for finding in judgement.findings
        if finding.evidence == "temperature"
    }

    assert about == {
        ("TEMPERATURE_WITHIN", Verdict.GREEN),
        ("SILENT_NOW", Verdict.GREY),
        ("WARMER_THAN_PRODUCT", Verdict.AMBER),
    }
    assert Verdict.GREEN in {judgement.verdict for judgement in judged.values()}
