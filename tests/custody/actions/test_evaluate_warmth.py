"""Deciding what warmth means that no excursion tells of."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from audit.errors import ActionRefused, NotAuthorised, NotFound
from audit.models import Signature
from custody.actions.evaluate_warmth import evaluate_warmth
from custody.findings import Verdict
from custody.models import Cause, Evaluation
from custody.moment import Moment
from custody.queries.verdicts import verdicts
from custody.queries.warm_events import warm_events
from custody.queries.warmth import warmth_of
from custody.rules.evaluating import WarmthDecision
from custody.rules.warm import Step, refusals_of_warmth
from inventory.models import Vial
from temperature.models import Probe
from temperature.watching import judge_readings
from tests.browsing import Browser
from tests.factories.inventory import StabilityLimitsFactory
from tests.factories.people import PASSWORD
from tests.factories.temperature import LimitVersionFactory, arrived, fitted_probe
from tests.world import NOON, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urs("URS-105", "URS-112")]

MINUTE = timedelta(minutes=1)
LATER = NOON + 30 * MINUTE
LOOSE = [{"level": "critical", "side": "above", "limit": -135.0, "delay_seconds": 0}]


@pytest.fixture
def vial(world: World) -> Vial:
    """Return a released vial whose product may never be warmer than −150 °C."""
    vial = world.released()[0]
    StabilityLimitsFactory.create(
        product=vial.batch.product, version=2, warmest_allowed_celsius=Decimal(-150)
    )
    return vial


@pytest.fixture
def probe(world: World) -> Probe:
    """Return the probe of a tank at −140 °C from 12:10 to 12:12, under limits from −135 °C on."""
    LimitVersionFactory.create(profile__unit=world.tank, bands=LOOSE)
    made = fitted_probe(world.tank)
    arrived(made, [-190.0], start=made.fittings.get().began_at, at=NOON)
    said(made, *[-190.0] * 20, after=-10)
    said(made, -140.0, -141.0, *[-190.0] * 19, after=10)
    return made


def said(probe: Probe, *values: float, after: int) -> None:
    """Let a probe say values from so many minutes after noon on, and judge them."""
    start = NOON + after * MINUTE
    arrived(probe, values, start=start, at=start + len(values) * MINUTE)
    judge_readings(at=start + len(values) * MINUTE)


DECISION = WarmthDecision(
    product_id=0,
    has_impact=False,
    cause=Cause.HANDLING,
    comparison="Study 7",
    reasoning="Two minutes",
    tells_physician=False,
    despite_limit="Study 7 allows 5 min at −140 °C",
    seen_until=LATER,
    seen_peak=-140.0,
)


def signed(world: World, vial: Vial, at_minute: int = 30, **said: object) -> Evaluation:
    """Sign a decision on the warmth of the tank."""
    decision = replace(DECISION, product_id=vial.batch.product_id, **said)  # type: ignore[arg-type] # facts by name
    [row] = evaluate_warmth(
        unit_id=world.tank.pk,
        decisions=[decision],
        intent=world.signs(world.qa),
        at=NOON + at_minute * MINUTE,
    )
    return row


def found(vial: Vial, at_minute: int = 30) -> dict[str, Verdict]:
    """Return what the verdict says of warmth."""
    judged = verdicts([vial.pk], at=NOON + at_minute * MINUTE)[vial.pk]
    return {one.code: one.verdict for one in judged.findings if one.code.startswith("WARMER")}


@pytest.mark.parametrize(("has_impact", "then"), [(False, Verdict.GREEN), (True, Verdict.RED)])
def test_the_verdict_follows_what_is_signed(
    world: World, vial: Vial, probe: Probe, has_impact: bool, then: Verdict
) -> None:
    assert found(vial) == {"WARMER_THAN_PRODUCT": Verdict.AMBER}

    row = signed(world, vial, has_impact=has_impact)

    assert found(vial) == {"WARMER_THAN_PRODUCT_EVALUATED": then}
    assert Signature.objects.filter(change=row.history.get().change_id).count() == 1
    assert (row.seen_began_at, row.seen_ended_at, row.seen_peak) == (
        NOON + 10 * MINUTE, NOON + 12 * MINUTE, -140.0,
    )  # fmt: skip
    facts = warmth_of([vial.pk], at=LATER)[vial.pk]
    stops = [bool(refusals_of_warmth(vial, facts, step, at=LATER)) for step in Step]
    assert stops == [has_impact] * len(Step)


def test_more_warmth_later_waits_for_a_decision_of_its_own(
    world: World, vial: Vial, probe: Probe
) -> None:
    signed(world, vial)
    said(probe, -145.0, -190.0, after=31)

    assert found(vial, 33) == {
        "WARMER_THAN_PRODUCT": Verdict.AMBER,
        "WARMER_THAN_PRODUCT_EVALUATED": Verdict.GREEN,
    }
    [event] = warm_events(seen_by=world.qa, at=NOON + 33 * MINUTE)
    assert (event.waits, event.began_at, event.peak) == (True, NOON + 31 * MINUTE, -145.0)

    signed(world, vial, 33, seen_until=NOON + 33 * MINUTE)
    assert found(vial, 33) == {"WARMER_THAN_PRODUCT_EVALUATED": Verdict.GREEN}


@pytest.mark.parametrize(("value", "minute"), [(-138.0, 10.5), (-145.0, 20.5)])
def test_what_turns_out_warmer_or_longer_opens_it_anew(
    world: World, vial: Vial, probe: Probe, value: float, minute: float
) -> None:
    signed(world, vial)

    arrived(probe, [value], start=NOON + minute * MINUTE, at=LATER)  # late
    judge_readings(at=LATER)

    assert found(vial)["WARMER_THAN_PRODUCT"] == Verdict.AMBER


def test_what_was_not_on_the_sheet_is_not_decided(world: World, vial: Vial, probe: Probe) -> None:
    row = signed(world, vial, seen_until=NOON + 11 * MINUTE)

    assert row.seen_ended_at == NOON + 11 * MINUTE
    assert found(vial) == {"WARMER_THAN_PRODUCT": Verdict.AMBER}


def test_the_past_stays_as_it_was_known(world: World, vial: Vial, probe: Probe) -> None:
    before = timezone.now()
    signed(world, vial)

    def decisions(known: Moment | None) -> int:
        facts = warmth_of([vial.pk], at=timezone.now(), moment=known)[vial.pk]
        return sum(len(stay.unit.warm_decisions) for stay in facts.stays)

    assert decisions(Moment(before, before)) == 0
    assert decisions(Moment(before, timezone.now())) == decisions(None) == 1


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"reasoning": " "}, "NO_REASONING"),
        ({"comparison": ""}, "NO_REASONING"),
        ({"cause": ""}, "NO_CAUSE"),
        ({"cause": Cause.OTHER}, "CAUSE_NOT_SAID"),
        ({"despite_limit": " "}, "WARMER_THAN_PRODUCT"),
        ({"seen_peak": -141.0}, "WARMER_SINCE"),
    ],
)
def test_refuses_what_is_not_reasoned(
    world: World, vial: Vial, probe: Probe, wrong: dict[str, object], code: str
) -> None:
    with pytest.raises(ActionRefused) as refused:
        signed(world, vial, **wrong)  # type: ignore[arg-type] # facts by name

    assert [each.code for each in refused.value.refusals] == [code]
    assert not Evaluation.objects.exists()


def test_refuses_a_product_that_was_not_there_and_no_decision(
    world: World, vial: Vial, probe: Probe
) -> None:
    elsewhere = replace(DECISION, product_id=world.bank().product_id)
    for decisions, code in (([elsewhere], "NOT_WARM"), ([], "NOTHING_DECIDED")):
        with pytest.raises(ActionRefused) as refused:
            evaluate_warmth(
                unit_id=world.tank.pk,
                decisions=decisions,
                intent=world.signs(world.qa),
                at=LATER,
            )
        assert [each.code for each in refused.value.refusals] == [code]


def test_only_quality_decides_of_a_unit_there_is(world: World, vial: Vial, probe: Probe) -> None:
    for unit_id, by, error in (
        (world.tank.pk, world.technician, NotAuthorised),
        (0, world.qa, NotFound),
    ):
        with pytest.raises(error):
            evaluate_warmth(
                unit_id=unit_id,
                decisions=[replace(DECISION, product_id=vial.batch.product_id)],
                intent=world.signs(by),
                at=LATER,
            )


def test_is_found_shown_and_decided_on_its_pages(
    world: World, vial: Vial, probe: Probe, client: Browser
) -> None:
    client.force_login(world.qa)
    url = f"/quality/warmth/{world.tank.pk}/"
    assert f'href="{url}"' in client.get("/quality/excursions/").text
    page = client.get(url).text
    assert "Not evaluated" in page
    assert vial.code[:-4] in page
    sheet = client.get(f"{url}evaluate/")
    product = vial.batch.product_id
    seen = sheet.context["form"][f"seen_{product}"].value()

    entered = {
        f"decision_{product}": "no_impact",
        f"comparison_{product}": "Study 7",
        f"despite_limit_{product}": "It allows 5 min at −140 °C",
        f"seen_{product}": seen,
        "cause": "handling",
        "reasoning": "Two minutes",
        "user_id": world.qa.user_id,
        "password": PASSWORD,
        "reason": "Evaluated",
    }
    for wrong in ({f"seen_{product}": "x"}, {f"decision_{product}": "later"}):
        assert client.post(f"{url}evaluate/", entered | wrong).status_code != 302
    answer = client.post(f"{url}evaluate/", entered)

    assert answer.status_code == 302
    assert "No impact" in client.get(url).text
    assert "Cause: Handling" in client.get(url).text
    assert "not evaluated" not in client.get("/quality/excursions/").text
