"""Reviews of the trail: who may sign them, what they hold, and how a release waits for them."""

from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from audit.changes import machine_change
from audit.errors import ActionRefused, NotAuthorised, Refusal
from audit.models import Change, Meaning, RefusedAttempt
from audit.refusals import record_refusal
from audit.signing import signature_blocks
from custody.actions.decide_quality import decide_quality
from custody.actions.defer_review import defer_review
from custody.actions.place_hold import place_hold
from custody.actions.record_found import record_found
from custody.actions.relabel_vial import relabel_vial
from custody.actions.release_hold import release_hold
from custody.actions.report_missing import report_missing
from custody.models import HoldScope, Receipt, ReviewedEntry, TrailReview
from custody.placements import Placement
from custody.queries.critical import critical_of, unreviewed
from custody.queries.reviews import overdue_deferrals, seen_in
from custody.rules.sampling import drawn
from inventory.models import Identifier, Quality, Vial
from tests.custody.reviews import review, scope_of
from tests.factories.inventory import ProductFactory
from tests.factories.people import PersonFactory
from tests.world import NOON, World


def release(
    world: World, vials: list[Vial], decision: Quality = Quality.RELEASED, at: datetime = NOON
) -> None:
    """Have the releasing person decide."""
    decide_quality(
        vial_ids=[vial.pk for vial in vials],
        decision=decision,
        evidence="Certificate 2",
        intent=world.signs(world.release, meaning=Meaning.RELEASED),
        at=at,
    )


def held_and_let_go(world: World, vial: Vial) -> None:
    """Have one in QA hold a vial and another release the hold."""
    hold = place_hold(
        scope=HoldScope.VIALS, subject=vial.code, intent=world.signs(world.qa), at=NOON
    )
    release_hold(hold_id=hold.pk, intent=world.signs(world.qa2), at=NOON)


@pytest.mark.urs("URS-44")
def test_a_clean_batch_is_released_without_a_review(world: World) -> None:
    vials = world.stored(2)

    release(world, vials)

    assert Vial.objects.get(pk=vials[0].pk).quality == Quality.RELEASED
    assert not TrailReview.objects.exists()


@pytest.mark.urs("URS-42", "URS-44")
def test_a_release_waits_until_what_is_critical_was_reviewed(world: World) -> None:
    vial = world.stored()[0]
    held_and_let_go(world, vial)

    with pytest.raises(ActionRefused) as refused:
        release(world, [vial])
    review(world, vial.batch.number, by=world.release)
    release(world, [vial])

    [refusal] = refused.value.refusals
    assert refusal.code == "TRAIL_NOT_REVIEWED"
    assert refusal.about == vial.batch.number
    assert "a hold was released (change" in refusal.words
    assert Vial.objects.get(pk=vial.pk).quality == Quality.RELEASED


@pytest.mark.urs("URS-44")
def test_what_becomes_critical_after_a_review_blocks_again(world: World) -> None:
    vial = world.stored()[0]
    held_and_let_go(world, vial)
    review(world, vial.batch.number, by=world.release)
    held_and_let_go(world, vial)

    with pytest.raises(ActionRefused, match="a hold was released"):
        release(world, [vial])


@pytest.mark.urs("URS-44")
def test_a_signed_deferral_lets_a_release_through_and_stays_due(world: World) -> None:
    vial = world.stored()[0]
    held_and_let_go(world, vial)
    due = (NOON + timedelta(days=5)).date()

    deferral = defer_review(
        what=scope_of(world, vial.batch.number),
        due_on=due,
        intent=world.signs(world.qa, reason="Patient waits", meaning=Meaning.APPROVED),
        at=NOON,
    )
    release(world, [vial])

    assert deferral.due_on == due
    assert deferral.findings == "Patient waits"
    assert signature_blocks(TrailReview, deferral.pk)[0].printed_name == world.qa.full_name


