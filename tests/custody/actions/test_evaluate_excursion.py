"""Deciding what an excursion means for a product."""

from datetime import timedelta

import pytest

from audit.errors import ActionRefused, NotAuthorised
from audit.models import Signature
from custody.actions.evaluate_excursion import evaluate_excursion
from custody.actions.release_hold import release_hold
from custody.findings import Verdict
from custody.models import Cause, Evaluation, Hold
from custody.queries import excursions
from custody.queries.verdicts import verdicts
from custody.rules.evaluating import Decision
from inventory.models import Vial
from temperature.models import Excursion, Gap, Probe
from temperature.watching import judge_readings
from tests.browsing import Browser
from tests.factories.people import PASSWORD
from tests.factories.temperature import LimitVersionFactory, arrived, fitted_probe
from tests.world import NOON, World

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
LATER = NOON + 20 * MINUTE


@pytest.fixture
def probe(world: World) -> Probe:
    """Return the probe of the tank, too warm once while a vial stood there."""
    LimitVersionFactory.create(profile__unit=world.tank)
    made = fitted_probe(world.tank)
    arrived(made, [-190.0], start=made.fittings.get().began_at, at=NOON)
    arrived(made, [-190.0, -130.0, *[-190.0] * 19], start=NOON, at=LATER)
    judge_readings(at=LATER)
    return made


@pytest.fixture
def vial(world: World) -> Vial:
    """Return a released vial in the tank."""
    return world.released()[0]


def decision(
    vial: Vial,
    *,
    has_impact: bool = False,
    reasoning: str = "A short one",
    despite_limit: str = "Study 7 allows 4 min at -120 °C",
    subject: Excursion | Gap | None = None,
    cause: str = Cause.DOOR,
    cause_words: str = "",
) -> Decision:
    """Return what QA says of the vial's product; of the only excursion, unless told otherwise."""
    return Decision(
        key=(subject or Excursion.objects.standing().get()).pk,
        product_id=vial.batch.product_id,
        despite_limit=despite_limit,
        has_impact=has_impact,
        cause=cause,
        cause_words=cause_words,
        comparison="Stable for 4 min at -120 °C (study 7)",
        reasoning=reasoning,
        tells_physician=False,
    )


def signed(world: World, vial: Vial, **said: object) -> Evaluation:
    """Sign a decision on the only excursion."""
    [row] = evaluate_excursion(
        of=Excursion,
        decisions=[decision(vial, **said)],  # type: ignore[arg-type] # facts by name
        intent=world.signs(world.qa),
        at=LATER,
    )
    return row


def verdict(vial: Vial) -> Verdict:
    """Judge the vial."""
    return verdicts([vial.pk], at=LATER)[vial.pk].verdict


def let_go(world: World) -> None:
    """Release the hold that was placed by rule; no decision does that by itself."""
    release_hold(hold_id=Hold.objects.get().pk, intent=world.signs(world.qa), at=LATER)


@pytest.mark.urs("URS-105")
@pytest.mark.parametrize(("has_impact", "then"), [(False, Verdict.GREEN), (True, Verdict.RED)])
def test_the_verdict_follows_what_is_signed(
    world: World, vial: Vial, probe: Probe, has_impact: bool, then: Verdict
) -> None:
    assert verdict(vial) == Verdict.AMBER

    row = signed(world, vial, has_impact=has_impact)
    let_go(world)

    assert verdict(vial) == then
    assert Signature.objects.filter(change=row.history.get().change_id).count() == 1


@pytest.mark.urs("URS-105", "URS-111")
def test_a_decision_does_not_outlive_what_was_seen(world: World, vial: Vial, probe: Probe) -> None:
    signed(world, vial)
    let_go(world)

    arrived(probe, [-125.0], start=NOON + MINUTE + MINUTE / 2, at=LATER)  # late, and warmer
    judge_readings(at=LATER)

    assert verdict(vial) == Verdict.AMBER


@pytest.mark.urs("URS-35")
def test_another_decision_is_signed_after_the_first(world: World, vial: Vial, probe: Probe) -> None:
    signed(world, vial, has_impact=True)
    again = signed(world, vial, has_impact=False)
    let_go(world)

    assert again.number == 2
    assert verdict(vial) == Verdict.GREEN


@pytest.mark.urs("URS-105")
def test_refuses_without_reasons_and_for_what_was_not_there(
    world: World, vial: Vial, probe: Probe
) -> None:
    with pytest.raises(ActionRefused) as refused:
        signed(world, vial, reasoning=" ")
    assert [each.code for each in refused.value.refusals] == ["NO_REASONING"]

    elsewhere = world.bank()
    with pytest.raises(ActionRefused) as refused:
        evaluate_excursion(
            of=Excursion,
            decisions=[
                Decision(
                    key=Excursion.objects.standing().get().pk,
                    product_id=elsewhere.product_id,
                    has_impact=False,
                    cause=Cause.DOOR,
                    comparison="x",
                    reasoning="x",
                    tells_physician=False,
                )
            ],
            intent=world.signs(world.qa),
            at=LATER,
        )
    assert [each.code for each in refused.value.refusals] == ["NOT_TOUCHED"]


