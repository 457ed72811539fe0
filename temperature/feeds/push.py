"""A source that sends its readings to the portal by itself."""

from pydantic import Field

from temperature.feeds.adapter import Adapter, Settings
from temperature.feeds.values import OF_CONTACTS, Contacts
from temperature.models import FeedKind


class PushSettings(Settings):
    """Its account and its token are what it needs; and which of its channels are contacts."""

    contacts: Contacts = Field([], title="Contacts", description=OF_CONTACTS)


ADAPTER = Adapter(kind=FeedKind.PUSH, settings=PushSettings)
