"""Deciding at once what one event means for every product that stood in it."""

from datetime import timedelta

import pytest

from audit.errors import ActionRefused
from audit.models import Signature
from custody.actions.evaluate_excursion import evaluate_excursion
from custody.models import Evaluation
from custody.queries.excursion_events import event_of
from custody.rules.evaluating import Decision
from inventory.models import Vial
from temperature.models import Excursion, Gap, Probe
from temperature.watching import judge_readings
from tests.browsing import Browser
from tests.factories.people import PASSWORD
from tests.factories.temperature import LimitVersionFactory, arrived, fitted_probe
from tests.world import NOON, World

pytestmark = [pytest.mark.django_db, pytest.mark.urs("URS-60", "URS-105")]

MINUTE = timedelta(minutes=1)
LATER = NOON + 60 * MINUTE
WARM = [-190.0, *[-140.0] * 6, -130.0, -130.0, *[-190.0] * 12]


@pytest.fixture
def vials(world: World) -> list[Vial]:
    """Return a vial of each of three products in the tank."""
    return [world.stored()[0] for _ in range(3)]


@pytest.fixture
def probes(world: World, vials: list[Vial]) -> list[Probe]:
    """Return the two probes of the tank; its door was open once, and hours before another time."""
    LimitVersionFactory.create(profile__unit=world.tank)
    made = [fitted_probe(world.tank) for _ in range(2)]
    for number, probe in enumerate(made):
        arrived(probe, [-190.0], start=probe.fittings.get().began_at, at=NOON)
        arrived(probe, WARM, start=NOON + number * MINUTE, at=LATER)
    judge_readings(at=LATER)
    return made


def entered(products: list[int], keys: list[int], **also: str) -> dict[str, str]:
    """Return what QA enters: no impact on any product, each line as its product."""
    said = {"cause": "door", "reasoning": "The door was open"}
    said |= {"password": PASSWORD, "reason": "Evaluated"}
    for product in products:
        said[f"decision_{product}"] = "no_impact"
        said[f"comparison_{product}"] = f"Study of {product}"
        said[f"despite_limit_{product}"] = "It allows 4 min at −120 °C"
        said |= {f"decision_{product}_{key}": "product" for key in keys}
    return said | also


def test_one_signing_signs_a_record_for_each_excursion_and_product(
    world: World, vials: list[Vial], probes: list[Probe], client: Browser
) -> None:
    rows = list(Excursion.objects.standing())
    products = [vial.batch.product_id for vial in vials]
    first, impaired = rows[0], products[1]
    client.force_login(world.qa)
    address = f"/quality/excursions/{first.pk}/evaluate/"
    odd = {f"decision_{impaired}_{first.pk}": "impact", "user_id": world.qa.user_id}

    page = client.get(address).text
    answer = client.post(address, entered(products, [row.pk for row in rows], **odd))

    assert len(rows) == 4  # two probes, two levels
    assert page.count("As chosen below") == 12
    assert page.count("−130.0") >= 12
    assert answer.status_code == 302
    made = Evaluation.objects.all()
    assert {(row.excursion_id, row.product_id) for row in made} == {
        (row.pk, product) for row in rows for product in products
    }
    assert [(row.excursion_id, row.product_id) for row in made if row.has_impact] == [
        (first.pk, impaired)
    ]
    signed = Signature.objects.filter(record_table=Evaluation._meta.db_table)
    assert sorted(signed.values_list("record_id", flat=True)) == sorted(row.pk for row in made)
    assert len({row.history.get().change_id for row in made}) == 1
    _, decided = client.get("/quality/excursions/").text.split("Nothing left to evaluate", 1)
    assert all(f"/quality/excursions/{row.pk}/" in decided for row in rows)


def test_each_line_has_its_own_numbers(
    world: World, vials: list[Vial], probes: list[Probe]
) -> None:
    asked = Excursion.objects.standing().order_by("began_at").select_related("probe")[0]

    event = event_of(asked, seen_by=world.qa)

    assert [row.product.pk for row in event.products] == [v.batch.product_id for v in vials]
    for product in event.products:
        for line in product.lines:
            assert (line.vials, line.warmest, line.seconds_beyond) == (1, -130.0, 120)
            assert line.is_beyond
            assert line.decision is None


