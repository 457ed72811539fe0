"""Times out of controlled storage: neighbours of what is lifted, budgets, and what QA accepts."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.changes import machine_change
from audit.errors import ActionRefused, NotAuthorised
from audit.models import Signature
from custody.actions.accept_exposure import accept_exposure
from custody.actions.check_out_vials import InternalPurpose, check_out_vials
from custody.actions.lift_container import lift_container
from custody.actions.move_container import move_container
from custody.actions.place_vials import place_vials
from custody.actions.return_container import return_container
from custody.actions.set_handling_rules import set_handling_rules
from custody.exposure import (
    NO_LIFTS,
    Accepted,
    Budget,
    Lifts,
    findings_of_exposure,
    spent,
    words_of,
)
from custody.findings import Finding, Verdict
from custody.lifts import LONGEST_MINUTES, Reach, note_lift
from custody.models import ExposureAcceptance, Lift
from custody.queries.facts import facts_by_code
from custody.queries.verdicts import verdicts
from custody.queries.warmth import warmth_of
from custody.rules.accepting import Allowance
from custody.rules.exposing import refusals_to_expose
from custody.warmth import spent_by
from inventory.models import Vial
from tests.custody.actions.ways import placements
from tests.custody.warmth import BUDGET
from tests.factories.inventory import StabilityLimitsFactory
from tests.world import NOON, World

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def vials(world: World) -> list[Vial]:
    """Return three vials of one product that stand in the box, quietly since noon."""
    return world.stored(3)


def taken_out(world: World, vial: Vial, at: datetime) -> None:
    """Check one vial out of its box."""
    check_out_vials(
        vial_ids=[vial.pk],
        purpose=InternalPurpose.QC,
        intent=world.signs(world.technician, world.witness),
        at=at,
    )


def lifted(world: World, at: datetime, *, back: datetime | None = None) -> None:
    """Take the whole rack out, and put it back."""
    said = world.says(world.technician)
    lift_container(container_id=world.rack.pk, attribution=said, at=at)
    if back is not None:
        return_container(container_id=world.box.pk, attribution=said, at=back)


def used(vial: Vial, at: datetime) -> tuple[int, float, float]:
    """Return how often, how long at once and how long in all, in seconds."""
    found = spent_by(warmth_of([vial.pk], at=at)[vial.pk], at)
    return found.times, found.longest.total_seconds(), found.total.total_seconds()


def of_exposure(world: World, vial: Vial, at: datetime) -> Finding | None:
    """Return the finding about time out of storage, the same alone as in a set."""
    judged = verdicts([vial.pk], at=at)[vial.pk]
    alone = facts_by_code(vial.code, seen_by=world.qa, at=at)
    assert alone is not None
    assert alone.judgement == judged
    return next((one for one in judged.findings if one.evidence == "exposure"), None)


@pytest.mark.urs("URS-105", "URS-112")
def test_a_lifted_rack_exposes_every_vial_of_every_box_in_it(
    world: World, vials: list[Vial]
) -> None:
    other = world.received()
    wanted = placements(world.other_box, other)
    place_vials(placements=wanted, attribution=world.says(world.technician), at=NOON)

    lifted(world, NOON + 10 * MINUTE, back=NOON + 11 * MINUTE)

    for vial in [*vials, *other]:
        assert used(vial, NOON + 20 * MINUTE) == (1, 60, 60)
    assert used(vials[0], NOON + 10 * MINUTE + 20 * SECOND) == (1, 20, 20)  # as it was then
    assert used(vials[0], NOON + 9 * MINUTE) == (0, 0, 0)


@pytest.mark.urs("URS-112")
def test_a_lift_that_nobody_ends_counts_up_to_what_quality_set(
    world: World, vials: list[Vial]
) -> None:
    set_handling_rules(late_entry_hours=24, longest_lift_minutes=3, intent=world.signs(world.qa))

    taken_out(world, vials[0], NOON + 10 * MINUTE)

    assert used(vials[1], NOON + 12 * MINUTE) == (1, 120, 120)
    assert used(vials[1], NOON + 60 * MINUTE) == (1, 180, 180)
    found = of_exposure(world, vials[1], NOON + 60 * MINUTE)
    assert found is not None
    assert "lifted with its neighbours 1, 1 known by one scan only" in found.words


@pytest.mark.urs("URS-112")
def test_acts_that_follow_each_other_are_one_lift_and_later_ones_another(
    world: World, vials: list[Vial]
) -> None:
    more = world.received(3)
    for vial, minutes in zip(more, (10, 11, 20), strict=True):
        place_vials(
            placements=placements(world.other_box, [vial]),
            attribution=world.says(world.technician),
            at=NOON + minutes * MINUTE,
        )

    assert used(vials[0], NOON + 60 * MINUTE) == (2, 90, 120)  # one scan counts as 30 seconds
    assert used(more[0], NOON + 12 * MINUTE) == (0, 60, 60)  # its own coming counts as no lift


@pytest.mark.urs("URS-112")
def test_a_box_is_exposed_from_when_it_is_taken_until_it_arrives(
    world: World, vials: list[Vial]
) -> None:
    said = world.says(world.technician)
    lift_container(container_id=world.box.pk, attribution=said, at=NOON + 10 * MINUTE)
    place = world.rack.positions.get(label="4")

    move_container(
        container_id=world.box.pk,
        to_position_id=place.pk,
        attribution=said,
        at=NOON + 10 * MINUTE + 45 * SECOND,
    )

    assert used(vials[0], NOON + 60 * MINUTE) == (1, 45, 45)
    with pytest.raises(ActionRefused) as refused:
        return_container(container_id=world.box.pk, attribution=said, at=NOON + 12 * MINUTE)
    assert [each.code for each in refused.value.refusals] == ["NOT_OUT"]


@pytest.mark.urs("URS-37")
def test_a_lift_is_taken_out_once_and_never_altered(world: World, vials: list[Vial]) -> None:
    lifted(world, NOON + MINUTE)

    with pytest.raises(ActionRefused) as refused:
        lifted(world, NOON + 2 * MINUTE)
    assert [each.code for each in refused.value.refusals] == ["OUT_ALREADY"]
    with pytest.raises(ActionRefused) as refused:
        lift_container(
            container_id=world.tank.pk, attribution=world.says(world.technician), at=NOON
        )
    assert [each.code for each in refused.value.refusals] == ["IS_A_UNIT"]
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE custody_lift SET ended_at = began_at")
    assert Lift.objects.count() == 4  # for each box of the rack: what was placed, and this


def allowance(**said: object) -> Allowance:
    """Return an allowance that covers an hour."""
    facts = {
        "most": 20,
        "longest_single": 60 * MINUTE,
        "longest_total": 60 * MINUTE,
        "valid_until": NOON + DAY,
        "reasoning": "Study 7 covers an hour",
    } | said
    return Allowance(**facts)  # type: ignore[arg-type] # facts by name


def accepted(world: World, vial: Vial, **said: object) -> ExposureAcceptance:
    """Accept the exposure of one vial."""
    [row] = accept_exposure(
        vial_ids=[vial.pk],
        allowance=allowance(**said),
        intent=world.signs(world.qa),
        at=NOON + 30 * MINUTE,
    )
    return row


@pytest.mark.urs("URS-105", "URS-112")
def test_what_is_beyond_the_budget_is_red_until_quality_accepts_it(
    world: World, vials: list[Vial]
) -> None:
    vial = vials[0]
    StabilityLimitsFactory.create(
        product=vial.batch.product, version=2, longest_single_exposure=MINUTE
    )
    lifted(world, NOON + 10 * MINUTE, back=NOON + 10 * MINUTE + 90 * SECOND)
    at = NOON + 31 * MINUTE
    found = of_exposure(world, vial, at)
    assert found is not None
    assert (found.code, found.verdict) == ("BUDGET_EXCEEDED", Verdict.RED)

    row = accepted(world, vial)

    found = of_exposure(world, vial, at)
    assert found is not None
    assert (found.code, found.verdict) == ("EXPOSURE_ACCEPTED", Verdict.GREEN)
    assert "QA accepted it until 2026-11-21" in found.words
    assert Signature.objects.filter(change=row.history.get().change_id).count() == 1
    for when in (NOON + 29 * MINUTE, NOON + 2 * DAY):  # before it was signed, and after its end
        found = of_exposure(world, vial, when)
        assert found is not None
        assert found.verdict == Verdict.RED


@pytest.mark.urs("URS-14", "URS-27", "URS-105")
@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"reasoning": " "}, "NO_REASONING"),
        ({"valid_until": NOON}, "ENDS_IN_THE_PAST"),
        ({"longest_single": 61 * MINUTE}, "SINGLE_ABOVE_TOTAL"),
        ({"most": 0}, "LESS_THAN_SEEN"),
    ],
)
def test_accepts_nothing_without_reason_or_less_than_was_seen(
    world: World, vials: list[Vial], said: dict[str, object], code: str
) -> None:
    lifted(world, NOON + 10 * MINUTE, back=NOON + 10 * MINUTE + 90 * SECOND)

    with pytest.raises(ActionRefused) as refused:
        accepted(world, vials[0], **said)
    assert [each.code for each in refused.value.refusals] == [code]
    with pytest.raises(NotAuthorised):
        accept_exposure(
            vial_ids=[vials[0].pk],
            allowance=allowance(),
            intent=world.signs(world.technician),
            at=NOON,
        )
    assert not ExposureAcceptance.objects.exists()


@pytest.mark.urs("URS-112")
@pytest.mark.parametrize(
    ("outings", "lifts", "is_refused"),
    [
        (0, 9, False),
        (1, 9, True),
        (10, 0, True),
        (0, 0, False),
    ],
)
def test_one_more_time_out_than_allowed_is_refused_unless_accepted(
    outings: int, lifts: int, is_refused: bool
) -> None:
    found = spent([SECOND] * outings, None, Lifts(lifts, lifts * SECOND, SECOND, 0, 0), at=NOON)
    more = Accepted(20, MINUTE, MINUTE, None)

    refusals = refusals_to_expose("V-1", found, BUDGET, None, at=NOON)

    assert [each.code for each in refusals] == ["WOULD_EXCEED"] * is_refused
    assert refusals_to_expose("V-1", found, BUDGET, more, at=NOON) == []


@pytest.mark.urs("URS-112")
@pytest.mark.parametrize(
    ("expected", "outing", "is_refused"),
    [(30, 20, False), (30, 31, True), (61, 0, True), (0, 59, False)],
)
def test_a_pick_for_which_the_budget_is_too_short_is_refused(
    expected: int, outing: int, is_refused: bool
) -> None:
    budget = replace(
        BUDGET, longest_single=MINUTE, longest_total=MINUTE, expected_pick=expected * SECOND
    )
    found = spent([outing * SECOND] if outing else [], None, NO_LIFTS, at=NOON)

    refusals = refusals_to_expose("V-1", found, budget, None, at=NOON)

    assert [each.code for each in refusals] == ["WOULD_EXCEED"] * is_refused
    assert all(f"for about {expected} s by the rules of handling" in one.words for one in refusals)
    assert refusals_to_expose("V-1", found, budget, Accepted(9, DAY, DAY, None), at=NOON) == []


def test_what_goes_on_now_is_not_counted_twice_before_a_pick() -> None:
    lifts = Lifts(times=10, total=MINUTE, longest=MINUTE, going_on=1, unclosed=0)
    found = spent([], None, lifts, at=NOON)

    assert refusals_to_expose("V-1", found, BUDGET, None, at=NOON) == []
    assert [one.code for one in findings_of_exposure(found, BUDGET, None, at=NOON)] == [
        "BUDGET_NEARLY_USED"
    ]


QUIET = 600
ACTS = st.lists(st.tuples(st.sampled_from(Reach), st.integers(1, 400)), max_size=8)


def expected(acts: list[tuple[Reach, int]], until: int) -> tuple[int, int]:
    """Return how often and for how many seconds a neighbour is exposed, told in another way."""
    lifts: list[list[int]] = []  # each from when to when; the last may be out still
    is_out, clock = False, 0
    for reach, pause in acts:
        clock += pause
        is_out = is_out and clock < lifts[-1][1]
        is_back = bool(lifts) and not lifts[-1][2]
        goes_on = is_out or (is_back and clock - lifts[-1][1] <= 120)
        if reach is Reach.OUT and not is_out:
            began = [lifts.pop()[0]] if goes_on else [clock]
            lifts.append([*began, clock + 60 * LONGEST_MINUTES, 1])
        elif reach is Reach.PASSING or (reach is Reach.BACK and is_out):
            began = [lifts.pop()[0]] if goes_on else [clock - 30]
            lifts.append([*began, clock, 0])
        is_out = bool(lifts) and bool(lifts[-1][2])
    return len(lifts), sum(min(ended, until) - began for began, ended, _ in lifts)


@pytest.mark.urs("URS-112")
@given(acts=ACTS)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_done_in_a_rack_its_neighbours_are_exposed_as_long(
    world: World, vials: list[Vial], acts: list[tuple[Reach, int]]
) -> None:
    before, clock = transaction.savepoint(), QUIET
    for reach, pause in acts:
        clock += pause
        with machine_change("test", action="test", reason="Test") as change:
            place, at = vials[0].position_id, NOON + clock * SECOND
            note_lift(change, reach, positions=[place] if place else [], at=at)
    until = clock + 100

    facts = warmth_of([vial.pk for vial in vials], at=NOON + until * SECOND)

    lifts = facts[vials[0].pk].lifts
    found = (lifts.times, round(lifts.total.total_seconds()))
    assert found == expected(shifted(acts), until)
    assert all(warmth_of([key], at=NOON + until * SECOND) == {key: facts[key]} for key in facts)
    transaction.savepoint_rollback(before)


def shifted(acts: list[tuple[Reach, int]]) -> list[tuple[Reach, int]]:
    """Let the first act come when the rack has been quiet for a while, as the test does."""
    return [(reach, pause + QUIET * (not index)) for index, (reach, pause) in enumerate(acts)]


@pytest.mark.urs("URS-89")
@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (300, "5 min of 5 min at once"),
        (300.4, "5 min 1 s of 5 min at once"),
        (312, "5 min 12 s of 5 min at once"),
        (288, "4 min 48 s of 5 min at once"),
        (600, "10 min of 5 min at once"),
    ],
)
def test_words_show_seconds_where_rounding_would_hide_them(seconds: float, words: str) -> None:
    budget = Budget(-135.0, timedelta(minutes=5), timedelta(minutes=60), 10)
    used = spent([timedelta(seconds=seconds)], None, NO_LIFTS, at=NOON)

    assert words in words_of(used, budget)
