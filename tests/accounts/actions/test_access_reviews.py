"""Reviews of access: what is written down, who marks what, and until when it stays open."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError
from django.utils import timezone

from accounts.access_rules import Limits
from accounts.access_rules import Memory as LimitsMemory
from accounts.actions.close_access_review import close_access_review
from accounts.actions.deactivate_person import deactivate_person
from accounts.actions.deliver_notice import deliver_notice
from accounts.actions.issue_service_token import issue_service_token
from accounts.actions.mark_access_lines import mark_access_lines
from accounts.actions.revoke_role import revoke_role
from accounts.actions.revoke_service_token import revoke_service_token
from accounts.models import (
    AccessReview,
    AccessReviewLine,
    LineDecision,
    Person,
    SecurityNotice,
    ServiceToken,
)
from accounts.queries.reviews import lines_of, open_items, review_state
from accounts.reviewing import Said
from accounts.roles import Role
from accounts.tasks import tell_of_what_is_overdue
from audit.changes import machine_change
from audit.errors import NotFound
from inventory.actions.settle_access_line import settle_access_line
from inventory.actions.start_access_review import start_access_review
from tests.accounts.access import give_role
from tests.custody.racing import race, winners
from tests.factories.people import PersonFactory
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-18")
KEEP = Said(decision=LineDecision.KEEP)


def begin(world: World, by: Person | None = None) -> AccessReview:
    """Begin a review."""
    return start_access_review(intent=world.signs(by or world.qa), at=NOON)


def line_of(review: AccessReview, person: Person) -> AccessReviewLine:
    """Return the line of somebody's account."""
    return review.lines.get(person=person, token=None)


def mark(world: World, review: AccessReview, said: dict[Person, Said], by: Person) -> int:
    """Mark lines by the people they are about."""
    lines = {line_of(review, person).pk: each for person, each in said.items()}
    attribution = world.says(by)
    return mark_access_lines(review_id=review.pk, said=lines, attribution=attribution, at=NOON)


def keep_all(world: World, review: AccessReview) -> None:
    """Let the two of quality keep every line that is not marked yet, each but their own."""
    for by in (world.qa, world.qa2):
        rows = review.lines.filter(decision="").exclude(person=by)
        said = {row.pk: KEEP for row in rows}
        mark_access_lines(review_id=review.pk, said=said, attribution=world.says(by), at=NOON)


def test_writes_down_who_may_do_what_and_since_when_nobody_did(world: World) -> None:
    service = PersonFactory.create(roles=[Role.SERVICE])
    issue_service_token(name="EBR", account_id=service.pk, intent=world.signs(world.admin))
    unready = PersonFactory.create(roles=[Role.TECHNICIAN])
    closed = deactivate_person(person_id=world.witness.pk, intent=world.signs(world.admin))

    review = begin(world)

    assert_signed_and_kept(review, action="start_access_review")
    people = Person.objects.filter(is_active=True).count()
    assert review.lines.count() == people + 1
    assert not review.lines.filter(person=closed).exists()
    qa, stranger = line_of(review, world.qa), line_of(review, unready)
    assert (qa.roles, qa.is_changed, qa.missing) == ("Quality assurance", True, [])
    assert qa.scopes == [
        f"program {world.program.code}: work",
        f"site {world.site.code}: work",
    ]
    assert qa.last_used_at is not None
    assert (stranger.last_used_at, stranger.missing) == (
        None,
        ["identity not verified", "policy not acknowledged"],
    )
    assert str(review.lines.get(token__isnull=False)) == "EBR"
    first = lines_of(review)[0]
    assert first.last_used_at is None, "what nobody ever used comes first"
    with refused("REVIEW_OPEN"):
        begin(world, world.qa2)


def test_only_quality_marks_and_nobody_their_own_line(world: World) -> None:
    review = begin(world)

    assert mark(world, review, {world.admin: KEEP, world.qa2: KEEP}, world.qa) == 2
    assert mark(world, review, {world.admin: KEEP}, world.qa2) == 0, "nothing is new"
    with refused("OWN_LINE"):
        mark(world, review, {world.technician: KEEP, world.qa: KEEP}, world.qa)
    with refused("NOTE_MISSING"):
        mark(world, review, {world.witness: Said(decision=LineDecision.REVOKE)}, world.qa)
    for person in (world.admin, world.release):
        with unauthorised():
            mark(world, review, {world.technician: KEEP}, person)
        with unauthorised():
            start_access_review(intent=world.signs(person), at=NOON)
    with refused("UNKNOWN_LINE"):
        attribution = world.says(world.qa)
        mark_access_lines(review_id=review.pk, said={0: KEEP}, attribution=attribution, at=NOON)
    with refused("UNKNOWN_REVIEW", by=NotFound):
        close_access_review(review_id=0, intent=world.signs(world.qa), at=NOON)


