"""What somebody may do with a container, as buttons of its page."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from custody.emptying import MAY_EMPTY
from inventory.models import Container, Holds
from sop.action import Action
from sop.authority import may
from web.configuring.gate import READERS
from web.links import unit_temperature_url, with_query

MAY_BLOCK = frozenset({Role.SUPERVISOR, Role.QA})


@dataclass(frozen=True, kw_only=True)
class Tool:
    """One thing that this person may do with the container."""

    label: str
    icon: str
    url: str


def tools_for(container: Container, person: Person, *, has_blocked: bool) -> Iterable[Tool]:
    """Give what this person may do with the container; what they may not is left out."""
    if container.unit_id is not None:
        curve = unit_temperature_url(container.unit_id)
        yield Tool(label="Temperature", icon="temperature", url=curve)
    if container.retired_at is None:
        yield from _of_the_floor(container, person)
        yield from _of_the_places(container, person, has_blocked=has_blocked)
    yield from _if_it_fails(container, person)
    if may(person, Action.PRINT_LABELS):
        label = reverse("labels:container", args=[container.pk])
        yield Tool(label="Label", icon="barcode", url=label)
    if container.type.is_unit and not READERS.isdisjoint(person.role_names()):
        unit = {"unit": container.pk}
        probes, limits = reverse("configure:probes"), reverse("configure:limits")
        yield Tool(label="Probes", icon="temperature", url=with_query(probes, **unit))
        yield Tool(label="Limits", icon="adjustments", url=with_query(limits, **unit))
    if container.retired_at is None and Role.ADMINISTRATOR in person.role_names():
        yield from _of_the_administrator(container)


def _if_it_fails(container: Container, person: Person) -> Iterable[Tool]:
    carries = may(person, Action.MOVE_CONTAINER) or not MAY_EMPTY.isdisjoint(person.role_names())
    if container.type.is_unit and container.retired_at is None and carries:
        url = reverse("emptying:of_unit", args=[container.pk])
        yield Tool(label="Empty it", icon="urgent", url=url)


def _of_the_floor(container: Container, person: Person) -> Iterable[Tool]:
    if may(person, Action.PLACE_VIALS) and container.type.holds == Holds.VIAL:
        yield Tool(label="Put away", icon="scan", url=reverse("put_away:put_away"))
    if may(person, Action.COUNT):
        count = with_query(reverse("counts:new"), container=container.pk)
        yield Tool(label="Count", icon="list-numbers", url=count)
    if may(person, Action.MOVE_CONTAINER) and not container.type.is_unit:
        move = reverse("storage:move", args=[container.pk])
        yield Tool(label="Move", icon="arrows-move", url=move)
        lift = reverse("storage:lift", args=[container.pk])
        yield Tool(label="Take out", icon="clock", url=lift)


def _of_the_places(container: Container, person: Person, *, has_blocked: bool) -> Iterable[Tool]:
    key = [container.pk]
    if not MAY_BLOCK.isdisjoint(person.role_names()):
        yield Tool(label="Block", icon="ban", url=reverse("storage:block", args=key))
        if has_blocked:
            yield Tool(
                label="Unblock", icon="circle-check", url=reverse("storage:unblock", args=key)
            )
    if may(person, Action.PLACE_HOLD) and container.type.is_unit:
        hold = with_query(reverse("quality:new_hold"), scope="unit", subject=container.code)
        yield Tool(label="Hold", icon="hand-stop", url=hold)


def _of_the_administrator(container: Container) -> Iterable[Tool]:
    if container.type.holds == Holds.CONTAINER:
        fill = with_query(reverse("configure:add_containers"), inside=container.pk)
        yield Tool(label="Add inside", icon="plus", url=fill)
    yield Tool(label="Retire", icon="trash", url=reverse("storage:retire", args=[container.pk]))
