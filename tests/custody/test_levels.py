"""What a tank that is short of nitrogen does to vials."""

from datetime import timedelta

import pytest

from custody.actions.evaluate_excursion import evaluate_excursion
from custody.actions.place_vials import place_vials
from custody.actions.set_handling_rules import set_handling_rules
from custody.findings import Finding, Verdict
from custody.models import Exposure, Hold
from custody.placements import Placement
from custody.queries.excursions import excursion_lines
from custody.queries.facts import facts_by_code
from custody.queries.verdicts import verdicts
from custody.rules.evaluating import Decision
from inventory.models import Vial
from sop.models import Deviation, DeviationSource, DeviationStatus
from temperature.models import Excursion, Level, Probe, Quantity, Zone
from temperature.rules.filling import FillRules
from temperature.watching import judge_readings
from tests.browsing import Browser
from tests.custody.actions.evidence import refused
from tests.factories.temperature import (
    CalibrationFactory,
    FittingFactory,
    LimitVersionFactory,
    ProbeFactory,
    arrived,
    fitted_probe,
)
from tests.world import NOON, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urs("URS-105", "URS-113")]

MINUTE = timedelta(minutes=1)
LATER = NOON + 60 * MINUTE
BANDS = [
    {"level": "warning", "side": "below", "limit": 30.0, "delay_seconds": 0},
    {"level": "action", "side": "below", "limit": 20.0, "delay_seconds": 0},
    {"level": "critical", "side": "below", "limit": 10.0, "delay_seconds": 0},
]


@pytest.fixture
def gauge(world: World) -> Probe:
    """Return the gauge of a tank that is cold and measured."""
    LimitVersionFactory.create(profile__unit=world.tank)
    thermometer = fitted_probe(world.tank)
    arrived(thermometer, [-190.0], start=thermometer.fittings.get().began_at, at=NOON)
    arrived(thermometer, [-190.0] * 61, start=NOON, at=LATER)
    probe: Probe = ProbeFactory.create(feed__site=world.site, quantity=Quantity.LEVEL)
    FittingFactory.create(probe=probe, unit=world.tank, zone=Zone.LEVEL, began_at=NOON)
    CalibrationFactory.create(probe=probe)
    LimitVersionFactory.create(
        profile__unit=world.tank,
        profile__quantity=Quantity.LEVEL,
        setpoint=80.0,
        bands=BANDS,
        filling=FillRules(starts_at=40.0).as_json(),
    )
    return probe


def reads(gauge: Probe, *levels: float) -> None:
    """Let the gauge read so much each minute from noon on."""
    arrived(gauge, levels, start=NOON, at=LATER)
    judge_readings(at=LATER)


def of_cold(world: World, vial: Vial) -> dict[str, Finding]:
    """Return what is said of how cold it was; found alone and set-based it is the same."""
    judged = verdicts([vial.pk], at=LATER)[vial.pk]
    alone = facts_by_code(vial.code, seen_by=world.qa, at=LATER)
    assert alone is not None
    assert alone.judgement == judged
    return {found.code: found for found in judged.findings if found.evidence == "excursion"}


def test_an_empty_tank_lists_holds_and_reports_what_stood_in_it(world: World, gauge: Probe) -> None:
    there = world.stored(3)

    reads(gauge, 50.0, 19.0, 8.0, 60.0, 60.0)

    critical = Excursion.objects.get(level=Level.CRITICAL)
    exposed = Exposure.objects.filter(excursion=critical).values_list("vial", flat=True)
    assert set(exposed) == {vial.pk for vial in there}
    hold = Hold.objects.get()
    assert (hold.excursion, hold.held_vials.count()) == (critical, 3)
    assert hold.reason == (
        f"Held by itself: {world.tank.name} was below 10 % (critical) while it stood there"
    )
    deviation = Deviation.objects.get()
    assert deviation.source == DeviationSource.EXCURSION
    assert deviation.title == f"{world.tank.name} was short of nitrogen"
    assert "was below 10 % (critical) from 2026-11-20" in deviation.what_happened
    assert "down to 8 % so far." in deviation.what_happened
    assert "3 vials stood in it then" in deviation.what_happened