@pytest.mark.urs("URS-44")
def test_a_deferral_past_its_day_stops_the_next_release_until_it_is_reviewed(
    world: World,
) -> None:
    [vial, other] = world.stored(2)
    held_and_let_go(world, vial)
    held_and_let_go(world, other)
    deferral = defer_review(
        what=scope_of(world, vial.batch.number),
        due_on=(NOON + timedelta(days=5)).date(),
        intent=world.signs(world.qa, meaning=Meaning.APPROVED),
        at=NOON,
    )
    release(world, [vial], at=NOON + timedelta(days=5))
    late = NOON + timedelta(days=6)

    with pytest.raises(ActionRefused, match="a hold was released"):
        release(world, [other], at=late)
    assert overdue_deferrals(seen_by=world.qa, on=NOON.date() + timedelta(days=5)) == set()
    assert overdue_deferrals(seen_by=world.qa, on=late.date()) == {deferral.pk}
    assert overdue_deferrals(seen_by=PersonFactory.create(roles=[Role.QA]), on=late.date()) == set()

    other_qa = PersonFactory.create(roles=[Role.QA], programs=[world.program])
    review(world, vial.batch.number, by=other_qa)
    assert overdue_deferrals(seen_by=world.qa, on=late.date()) == set()
    release(world, [other], at=late)


@pytest.mark.urs("URS-44")
@pytest.mark.parametrize("days", [0, -1])
def test_a_deferral_needs_a_later_day_and_something_to_defer(world: World, days: int) -> None:
    vial = world.stored()[0]

    with pytest.raises(ActionRefused) as refused:
        defer_review(
            what=scope_of(world, vial.batch.number),
            due_on=(NOON + timedelta(days=days)).date(),
            intent=world.signs(world.qa),
            at=NOON,
        )

    assert refused.value.codes == ["NOTHING_TO_REVIEW", "DUE_IN_THE_PAST"]


@pytest.mark.urs("URS-44")
def test_finds_each_kind_of_critical_entry(world: World) -> None:
    relabelled, corrected, scanned, decided = world.stored(4)
    found = world.stored()[0]
    relabel_vial(
        vial_id=relabelled.pk,
        new_code="NEW-LABEL-01",
        intent=world.signs(world.technician, world.witness),
        at=NOON,
    )
    report_missing(vial_ids=[found.pk], searched="box", intent=world.signs(world.qa), at=NOON)
    place = found.position
    assert place is not None
    record_found(placements=[placement(found, place.pk)], intent=world.signs(world.qa), at=NOON)
    with machine_change("test", action="correct", reason="Typing error"):
        corrected.expires_at += timedelta(days=1)
        corrected.save(update_fields=["expires_at"])
    record_refusal(
        action="scan_pick",
        error=ActionRefused([wrong_vial()]),
        actor=world.technician,
        device="bench 1",
        subject={"scanned": scanned.code, "expected": []},
    )
    release(world, [decided], Quality.COND_RELEASED)

    why = {
        entry.vial_id: entry.why for entry in unreviewed(list(Vial.objects.all()), on=NOON.date())
    }

    assert why == {
        relabelled.pk: "the label was replaced",
        found.pk: "the record was corrected: missing, then found",
        corrected.pk: "a value was corrected",
        scanned.pk: "a scan was refused",
        decided.pk: "quality was decided before",
    }


@pytest.mark.urs("URS-42")
def test_a_review_keeps_exactly_what_was_seen(world: World) -> None:
    vial = world.stored()[0]
    held_and_let_go(world, vial)
    critical = critical_of([vial.pk])[0]

    made = review(
        world, vial.batch.number, by=world.release, of_entries={critical.key: "Fully explained"}
    )

    numbers = sorted(
        {
            *Vial.history.filter(id=vial.pk).values_list("change", flat=True),
            *vial.events.values_list("change", flat=True),
            *Identifier.history.filter(vial=vial.pk).values_list("change", flat=True),
            *vial.batch.history.values_list("change", flat=True),
            *Receipt.history.filter(batch=vial.batch).values_list("change", flat=True),
        }
    )
    told = "".join(f"c{number}\n" for number in numbers)
    assert made.changes == len(numbers)
    assert (made.first_change, made.last_change) == (numbers[0], numbers[-1])
    assert made.digest == sha256(told.encode()).hexdigest()
    assert made.findings == "none"
    entry = ReviewedEntry.objects.get(review=made)
    assert (entry.reviewed_id, entry.finding) == (critical.change, "Fully explained")
    assert signature_blocks(TrailReview, made.pk)[0].meaning == "Reviewed"


@pytest.mark.urs("URS-43")
def test_nobody_reviews_what_they_performed_but_may_leave_it_out(world: World) -> None:
    vial = world.stored()[0]
    held_and_let_go(world, vial)
    own = Change.objects.get(action="place_hold").pk

    with pytest.raises(ActionRefused) as refused:
        review(world, vial.batch.number, by=world.qa)
    review(world, vial.batch.number, by=world.qa, without=world.qa)

    assert refused.value.codes == ["OWN_ENTRIES"]
    assert f"change {own}" in str(refused.value)
    assert (
        unreviewed([vial], on=NOON.date()) == []
    )  # the other released the hold, and that was reviewed


