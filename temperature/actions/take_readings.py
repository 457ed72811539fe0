"""Taking in what a source sent, or what it answered when it was asked."""

from datetime import datetime

from audit.changes import machine_change
from audit.errors import NotFound, Refusal
from temperature.arrivals import Arrival
from temperature.models import Feed, Intake, IntakeKind
from temperature.months import make_months, months_of
from temperature.rules.taking import take
from temperature.storing import channels_of, store

UNKNOWN_FEED = Refusal(
    "UNKNOWN_FEED",
    "No such source is registered, or it was retired. Nothing was stored: register it first.",
)
REASONS = {
    IntakeKind.POLLED: "The source was asked on schedule",
    IntakeKind.PUSHED: "The source sent readings",
    IntakeKind.FILE: "A file of the source came in",
}


def take_readings(*, feed_id: int, arrival: Arrival, at: datetime) -> Intake:
    """
    Store one arrival of a registered source; what was known already changes nothing.

    Two workers may do so at once, and a retry may bring the same again. Readings that cannot be
    taken are counted and told; the others of the same arrival are stored.
    at: when it came, by the server's clock. Raises NotFound (UNKNOWN_FEED).
    Source: 21 CFR 11.10(h); REQUIREMENTS C4; URS-06, URS-28, URS-111.
    """
    feed = Feed.objects.filter(pk=feed_id, retired_at__isnull=True).select_related("site").first()
    if feed is None:
        raise NotFound([UNKNOWN_FEED])
    is_live = arrival.kind != IntakeKind.FILE and not arrival.is_backfill
    taken = take(arrival.samples, channels_of(feed), received_at=at, is_live=is_live)
    make_months(months_of(taken.device_at))
    device = f"feed {feed.name}"[:200]
    with machine_change(device, action="take_readings", reason=REASONS[arrival.kind]) as change:
        return store(change, feed, arrival, taken=taken, at=at)