def test_action_reports_and_holds_only_where_the_site_says_so(world: World, gauge: Probe) -> None:
    world.stored()
    reads(gauge, 50.0, 19.0, 60.0, 60.0)
    assert (Deviation.objects.count(), Hold.objects.count()) == (1, 0)

    set_handling_rules(
        late_entry_hours=24, holds_excursions_from="action", intent=world.signs(world.qa)
    )
    arrived(gauge, [18.0, 60.0], start=NOON + 10 * MINUTE, at=LATER)
    judge_readings(at=LATER)

    assert (Deviation.objects.count(), Hold.objects.count()) == (1, 1)


def test_a_warning_is_an_alarm_and_nothing_else(world: World, gauge: Probe) -> None:
    vial = world.stored()[0]

    reads(gauge, 50.0, 25.0, 60.0, 60.0)

    assert not Deviation.objects.exists()
    assert not Exposure.objects.exists()
    assert of_cold(world, vial) == {}


def test_a_fill_that_brought_nothing_reports_in_words(world: World, gauge: Probe) -> None:
    world.stored()

    reads(gauge, 50.0, 40.0, *[39.0] * 20, 60.0, 60.0)

    words = Deviation.objects.get().what_happened
    assert "did not rise though a fill began (action) from" in words


def test_being_too_warm_is_a_deviation_of_its_own(world: World, gauge: Probe) -> None:
    world.stored()
    reads(gauge, 50.0, 19.0, 60.0, 60.0)
    thermometer = Probe.objects.get(quantity=Quantity.TEMPERATURE)

    arrived(thermometer, [-120.0, -190.0], start=LATER + MINUTE, at=LATER + 3 * MINUTE)
    judge_readings(at=LATER + 3 * MINUTE)

    titles = {row.title for row in Deviation.objects.filter(status=DeviationStatus.OPEN)}
    assert titles == {
        f"{world.tank.name} was short of nitrogen",
        f"{world.tank.name} was too warm",
    }


def test_the_verdict_waits_for_quality_and_follows_it(
    world: World, gauge: Probe, client: Browser
) -> None:
    vial = world.stored()[0]
    reads(gauge, 50.0, 19.0, 60.0, 60.0)
    row = Excursion.objects.get(level=Level.ACTION)
    assert {c: f.verdict for c, f in of_cold(world, vial).items()} == {
        "LOW_NITROGEN": Verdict.AMBER
    }
    [line] = [line for line in excursion_lines(seen_by=world.qa) if line.kind == "excursion"]
    assert (line.words, line.peak) == ("Action: was short of nitrogen", "down to 19 %")
    client.force_login(world.qa)
    page = client.get(f"/quality/excursions/{row.pk}/").text
    assert f"{world.tank.name} was short of nitrogen" in page
    assert "was below 20 % (action)" in page

    decision = Decision(
        key=row.pk,
        product_id=vial.batch.product_id,
        has_impact=False,
        cause="nitrogen",
        comparison="The thermometers stayed below −190 °C.",
        reasoning="Filled within the hour.",
        tells_physician=False,
    )
    evaluate_excursion(of=Excursion, decisions=[decision], intent=world.signs(world.qa), at=LATER)

    assert {c: f.verdict for c, f in of_cold(world, vial).items()} == {
        "LOW_NITROGEN_EVALUATED": Verdict.GREEN
    }


def test_an_empty_tank_takes_nothing_in(world: World, gauge: Probe) -> None:
    [vial] = world.received()
    reads(gauge, 50.0, 8.0)

    with refused("UNIT_TOO_WARM"):
        place_vials(
            placements=[Placement(vial_id=vial.pk, position_id=world.place("A1").pk)],
            attribution=world.says(world.technician),
            at=LATER,
        )