def test_what_neither_overlaps_nor_touches_is_another_event(
    world: World, vials: list[Vial], probes: list[Probe]
) -> None:
    arrived(probes[0], [-130.0, -190.0], start=LATER, at=LATER + 5 * MINUTE)
    judge_readings(at=LATER + 5 * MINUTE)
    earlier, *_, later = Excursion.objects.standing().order_by("began_at").select_related("probe")

    assert later not in event_of(earlier, seen_by=world.qa).subjects
    assert event_of(later, seen_by=world.qa).subjects == [later]


def test_no_impact_beyond_the_limit_of_a_product_takes_a_reason_of_its_own(
    world: World, vials: list[Vial], probes: list[Probe], client: Browser
) -> None:
    key = Excursion.objects.standing()[0].pk
    product = vials[0].batch.product_id
    others = {f"decision_{vial.batch.product_id}": "later" for vial in vials[1:]}
    said = entered(
        [vial.batch.product_id for vial in vials],
        list(Excursion.objects.values_list("pk", flat=True)),
        user_id=world.qa.user_id,
        **others,
        **{f"despite_limit_{product}": ""},
    )
    client.force_login(world.qa)
    address = f"/quality/excursions/{key}/evaluate/"

    assert "It was warmer than" in client.get(address).text
    refused = client.post(address, said)
    assert refused.status_code == 409
    assert "may never be warmer than −135.0 °C" in refused.text
    assert not Evaluation.objects.exists()

    assert client.post(address, said | {f"decision_{product}": "impact"}).status_code == 302
    assert {row.despite_limit for row in Evaluation.objects.all()} == {""}


def test_one_wrong_decision_signs_none(
    world: World, vials: list[Vial], probes: list[Probe]
) -> None:
    first, second, *_ = Excursion.objects.standing()
    words = {"cause": "door", "comparison": "x", "tells_physician": False, "despite_limit": "x"}
    product = vials[0].batch.product_id

    def said(key: int, reasoning: str) -> Decision:
        return Decision(key=key, product_id=product, has_impact=False, reasoning=reasoning, **words)  # type: ignore[arg-type] # facts by name

    for wrong, code in (
        ([said(first.pk, "x"), said(second.pk, " ")], "NO_REASONING"),
        ([said(first.pk, "x"), said(first.pk, "x")], "DECIDED_TWICE"),
        ([], "NOTHING_DECIDED"),
    ):
        with pytest.raises(ActionRefused) as refused:
            evaluate_excursion(
                of=Excursion, decisions=wrong, intent=world.signs(world.qa), at=LATER
            )
        assert [each.code for each in refused.value.refusals] == [code]
    assert not Evaluation.objects.exists()


def test_what_is_left_for_later_waits_and_what_was_decided_is_left_alone(
    world: World, vials: list[Vial], probes: list[Probe], client: Browser
) -> None:
    keys = list(Excursion.objects.standing().values_list("pk", flat=True))
    products = [vial.batch.product_id for vial in vials]
    client.force_login(world.qa)
    address = f"/quality/excursions/{keys[0]}/evaluate/"
    later = {f"decision_{products[2]}": "later", "user_id": world.qa.user_id}
    nothing = {f"decision_{product}": "later" for product in products}

    assert (
        "for one product at least"
        in client.post(
            address, entered(products, keys) | nothing | {"user_id": world.qa.user_id}
        ).text
    )
    client.post(address, entered(products, keys, **later))

    assert Evaluation.objects.count() == 8
    assert "2 of 3" in client.get("/quality/excursions/").text
    assert client.get(address).text.count("Signed by") == 8


def test_gaps_of_a_unit_are_decided_in_the_same_way(
    world: World, vials: list[Vial], probes: list[Probe], client: Browser
) -> None:
    for probe in probes:
        arrived(probe, [-190.0], start=LATER + 60 * MINUTE, at=LATER + 60 * MINUTE)
    judge_readings(at=LATER + 60 * MINUTE)
    keys = list(Gap.objects.standing().values_list("pk", flat=True))
    products = [vial.batch.product_id for vial in vials]
    client.force_login(world.qa)

    address = f"/quality/gaps/{keys[-1]}/evaluate/"
    said = entered(products, keys, user_id=world.qa.user_id)
    answer = client.post(address, said)

    assert answer.status_code == 302
    assert Evaluation.objects.filter(gap__isnull=False).count() % 3 == 0
    assert Evaluation.objects.filter(gap=keys[-1]).count() == 3
