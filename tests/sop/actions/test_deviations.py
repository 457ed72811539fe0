"""From opening a deviation to its closure: who may, what is refused, what stays in the history."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from accounts.models import Person
from accounts.roles import Role
from audit.errors import ActionRefused, DomainError, NotAuthorised, NotFound
from audit.models import Meaning, RefusedAttempt, Signature
from audit.signing import signature_blocks
from custody.actions.close_deviation import close_deviation
from custody.actions.decide_quality import decide_quality
from custody.queries.facts import facts_of_vial
from inventory.models import Quality, Vial
from sop.actions.assess_impact import ImpactAssessment, assess_impact
from sop.actions.classify_deviation import classify_deviation
from sop.actions.link_outside_record import link_outside_record
from sop.actions.name_vials import name_vials
from sop.actions.open_deviation_by_hand import Report, open_deviation_by_hand
from sop.actions.record_containment import record_containment
from sop.actions.record_investigation import Findings, record_investigation
from sop.actions.reopen_deviation import reopen_deviation
from sop.actions.request_closure import request_closure
from sop.deviation_status import DEVIATION_TRANSITIONS
from sop.models import (
    Classification,
    Deviation,
    DeviationDecision,
    DeviationKind,
    DeviationStatus,
    DeviationVial,
    Impact,
)
from tests.custody.racing import race, winners
from tests.factories.deviations import opened_deviation
from tests.factories.inventory import ProductFactory, VialFactory
from tests.factories.people import PersonFactory
from tests.world import NOON, World

FOUND = Findings(
    investigation="The gloves were from a bad lot.",
    root_cause="The lot was not inspected.",
    disposition="The lot is discarded.",
)
Step = Callable[[World, Deviation, Person], object]


def fresh(deviation: Deviation) -> Deviation:
    """Return a deviation as the database has it now."""
    return Deviation.objects.get(pk=deviation.pk)


def classify(world: World, deviation: Deviation, by: Person, **more: object) -> object:
    """Classify it as minor."""
    return classify_deviation(
        deviation_id=deviation.pk,
        classification=more.get("as_", Classification.MINOR),  # type: ignore[arg-type] # a class
        intent=world.signs(by, meaning=Meaning.REVIEWED),
        at=NOON,
    )


def contain(world: World, deviation: Deviation, by: Person) -> object:
    """Write what was done at once."""
    return record_containment(
        deviation_id=deviation.pk, containment="New gloves", attribution=world.says(by)
    )


def investigate(world: World, deviation: Deviation, by: Person) -> object:
    """Write what was found."""
    return record_investigation(
        deviation_id=deviation.pk, findings=FOUND, attribution=world.says(by)
    )


def assess(
    world: World, deviation: Deviation, by: Person, *, impact: Impact = Impact.NONE
) -> object:
    """Assess every vial alike."""
    keys = deviation.vials.values_list("vial", flat=True)
    return assess_impact(
        deviation_id=deviation.pk,
        assessed={key: ImpactAssessment(impact, "It was never touched.") for key in keys},
        intent=world.signs(by, meaning=Meaning.REVIEWED),
    )


def link(world: World, deviation: Deviation, by: Person) -> object:
    """Name the record of another system."""
    return link_outside_record(
        deviation_id=deviation.pk,
        reference="QMS-17",
        url="https://qms.example.org/17",
        attribution=world.says(by),
    )


def name(world: World, deviation: Deviation, by: Person, *vials: Vial) -> object:
    """Name a further vial: a new one, where none is given."""
    keys = [vial.pk for vial in vials or world.expected(1, world.batch())]
    return name_vials(deviation_id=deviation.pk, vial_ids=keys, attribution=world.says(by))


def ask(world: World, deviation: Deviation, by: Person) -> object:
    """Ask for its closure."""
    return request_closure(deviation_id=deviation.pk, attribution=world.says(by))


def close(world: World, deviation: Deviation, by: Person) -> object:
    """Close it."""
    intent = world.signs(by, meaning=Meaning.APPROVED)
    return close_deviation(deviation_id=deviation.pk, intent=intent, at=NOON)


def reopen(world: World, deviation: Deviation, by: Person) -> object:
    """Open it again."""
    intent = world.signs(by, reason="The lot was found again")
    return reopen_deviation(deviation_id=deviation.pk, intent=intent, at=NOON)


def ready(
    world: World, *, vials: list[Vial] | None = None, caused_by_id: int | None = None
) -> Deviation:
    """Return a deviation that waits for its closure."""
    deviation = opened_deviation(
        world, vials=vials or world.expected(1, world.batch()), caused_by_id=caused_by_id
    )
    classify(world, deviation, world.qa)
    assess(world, deviation, world.qa)
    investigate(world, deviation, world.qa)
    ask(world, deviation, world.qa)
    return deviation


def codes_of(act: Callable[[], object], error: type[DomainError] = ActionRefused) -> set[str]:
    """Return why something is refused."""
    with pytest.raises(error) as refused:
        act()
    return set(refused.value.codes)


def test_every_status_is_in_the_table() -> None:
    assert set(DEVIATION_TRANSITIONS) == set(DeviationStatus)


@pytest.mark.urs("URS-113")
def test_goes_from_opened_to_closed(world: World) -> None:
    deviation = opened_deviation(world, vials=world.expected(2, world.batch()))

    contain(world, deviation, world.technician)
    link(world, deviation, world.qa)
    classify(world, deviation, world.qa)
    assess(world, deviation, world.qa)
    investigate(world, deviation, world.supervisor)
    ask(world, deviation, world.supervisor)
    close(world, deviation, world.qa)

    row = fresh(deviation)
    assert (row.status, row.closed_by, row.closed_at) == (DeviationStatus.CLOSED, world.qa, NOON)
    assert [block.changed_since for block in signature_blocks(Deviation, row.pk)] == [False]
    assert Signature.objects.filter(record_table=DeviationVial._meta.db_table).count() == 2
    assert row.history.count() == 7


@pytest.mark.urs("URS-113", "URS-121")
def test_says_everything_that_is_missing_at_once(world: World) -> None:
    deviation = opened_deviation(
        world, vials=world.expected(1, world.batch()), kind=DeviationKind.INCIDENT
    )
    refused = codes_of(lambda: close(world, deviation, world.qa))
    assert refused == {
        "CLOSURE_NOT_REQUESTED",
        "NOT_CLASSIFIED",
        "NO_IMPACT",
        "IMPACT_NOT_ASSESSED",
        "NO_INVESTIGATION",
        "NO_DISPOSITION",
    }

    classify(world, deviation, world.qa, as_=Classification.CRITICAL)

    refused = codes_of(lambda: ask(world, deviation, world.qa))
    assert "NO_ROOT_CAUSE" in refused
    assert RefusedAttempt.objects.filter(action="close_deviation").count() == 1


@pytest.mark.urs("URS-43")
def test_is_never_closed_by_whoever_caused_it(world: World) -> None:
    deviation = ready(world, caused_by_id=world.qa.pk)

    assert codes_of(lambda: close(world, deviation, world.qa)) == {"CAUSED_BY_YOU"}
    close(world, deviation, world.qa2)


@pytest.mark.urs("URS-43")
def test_a_critical_one_is_not_closed_by_its_only_investigator(world: World) -> None:
    deviation = ready(world)
    classify(world, deviation, world.qa, as_=Classification.CRITICAL)

    assert codes_of(lambda: close(world, deviation, world.qa)) == {"INVESTIGATED_BY_YOU"}
    close(world, deviation, world.qa2)


@pytest.mark.urs("URS-113")
def test_is_not_closed_while_what_it_affected_is_released(world: World) -> None:
    vials = world.released(1, world.batch())
    deviation = ready(world, vials=vials)
    assess(world, deviation, world.qa, impact=Impact.AFFECTED)

    assert codes_of(lambda: close(world, deviation, world.qa)) == {"AFFECTED_STILL_RELEASED"}
    decide_quality(
        vial_ids=[vials[0].pk],
        decision=Quality.REJECTED,
        evidence="The deviation",
        intent=world.signs(world.qa),
        at=NOON,
    )
    close(world, deviation, world.qa)


@pytest.mark.urs("URS-113")
def test_opens_again_with_a_reason_and_shows_the_closure_as_changed(world: World) -> None:
    deviation = ready(world)
    close(world, deviation, world.qa)
    assert codes_of(lambda: investigate(world, deviation, world.qa)) == {"DEVIATION_CLOSED"}

    reopen(world, deviation, world.qa2)

    row = fresh(deviation)
    assert (row.status, row.closed_by, row.closed_at) == (
        DeviationStatus.INVESTIGATING,
        None,
        None,
    )
    assert DeviationDecision.objects.latest("pk").outcome == "The lot was found again"
    assert [block.changed_since for block in signature_blocks(Deviation, row.pk)] == [True]
    assert codes_of(lambda: reopen(world, deviation, world.qa)) == {"WRONG_STATUS"}


@pytest.mark.urs("URS-113")
def test_asks_for_closure_anew_after_more_was_found(world: World) -> None:
    deviation = ready(world)

    investigate(world, deviation, world.supervisor)

    assert codes_of(lambda: close(world, deviation, world.qa)) == {"CLOSURE_NOT_REQUESTED"}


@pytest.mark.urs("URS-14", "URS-117")
@pytest.mark.parametrize("step", [classify, contain, investigate, assess, link, ask, close, reopen])
def test_turns_away_whoever_may_not(world: World, step: Step) -> None:
    deviation = opened_deviation(world, vials=world.expected(1, world.batch()))
    stranger = PersonFactory.create(roles=[Role.QA])
    before = deviation.history.count()

    assert codes_of(lambda: step(world, deviation, world.inspector), NotAuthorised)
    assert codes_of(lambda: step(world, deviation, stranger), NotFound) == {"UNKNOWN_DEVIATION"}
    assert deviation.history.count() == before


@pytest.mark.urs("URS-113", "URS-121")
def test_is_reported_by_hand(world: World) -> None:
    [vial] = world.expected(1, world.batch())
    report = Report(
        kind=DeviationKind.DEVIATION,
        title="A lid stood open",
        what_happened="For two minutes, at 11:40.",
        vial_ids=[vial.pk],
        site_id=world.site.pk,
        caused_by_reporter=True,
    )

    deviation = open_deviation_by_hand(
        report=report, attribution=world.says(world.technician), at=NOON
    )

    assert deviation.caused_by_id == deviation.opened_by_id == world.technician.pk
    assert deviation.program_id == vial.program_id


@pytest.mark.urs("URS-14", "URS-117")
def test_names_no_vial_that_the_reporter_does_not_see(world: World) -> None:
    stranger = VialFactory.create(batch__therapy__product=ProductFactory.create())
    report = Report(
        kind=DeviationKind.INCIDENT, title="It stopped", what_happened="At noon", vial_ids=[]
    )
    opened = open_deviation_by_hand(report=report, attribution=world.says(world.admin), at=NOON)

    assert opened.number.startswith("INC-")
    for keys, program in (([stranger.pk], None), ([], stranger.program_id)):
        other = replace(report, kind=DeviationKind.DEVIATION, vial_ids=keys, program_id=program)
        step = partial(
            open_deviation_by_hand,
            report=other,
            attribution=world.says(world.technician),
            at=NOON,
        )
        codes_of(step, NotFound)


@pytest.mark.urs("URS-96", "URS-113")
@pytest.mark.parametrize("decision", [Quality.RELEASED, Quality.COND_RELEASED])
def test_stops_a_release_until_it_has_no_impact(world: World, decision: Quality) -> None:
    [vial] = world.stored(1, world.batch())
    deviation = opened_deviation(world, vials=[vial])

    def decide() -> object:
        return decide_quality(
            vial_ids=[vial.pk],
            decision=decision,
            evidence="Certificate 1",
            intent=world.signs(world.release, meaning=Meaning.RELEASED),
            at=NOON,
        )

    assert codes_of(decide) == {"DEVIATION_OPEN"}
    before = facts_of_vial(vial.pk, seen_by=world.qa, at=NOON).judgement
    assert "OPEN_DEVIATION" in {finding.code for finding in before.findings}
    assess(world, deviation, world.qa)
    after = facts_of_vial(vial.pk, seen_by=world.qa, at=NOON).judgement
    assert "OPEN_DEVIATION" not in {finding.code for finding in after.findings}
    decide()


@pytest.mark.urs("URS-96", "URS-113")
def test_a_vial_named_later_is_under_review_and_closure_is_asked_anew(world: World) -> None:
    [vial], [strange] = world.stored(), [VialFactory.create()]
    deviation = ready(world)

    name(world, deviation, world.technician, vial)

    row = fresh(deviation)
    assert row.status == DeviationStatus.INVESTIGATING
    assert row.history.latest().change.reason == "As the procedure says"
    findings = facts_of_vial(vial.pk, seen_by=world.qa, at=NOON).judgement.findings
    assert "OPEN_DEVIATION" in {finding.code for finding in findings}
    assert codes_of(lambda: ask(world, deviation, world.qa)) >= {"IMPACT_NOT_ASSESSED"}
    assert codes_of(lambda: name(world, deviation, world.qa, vial)) == {"LISTED_ALREADY"}
    assert codes_of(lambda: name(world, deviation, world.qa, strange), NotFound)
    assert codes_of(lambda: name(world, deviation, world.inspector), NotAuthorised)
    assess(world, deviation, world.qa)
    ask(world, deviation, world.qa)
    close(world, deviation, world.qa)
    assert codes_of(lambda: name(world, deviation, world.qa)) == {"DEVIATION_CLOSED"}


@pytest.mark.urs("URS-32", "URS-113")
def test_two_name_the_same_vial_once(committed_world: World) -> None:
    world = committed_world
    deviation, [vial] = opened_deviation(world), world.expected()

    outcomes = race(
        lambda: name(world, deviation, world.qa, vial),
        lambda: name(world, deviation, world.qa2, vial),
        meet_in="sop.deviations.list_vials",
    )

    assert len(winners(outcomes)) == 1
    assert [row.vial for row in deviation.vials.all()] == [vial]


@pytest.mark.urs("URS-32", "URS-113")
def test_two_close_the_same_one_once(committed_world: World) -> None:
    world = committed_world
    deviation = ready(world)

    outcomes = race(
        lambda: close(world, deviation, world.qa),
        lambda: close(world, deviation, world.qa2),
        meet_in="custody.actions.close_deviation.vials_listed",
    )

    assert len(winners(outcomes)) == 1, outcomes
    [loser] = [outcome for outcome in outcomes if outcome.error is not None]
    assert "DEVIATION_CLOSED" in loser.codes
    assert Signature.objects.filter(record_table=Deviation._meta.db_table).count() == 1