@pytest.mark.urs("URS-43")
def test_who_signed_as_the_second_person_performed_it_too(world: World) -> None:
    vial = world.stored()[0]
    relabel_vial(
        vial_id=vial.pk,
        new_code="NEW-LABEL-02",
        intent=world.signs(world.technician, world.qa),
        at=NOON,
    )

    with pytest.raises(ActionRefused, match="You performed"):
        review(world, vial.batch.number, by=world.qa)


@pytest.mark.urs("URS-42")
def test_refuses_when_the_page_showed_something_else(world: World) -> None:
    vial = world.stored()[0]
    held_and_let_go(world, vial)
    what = scope_of(world, vial.batch.number)
    shown = seen_in(what, seen_by=world.release)
    stale = type(shown)(**{**vars(shown), "digest": "0" * 64})

    with pytest.raises(ActionRefused) as refused:
        review(world, vial.batch.number, by=world.release, shown=stale, of_entries={"c1": "Odd"})

    assert refused.value.codes == ["ENTRIES_CHANGED", "FINDING_OUT_OF_SCOPE"]
    assert not TrailReview.objects.exists()


@pytest.mark.urs("URS-14", "URS-42")
def test_others_than_quality_sign_none(world: World) -> None:
    vial = world.stored()[0]

    for person in (world.supervisor, world.admin, world.inspector):
        with pytest.raises(NotAuthorised):
            review(world, vial.batch.number, by=person)


@pytest.mark.urs("URS-14", "URS-117")
def test_nobody_reviews_or_defers_in_a_program_they_do_not_see(world: World) -> None:
    vial = world.stored()[0]
    held_and_let_go(world, vial)
    stranger = PersonFactory.create(roles=[Role.QA], programs=[ProductFactory.create().program])

    with pytest.raises(NotAuthorised, match="you do not see"):
        review(world, vial.batch.number, by=stranger)
    with pytest.raises(NotAuthorised, match="you do not see"):
        defer_review(
            what=scope_of(world, vial.batch.number),
            due_on=(NOON + timedelta(days=5)).date(),
            intent=world.signs(stranger),
            at=NOON,
        )


@pytest.mark.urs("URS-44")
def test_the_question_takes_three_statements_for_one_and_for_twenty(world: World) -> None:
    asked = []
    for count in (1, 20):
        vials = world.stored(count)
        with CaptureQueriesContext(connection) as statements:
            unreviewed(vials, on=NOON.date())
        asked.append(len(statements))

    assert asked == [3, 3]


@pytest.mark.urs("URS-42")
def test_a_period_draws_the_same_sample_again_and_takes_in_all_refusals(world: World) -> None:
    world.stored(2)
    with pytest.raises(NotAuthorised):
        review(world, "", by=world.technician)
    what = scope_of(world, "", without=world.qa)

    first = seen_in(what, seen_by=world.qa, seed="7", size=5)
    again = seen_in(
        what,
        seen_by=world.qa,
        until=(first.read_until, first.attempts_until),
        seed="7",
        size=5,
    )
    made = review(world, "", by=world.qa, shown=first, without=world.qa)

    assert first.sample == again.sample
    assert len(first.sample) == 5
    assert list(first.attempts) == [RefusedAttempt.objects.latest("pk").pk]
    assert made.sample == {"rule": "weighted-1", "seed": "7", "size": 5}
    assert made.entries.count() == len(first.keys)


def test_the_sample_prefers_what_people_sign() -> None:
    entries = [(number, "signed" if number % 2 else "machine") for number in range(1, 2001)]

    chosen = drawn(entries, seed="once", size=400)

    signed = sum(number % 2 for number in chosen)
    assert drawn(reversed(entries), seed="once", size=400) == chosen
    assert drawn(entries, seed="twice", size=400) != chosen
    assert 280 < signed < 360  # four to one by weight, less those already drawn


def placement(vial: Vial, position_id: int) -> Placement:
    """Return where a vial was found."""
    return Placement(vial_id=vial.pk, position_id=position_id)


def wrong_vial() -> Refusal:
    """Return the refusal of a scan."""
    return Refusal("WRONG_VIAL", "This is another vial.")
