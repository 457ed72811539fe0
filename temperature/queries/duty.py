"""Who is on call, by what they can be told, and when nobody is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import Person
from accounts.roles import Role
from inventory.models import Site
from temperature.channel_states import channels_in_use
from temperature.channels.registry import way_of
from temperature.models import ChannelKind, Contact, OnCall
from temperature.rules.duty import Span, uncovered

LOOKED_AHEAD = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Rota:
    """The rota of one site: its duties that are not over, and when nobody is on call."""

    site: Site
    duties: Sequence[OnCall]
    uncovered: Sequence[Span]


def can_be_told(person: Person) -> bool:
    """Say whether any channel in use reaches a person."""
    channels = list(channels_in_use())
    if any(not way_of(channel).has_addresses for channel in channels):
        return True
    kinds = {channel.kind for channel in channels}
    return Contact.objects.filter(person=person, kind__in=kinds).exclude(address="").exists()


def on_call_at(site_id: int, at: datetime) -> QuerySet[OnCall]:
    """Return who is on call for a site at an instant, the first to be told first."""
    rows = OnCall.objects.standing().select_related("person")
    return rows.filter(
        site=site_id, begins_at__lte=at, ends_at__gt=at, person__is_active=True
    ).order_by("order")


def rotas(sites: QuerySet[Site], *, at: datetime) -> list[Rota]:
    """Return the rota of each site, looked at for two weeks ahead; two queries."""
    duties = list(
        OnCall.objects.standing()
        .filter(ends_at__gt=at, site__in=sites)
        .select_related("person")
        .order_by("begins_at", "order")
    )
    found = []
    for site in sites.order_by("code"):
        own = [duty for duty in duties if duty.site_id == site.pk]
        spans = [Span(duty.begins_at, duty.ends_at) for duty in own]
        found.append(
            Rota(
                site=site,
                duties=own,
                uncovered=list(uncovered(spans, since=at, until=at + LOOKED_AHEAD)),
            )
        )
    return found


def contacts() -> list[tuple[Person, str, str]]:
    """Return everybody whose account is in use, with their e-mail address and number."""
    active = Person.objects.filter(is_active=True, is_shared=False)
    people = active.exclude(groups__name=Role.SERVICE).order_by("full_name")
    rows = {(row.person_id, row.kind): row.address for row in Contact.objects.exclude(address="")}
    return [
        (
            person,
            rows.get((person.pk, ChannelKind.EMAIL), ""),
            rows.get((person.pk, ChannelKind.SMS), ""),
        )
        for person in people
    ]
