"""Who is told in a step, and by which channel each of them."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts.models import Person, RoleMembership
from accounts.roles import Role
from inventory.models import Site, SiteGroupPermission, SiteUserPermission
from temperature.channel_states import channels_in_use, working
from temperature.channels.registry import way_of
from temperature.models import Alarm, AlarmCause, Channel, Contact
from temperature.queries.duty import on_call_at

EVERYBODY = [Role.SUPERVISOR, Role.QA]
RESPONSIBLE = "Supervision and quality answer for drills: all of them were told."
NOBODY_ON_CALL = "Nobody was on call: everybody of supervision and quality was told."


@dataclass(frozen=True, kw_only=True)
class Recipients:
    """The people of one step. order: of the rota, absent where everybody is told."""

    people: Collection[Person]
    order: int | None = None
    words: str = ""


def orders_at(site_id: int, at: datetime) -> list[int]:
    """Return the orders that are held at an instant, the first to be told first."""
    return [duty.order for duty in on_call_at(site_id, at)]


def recipients_of(site_id: int, step: int, at: datetime) -> Recipients:
    """Return who is told in a step: one of the rota, or everybody once all of it was told."""
    duties = list(on_call_at(site_id, at))
    if step < len(duties):
        return Recipients(people=[duties[step].person], order=duties[step].order)
    words = "" if duties else NOBODY_ON_CALL
    return Recipients(people=everybody_of(site_id), words=words)


def recipients_for(alarm: Alarm, step: int, at: datetime) -> Recipients:
    """Return who is told of an alarm in a step; what needs nobody at night goes to everybody."""
    site_id = alarm.unit.site_id
    if alarm.cause == AlarmCause.UNDRILLED:
        return Recipients(people=everybody_of(site_id), words=RESPONSIBLE)
    return recipients_of(site_id, step, at)


def everybody_of(site_id: int) -> list[Person]:
    """Return the supervisors and QA to whom a site is open."""
    own = SiteUserPermission.objects.filter(content_object=site_id)
    of_groups = SiteGroupPermission.objects.filter(content_object=site_id)
    is_open = Q(pk__in=own.values("user")) | Q(groups__in=of_groups.values("group"))
    active = Person.objects.filter(is_active=True, is_shared=False).filter(is_open)
    held = RoleMembership.objects.filter(group__name__in=EVERYBODY)
    return list(active.filter(pk__in=held.values("person")).distinct().order_by("pk"))


@dataclass(frozen=True)
class Reached:
    """One person, by one channel, at an address."""

    person: Person
    channel: Channel
    to: str


def reached(people: Iterable[Person], *, but: Collection[int] = ()) -> Iterator[Reached]:
    """
    Yield for each person the first channel that works and reaches them.

    but: channels that were tried already. Somebody whom none reaches is left out.
    """
    people = list(people)
    channels = working(channels_in_use().exclude(pk__in=but))
    rows = Contact.objects.filter(person__in=people).exclude(address="")
    addresses = {(row.person_id, row.kind): row.address for row in rows}
    for person in people:
        for channel in channels:
            to = addresses.get((person.pk, channel.kind), "")
            if to or not way_of(channel).has_addresses:
                yield Reached(person, channel, to)
                break


def first_to_tell(at: datetime) -> list[Reached]:
    """Return who is told first at each site, for what concerns no alarm; each once."""
    people = {
        person.pk: person
        for site_id in Site.objects.values_list("pk", flat=True)
        for person in recipients_of(site_id, 0, at).people
    }
    return list(reached(people.values()))
