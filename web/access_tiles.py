"""What the dashboard says about access: attempts, requests, emergencies, reviews."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from accounts import asking, emergencies
from accounts.models import Person
from accounts.queries.emergencies import count_open
from accounts.queries.notices import notice_state
from accounts.queries.requests import count_to_decide
from accounts.queries.reviews import review_state
from accounts.roles import Role
from web.presenters.tiles import Tile


def access_tiles(person: Person, at: datetime) -> Iterable[Tile]:
    """Say what waits for this person: each asks the database only where their roles decide."""
    roles = set(person.role_names())
    if Role.ADMINISTRATOR in roles:
        yield from _administration_tiles()
    if not roles.isdisjoint(asking.APPROVERS):
        yield from _access_tile(person)
    if not roles.isdisjoint(emergencies.APPROVERS):
        yield from _emergency_tiles(person, at)
    if Role.QA in roles:
        yield from _review_tiles(at)


def _administration_tiles() -> Iterable[Tile]:
    """Count what was tried without right and nobody looked into, and what does not arrive."""
    state, url = notice_state(), reverse("audit:notices")
    yield Tile(
        label="Security notices", count=state.open, url=url, icon="shield", is_urgent=state.open > 0
    )
    if state.failing:
        yield Tile(
            label="Notices that do not arrive",
            count=state.failing,
            url=url,
            icon="alert-triangle",
            is_urgent=True,
        )


def _access_tile(person: Person) -> Iterable[Tile]:
    waiting = count_to_decide(person)
    if waiting:
        url = reverse("configure:requests")
        yield Tile(label="Access to approve", count=waiting, url=url, icon="user-check")


def _emergency_tiles(person: Person, at: datetime) -> Iterable[Tile]:
    """Say which emergencies wait for this person's approval, and to quality which last or ended."""
    found, url = count_open(person.pk, at=at), reverse("emergency:index")
    counts = {"Emergency access to approve": found.waiting}
    if not set(emergencies.REVIEWERS).isdisjoint(person.role_names()):
        counts["Emergency access lasts now"] = found.lasting
        counts["Emergency access to review"] = found.to_review
    for label, count in counts.items():
        if count:
            yield Tile(label=label, count=count, url=url, icon="urgent", is_urgent=True)


def _review_tiles(at: datetime) -> Iterable[Tile]:
    """Say that access is to be reviewed, and what a review asked for is not carried out yet."""
    state, url = review_state(at=at), reverse("configure:access_reviews")
    if state.is_overdue:
        late = (at - state.due_at).days
        label = "Days the access review is overdue"
        yield Tile(label=label, count=late, url=url, icon="list-check", is_urgent=True)
    if state.to_settle:
        label = "Access to revoke or change"
        yield Tile(label=label, count=state.to_settle, url=url, icon="user-off", is_urgent=True)
