"""How cold a vial was on its way, by the logger of its shipper, however late it is read."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from audit.errors import ActionRefused
from custody.actions.evaluate_excursion import evaluate_excursion
from custody.actions.put_back_vials import put_back_vials
from custody.findings import Finding, Verdict
from custody.models import Cause, Retrieval, Stay
from custody.moment import Moment
from custody.queries.exposure import exposure_page
from custody.queries.facts import facts_by_code
from custody.queries.verdicts import verdicts
from custody.queries.warmth import warmth_of
from custody.queries.ways import ways_told
from custody.rules.evaluating import Decision
from custody.rules.warm import Step, refusals_of_warmth
from inventory.models import Container, Vial
from temperature.actions.retire_probe import retire_probe
from temperature.models import Excursion, Fitting, Gap, Probe
from temperature.watching import judge_readings, watch_for_silence
from tests.custody.actions.ways import placements
from tests.custody.retrievals import picked_retrieval
from tests.custody.trips import (
    LASTS,
    MINUTE,
    free_logger,
    logger_read,
    packed,
    reached,
    registered_shipper,
    sent,
)
from tests.factories.temperature import CalibrationFactory, ProbeFactory, arrived
from tests.world import NOON, World

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urs("URS-105", "URS-112"),
]

LATER = NOON + timedelta(hours=6)


@pytest.fixture
def shipper(world: World) -> Container:
    """Return a registered shipper with limits."""
    return registered_shipper(world)


@pytest.fixture
def logger(world: World) -> Probe:
    """Return a logger that sits nowhere."""
    return free_logger(world)


@pytest.fixture
def order(world: World) -> tuple[Retrieval, Vial]:
    """Return an order whose vial is in the hands of who packs it."""
    return picked_retrieval(world)


def told(vial: Vial, at: datetime, moment: Moment | None = None) -> dict[str, Finding]:
    """Return what is found of the temperature, the same one by one and set-based."""
    judged = verdicts([vial.pk], at=at, moment=moment)[vial.pk]
    found = {one.code: one for one in judged.findings if one.reference is not None}
    return found | {one.code: one for one in judged.findings if one.evidence == "temperature"}


def the_whole_way(
    world: World, order: tuple[Retrieval, Vial], logger: Probe | None, shipper: str = "DS-12"
) -> Vial:
    """Pack, send and let it arrive."""
    retrieval, vial = order
    packed(world, retrieval, vial, logger=logger, shipper=shipper)
    sent(world, retrieval)
    reached(world, vial)
    return vial


def test_a_way_counts_as_cold_only_where_its_logger_says_so(
    world: World, order: tuple[Retrieval, Vial], shipper: Container, logger: Probe
) -> None:
    retrieval, vial = order
    packed(world, retrieval, vial, logger=logger)
    at = NOON + 30 * MINUTE

    found = told(vial, at)["LOGGER_ON_ITS_WAY"]
    assert found.verdict == Verdict.AMBER
    assert f"the logger {logger.code} of shipper DS-12 is not read for 30 min" in found.words
    sent(world, retrieval)
    reached(world, vial)
    assert told(vial, LATER)["LOGGER_NOT_READ"].verdict == Verdict.GREY
    assert watch_for_silence(at=LATER) == [], "nobody is called for a logger on its way"
    logger_read(logger)

    assert ways_told([vial.pk], at=LATER) == []
    assert not {"LOGGER_NOT_READ", "LOGGER_ON_ITS_WAY"} & told(vial, LATER).keys()
    assert not Gap.objects.exists()
    now = timezone.now()
    assert told(vial, now, Moment(standing=now, known=now)) == told(vial, now)


def test_the_facts_of_one_vial_say_the_same(
    world: World, order: tuple[Retrieval, Vial], shipper: Container, logger: Probe
) -> None:
    vial = the_whole_way(world, order, logger)
    logger_read(logger)
    facts = facts_by_code(vial.code, seen_by=world.qa, at=LATER)

    assert facts is not None
    assert facts.judgement.findings == verdicts([vial.pk], at=LATER)[vial.pk].findings


@pytest.mark.parametrize(("has_impact", "verdict"), [(True, Verdict.RED), (False, Verdict.GREEN)])
def test_a_warm_way_is_under_review_until_quality_has_evaluated_it(
    world: World,
    order: tuple[Retrieval, Vial],
    shipper: Container,
    logger: Probe,
    has_impact: bool,
    verdict: Verdict,
) -> None:
    vial = the_whole_way(world, order, logger)
    logger_read(logger, warm=range(20, 32))

    found = told(vial, LATER)["EXCURSION"]
    assert (found.verdict, "12 min" in found.words) == (Verdict.AMBER, True)
    assert "up to −140.0 °C" in found.words
    evaluate_excursion(
        of=Excursion,
        decisions=[
            Decision(
                key=Excursion.objects.get().pk,
                product_id=vial.batch.product_id,
                has_impact=has_impact,
                cause=Cause.UNKNOWN,
                comparison="Stable at −135 °C for an hour",
                reasoning="Study 12",
                tells_physician=has_impact,
            )
        ],
        intent=world.signs(world.qa),
        at=LATER,
    )

    assert told(vial, LATER)["EXCURSION_EVALUATED"].verdict == verdict


def test_a_logger_that_stopped_on_its_way_leaves_the_rest_unknown(
    world: World, order: tuple[Retrieval, Vial], shipper: Container, logger: Probe
) -> None:
    vial = the_whole_way(world, order, logger)

    logger_read(logger, upto=20)

    assert "for 40 min from" in told(vial, LATER)["LOGGER_NOT_READ"].words
    assert not Gap.objects.exists(), "the rest may come"


def test_what_is_missing_between_readings_is_a_time_without_evidence(
    world: World, order: tuple[Retrieval, Vial], shipper: Container, logger: Probe
) -> None:
    vial = the_whole_way(world, order, logger)
    logger_read(logger, upto=20)
    before = Gap.objects.count()

    arrived(logger, [-190.0], start=NOON + 2 * LASTS * MINUTE, at=LATER)
    assert "LOGGER_NOT_READ" in told(vial, LATER), "until it is judged"
    judge_readings(at=LATER)

    assert (before, Gap.objects.count()) == (0, 1)
    assert told(vial, LATER)["TEMPERATURE_GAP"].verdict == Verdict.GREY


def test_a_trip_that_was_never_read_is_a_gap_once_the_next_one_is(
    world: World, order: tuple[Retrieval, Vial], shipper: Container, logger: Probe
) -> None:
    vial = the_whole_way(world, order, logger)
    other, another = picked_retrieval(world, NOON + 99 * MINUTE)
    packed(world, other, another, logger=logger, minute=100)
    sent(world, other, minute=101)
    reached(world, another, minute=110)

    arrived(logger, [-190.0] * 11, start=NOON + 100 * MINUTE, at=LATER)
    judge_readings(at=LATER)

    gap = Gap.objects.get()
    assert (gap.began_at, gap.ended_at) == (NOON, NOON + LASTS * MINUTE)
    assert told(vial, LATER)["TEMPERATURE_GAP"].verdict == Verdict.GREY
    assert ways_told([another.pk], at=LATER) == []


def test_a_logger_that_is_lost_is_retired_and_quality_decides_of_the_gap(
    world: World, order: tuple[Retrieval, Vial], shipper: Container, logger: Probe
) -> None:
    vial = the_whole_way(world, order, logger)

    retire_probe(probe_id=logger.pk, intent=world.signs(world.admin), at=LATER)
    judge_readings(at=LATER)

    gap = Gap.objects.get()
    assert (gap.began_at, gap.ended_at) == (NOON, NOON + LASTS * MINUTE)
    assert told(vial, LATER).keys() >= {"TEMPERATURE_GAP"}
    assert "LOGGER_NOT_READ" not in told(vial, LATER), "said once"


def test_nobody_knows_how_cold_it_was_without_a_logger(
    world: World, order: tuple[Retrieval, Vial], shipper: Container
) -> None:
    vial = the_whole_way(world, order, None)

    words = told(vial, LATER)["NO_TEMPERATURE"].words
    assert "DS-12 had no thermometer on record" in words or "LN2-01" in words
    assert any("DS-12 had no thermometer" in said for said in ways_told([vial.pk], at=LATER))


def test_a_shipper_that_is_not_registered_tells_nothing(
    world: World, order: tuple[Retrieval, Vial]
) -> None:
    vial = the_whole_way(world, order, None, shipper="Somebody's box")

    found = told(vial, LATER)["WAY_NOT_RECORDED"]
    assert found.verdict == Verdict.GREY
    assert "in Somebody's box, no registered shipper" in found.words
    facts = facts_by_code(vial.code, seen_by=world.qa, at=LATER)
    assert facts is not None
    assert found in facts.judgement.findings


def test_out_of_a_hand_to_a_courier_tells_nothing(
    world: World, order: tuple[Retrieval, Vial]
) -> None:
    retrieval, vial = order
    sent(world, retrieval)

    assert "in no shipper on record" in told(vial, LATER)["WAY_NOT_RECORDED"].words


def test_what_is_put_back_ends_the_trip_and_frees_its_logger(
    world: World, order: tuple[Retrieval, Vial], shipper: Container, logger: Probe
) -> None:
    retrieval, vial = order
    packed(world, retrieval, vial, logger=logger)
    put_back_vials(
        placements=placements(world.box, [vial]),
        attribution=world.says(world.technician),
        at=NOON + 30 * MINUTE,
    )

    stay = Stay.objects.get(unit=shipper)
    assert (stay.began_at, stay.ended_at) == (NOON, NOON + 30 * MINUTE)
    assert Fitting.objects.get(probe=logger).ended_at == NOON + 30 * MINUTE
    assert exposure_page(vial.pk, at=LATER).times.outings[0].lasted == timedelta()


def test_what_comes_back_from_any_other_box_was_out_meanwhile(
    world: World, order: tuple[Retrieval, Vial]
) -> None:
    retrieval, vial = order
    packed(world, retrieval, vial, shipper="A box")
    since = vial.events.get(kind="packed").recorded_at
    assert since is not None
    put_back_vials(
        placements=placements(world.box, [vial]),
        attribution=world.says(world.technician),
        at=since + 30 * MINUTE,
    )

    assert exposure_page(vial.pk, at=since + 60 * MINUTE).times.outings[0].lasted == 30 * MINUTE
    assert "WAY_NOT_RECORDED" not in told(vial, LATER), "it went nowhere, and its time counts"


def test_refuses_a_logger_that_can_prove_nothing(
    world: World, order: tuple[Retrieval, Vial], shipper: Container, logger: Probe
) -> None:
    retrieval, vial = order

    def refused(**said: object) -> set[str]:
        with pytest.raises(ActionRefused) as stop:
            packed(world, retrieval, vial, **said)  # type: ignore[arg-type] # facts by name
        return {one.code for one in stop.value.refusals}

    foreign = ProbeFactory.create()
    CalibrationFactory.create(probe=foreign)
    unproven = ProbeFactory.create(feed__site=world.site)
    assert refused(logger=logger, shipper="No such") == {"SHIPPER_UNKNOWN"}
    assert refused(logger=foreign) == {"LOGGER_OF_OTHER_SITE"}
    assert refused(logger=unproven) == {"LOGGER_NOT_CALIBRATED"}


def test_refuses_a_shipper_and_a_logger_that_are_on_their_way(
    world: World, order: tuple[Retrieval, Vial], shipper: Container, logger: Probe
) -> None:
    retrieval, vial = order
    packed(world, retrieval, vial, logger=logger)
    sent(world, retrieval)
    other, another = picked_retrieval(world, NOON + 4 * MINUTE)

    with pytest.raises(ActionRefused) as stop:
        packed(world, other, another, logger=logger, minute=5)

    assert {one.code for one in stop.value.refusals} == {"SHIPPER_AWAY", "LOGGER_ELSEWHERE"}


def test_what_came_back_is_handed_over_once_its_logger_is_read(
    world: World, order: tuple[Retrieval, Vial], shipper: Container, logger: Probe
) -> None:
    retrieval, vial = order
    packed(world, retrieval, vial, logger=logger)
    put_back_vials(
        placements=placements(world.box, [vial]),
        attribution=world.says(world.technician),
        at=NOON + LASTS * MINUTE,
    )
    facts = warmth_of([vial.pk], at=LATER)[vial.pk]

    codes = {one.code for one in refusals_of_warmth(vial, facts, Step.HAND_OVER, at=LATER)}
    assert "LOGGER_NOT_READ" in codes
    logger_read(logger)

    facts = warmth_of([vial.pk], at=LATER)[vial.pk]
    assert not refusals_of_warmth(vial, facts, Step.HAND_OVER, at=LATER)