@pytest.mark.urs("URS-14", "URS-27")
def test_only_quality_decides(world: World, vial: Vial, probe: Probe) -> None:
    with pytest.raises(NotAuthorised):
        evaluate_excursion(
            of=Excursion,
            decisions=[decision(vial)],
            intent=world.signs(world.technician),
            at=LATER,
        )
    assert not Evaluation.objects.exists()


@pytest.mark.urs("URS-105")
def test_is_found_shown_and_decided_on_its_pages(
    world: World, vial: Vial, probe: Probe, client: Browser
) -> None:
    key = Excursion.objects.standing().get().pk
    client.force_login(world.qa)

    assert f"/quality/excursions/{key}/" in client.get("/quality/excursions/").text
    page = client.get(f"/quality/excursions/{key}/").text
    assert "Not evaluated" in page
    assert vial.code[:-4] in page
    assert f"/temperature/excursions/{key}/" in client.get(f"/vials/{vial.pk}/").text

    product = vial.batch.product_id
    answer = client.post(
        f"/quality/excursions/{key}/evaluate/",
        {
            f"decision_{product}": "no_impact",
            f"decision_{product}_{key}": "product",
            f"comparison_{product}": "Study 7",
            f"despite_limit_{product}": "It allows 4 min at −120 °C",
            "cause": "other",
            "cause_words": "Lid left ajar",
            "reasoning": "One minute",
            "user_id": world.qa.user_id,
            "password": PASSWORD,
            "reason": "Evaluated",
        },
    )
    assert answer.status_code == 302
    page = client.get(f"/quality/excursions/{key}/").text
    assert "No impact" in page
    assert "Cause: Other: Lid left ajar" in page


@pytest.mark.urs("URS-105")
@pytest.mark.parametrize(
    ("cause", "words", "code"),
    [("", "", "NO_CAUSE"), ("gremlins", "", "NO_CAUSE"), (Cause.OTHER, " ", "CAUSE_NOT_SAID")],
)
def test_refuses_without_a_cause(
    world: World, vial: Vial, probe: Probe, cause: str, words: str, code: str
) -> None:
    with pytest.raises(ActionRefused) as refused:
        signed(world, vial, cause=cause, cause_words=words)

    assert [each.code for each in refused.value.refusals] == [code]


@pytest.mark.urs("URS-105")
def test_the_list_counts_causes_and_is_filtered_by_them(
    world: World, vial: Vial, probe: Probe, client: Browser
) -> None:
    client.force_login(world.qa)
    assert "All causes" not in client.get("/quality/excursions/").text
    signed(world, vial, cause=Cause.DEFROST)

    page = client.get("/quality/excursions/").text
    assert 'href="/quality/excursions/?cause=defrost">Defrost <span class="count">1</span>' in page
    key = Excursion.objects.standing().get().pk
    link = f'href="/quality/excursions/{key}/"'
    assert link in client.get("/quality/excursions/?cause=defrost").text
    assert link not in client.get("/quality/excursions/?cause=power").text


@pytest.mark.urs("URS-105")
def test_what_has_nothing_to_decide_asks_for_no_signature(
    world: World, probe: Probe, client: Browser
) -> None:
    key = Excursion.objects.standing().get().pk
    client.force_login(world.qa)

    page = client.get(f"/quality/excursions/{key}/evaluate/").text

    assert "no vial that you may see stood there while it lasted." in page
    assert 'class="sign-fields"' not in page
    assert "Sign the evaluation" not in page
    assert f'<a class="btn btn-primary" href="/quality/excursions/{key}/">Back</a>' in page


def test_what_no_vial_stood_in_waits_for_nobody(
    world: World, probe: Probe, client: Browser
) -> None:
    client.force_login(world.qa)

    page = client.get("/quality/excursions/").text

    assert "Nothing left to evaluate" in page
    assert "no vial stood there" in page


@pytest.mark.urs("URS-105")
def test_waits_until_every_product_is_decided(
    world: World, vial: Vial, probe: Probe, client: Browser
) -> None:
    world.stored()  # of another product
    address = f"/quality/excursions/{Excursion.objects.standing().get().pk}/"
    client.force_login(world.qa)

    signed(world, vial)

    waiting, _ = client.get("/quality/excursions/").text.split("Nothing left to evaluate", 1)
    assert address in waiting
    assert "1 of 2" in waiting


@pytest.mark.urs("URS-105")
def test_what_nobody_looked_at_is_listed_before_newer_ones_that_are_decided(
    world: World, vial: Vial, probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excursions, "MOST_LISTED", 1)
    first = Excursion.objects.get()
    later = LATER + 20 * MINUTE
    arrived(probe, [-190.0, -130.0, *[-190.0] * 18], start=LATER + MINUTE, at=later)
    judge_readings(at=later)
    second = Excursion.objects.exclude(pk=first.pk).get()

    [line] = listed(world)
    assert line.key == second.pk

    evaluate_excursion(
        of=Excursion,
        decisions=[decision(vial, subject=second)],
        intent=world.signs(world.qa),
        at=later,
    )

    [line] = listed(world)
    assert (line.key, line.waits) == (first.pk, True)


def listed(world: World) -> list[excursions.ExcursionLine]:
    """Return the excursions that the list shows, gaps left out."""
    lines = excursions.excursion_lines(seen_by=world.qa)
    return [line for line in lines if line.kind == "excursion"]