def test_the_database_lets_nobody_review_themselves(world: World) -> None:
    line = line_of(begin(world), world.qa)
    line.decision, line.decided_by, line.decided_at = LineDecision.KEEP, world.qa, NOON

    with (
        pytest.raises(IntegrityError, match="accounts_nobody_reviews_themselves"),
        machine_change("bench 1", action="guess", reason="Guessing"),
    ):
        line.save(update_fields=["decision", "decided_by", "decided_at"])


@pytest.mark.urs("URS-60")
def test_is_closed_by_a_signature_when_every_line_is_marked(world: World) -> None:
    review = begin(world)
    with refused("LINES_UNMARKED"):
        close_access_review(review_id=review.pk, intent=world.signs(world.qa), at=NOON)
    keep_all(world, review)

    with unauthorised():
        close_access_review(review_id=review.pk, intent=world.signs(world.admin), at=NOON)
    closed = close_access_review(review_id=review.pk, intent=world.signs(world.qa), at=NOON)

    assert_signed_and_kept(closed, action="close_access_review")
    with refused("REVIEW_CLOSED"):
        mark(world, review, {world.admin: KEEP}, world.qa)
    with refused("REVIEW_CLOSED"):
        close_access_review(review_id=review.pk, intent=world.signs(world.qa), at=NOON)
    give_role(world, world.technician, Role.SUPERVISOR)
    again = begin(world)
    changed = list(again.lines.filter(is_changed=True).values_list("person", "was"))
    assert [key for key, _ in changed] == [world.technician.pk]
    assert changed[0][1].startswith("Technician; ")


def test_what_is_to_go_stays_open_until_it_is_gone(world: World) -> None:
    service = PersonFactory.create(roles=[Role.SERVICE])
    issue_service_token(name="old", account_id=service.pk, intent=world.signs(world.admin))
    token = ServiceToken.objects.get()
    review = begin(world)
    leaver, changer = world.witness, world.technician
    away = Said(decision=LineDecision.REVOKE, note="Left the company")
    less = Said(decision=LineDecision.CHANGE, note="No longer a technician")
    mark(world, review, {leaver: away, changer: less}, world.qa)
    of_token = {review.lines.get(token=token).pk: away}
    by = world.says(world.qa)
    mark_access_lines(review_id=review.pk, said=of_token, attribution=by, at=NOON)
    keep_all(world, review)
    close_access_review(review_id=review.pk, intent=world.signs(world.qa), at=NOON)
    first, second = line_of(review, leaver), line_of(review, changer)

    def settle(line: AccessReviewLine, by: Person) -> None:
        settle_access_line(line_id=line.pk, intent=world.signs(by), at=NOON)

    assert open_items().count() == 3
    with refused("STILL_OPEN"):
        settle(first, world.qa)
    with refused("STILL_AS_IT_WAS"):
        settle(second, world.qa)
    deactivate_person(person_id=leaver.pk, intent=world.signs(world.admin))
    revoke_service_token(token_id=token.pk, intent=world.signs(world.admin), at=NOON)
    assert list(open_items()) == [second]
    revoke_role(person_id=changer.pk, role=Role.TECHNICIAN, intent=world.signs(world.admin))
    with unauthorised():
        settle(second, world.admin)
    settle(second, world.qa)

    assert not open_items().exists()
    settled = AccessReviewLine.history.filter(id=first.pk).latest("history_id")
    assert settled.change.action == "deactivate_person", "the Change that did it says so"
    with refused("NOTHING_TO_DO"):
        settle(second, world.qa)


@pytest.mark.urs("URS-69")
def test_an_overdue_review_is_told_once_to_quality(
    world: World, settings: object, known_limits: LimitsMemory
) -> None:
    settings.NOTICE_CONTACTS = {"quality": ["quality@example.org"]}  # type: ignore[attr-defined]  # pytest-django's own fixture
    now = timezone.now()
    assert not review_state(at=now + timedelta(days=179)).is_overdue
    assert review_state(at=now + timedelta(days=181)).is_overdue
    known_limits.limits = Limits(review_days=-1)

    tell_of_what_is_overdue()
    tell_of_what_is_overdue()

    notice = SecurityNotice.objects.get()
    assert (notice.kind, notice.about) == ("review_overdue", "the review of access")
    assert deliver_notice(at=timezone.now())
    assert mail.outbox[0].to == ["quality@example.org"]
    assert "Attempts" not in mail.outbox[0].body
    assert not deliver_notice(at=timezone.now())


def test_two_who_begin_at_once_begin_one(committed_world: World) -> None:
    world = committed_world

    outcomes = race(
        lambda: begin(world, world.qa),
        lambda: begin(world, world.qa2),
        meet_in="inventory.actions.start_access_review.refused_by",
    )

    assert len(winners(outcomes)) == 1
    assert ["REVIEW_OPEN"] in [outcome.codes for outcome in outcomes]
