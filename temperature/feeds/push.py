"""A source that sends its readings to the portal by itself."""

from temperature.feeds.adapter import Adapter, Settings
from temperature.models import FeedKind


class PushSettings(Settings):
    """Nothing is asked of it: its account and its token are what it needs."""


ADAPTER = Adapter(kind=FeedKind.PUSH, settings=PushSettings)
