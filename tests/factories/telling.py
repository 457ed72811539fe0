"""Channels, addresses and duties for tests."""

from datetime import UTC, datetime, timedelta

import factory

from accounts.models import Person
from inventory.models import Site
from temperature.models import Channel, ChannelKind, ChannelOutage, Contact, OnCall
from tests.factories.base import RegulatedFactory
from tests.factories.temperature import LONG_AGO


class ChannelFactory(RegulatedFactory[Channel]):
    """A channel of e-mail by the portal's own server."""

    class Meta:
        model = Channel

    name = factory.Sequence(lambda number: f"Channel {number}")
    kind = ChannelKind.EMAIL
    rank = factory.Sequence(lambda number: number % 20 + 1)
    try_every = timedelta(hours=1)


class ChannelOutageFactory(RegulatedFactory[ChannelOutage]):
    """A channel that does not work."""

    class Meta:
        model = ChannelOutage

    channel = factory.SubFactory(ChannelFactory)
    began_at = LONG_AGO
    words = "It answered 503."


class ContactFactory(RegulatedFactory[Contact]):
    """An address of somebody."""

    class Meta:
        model = Contact

    kind = ChannelKind.EMAIL
    address = factory.LazyAttribute(lambda row: f"{row.person.user_id}@example.org")


class OnCallFactory(RegulatedFactory[OnCall]):
    """A duty that lasts for years."""

    class Meta:
        model = OnCall

    order = 1
    begins_at = LONG_AGO
    ends_at = datetime(2030, 1, 1, tzinfo=UTC)


def a_row_of_each(person: Person, site: Site) -> None:
    """Let every table of how people are told have a row."""
    ChannelOutageFactory.create()
    ContactFactory.create(person=person)
    OnCallFactory.create(person=person, site=site)
