"""Loggers by their serial: each is registered with one source, and a file counts once."""

from collections.abc import Iterable, Mapping

from audit.errors import Refusal
from temperature.arrivals import Arrival, Fault
from temperature.models import Feed, FeedKind, Intake, IntakeKind, Probe
from temperature.rules.serials import refusals_of_serial, serial_of

OF_FILES = (FeedKind.DROP_FOLDER, FeedKind.LOGGER_FILE)


def refusals_of_loggers(
    feed: Feed, channels: Iterable[str], settings: Mapping[str, object]
) -> list[Refusal]:
    """
    Say why the loggers behind these channels may not belong to `feed`, with such settings.

    Locks the sources of files, so that of two who register one logger the second is refused.
    Source: REQUIREMENTS C4; URS-28.
    """
    if feed.kind not in OF_FILES:
        return []
    serials = sorted({serial_of(channel, settings) for channel in channels} - {""})
    if not serials:
        return []
    sources = Feed.objects.filter(kind__in=OF_FILES, retired_at__isnull=True).order_by("pk")
    list(sources.select_for_update(of=("self",), no_key=True))
    rows = Probe.objects.filter(feed__in=sources, retired_at__isnull=True).exclude(feed=feed)
    others = list(rows.values_list("code", "channel", "feed__settings", "feed__name"))
    return [refusal for serial in serials for refusal in refusals_of_serial(serial, others)]


def same_file(feed: Feed, arrival: Arrival, digest: str) -> list[Fault]:
    """Tell that a file came through another source as well: its readings are two probes' then."""
    if arrival.kind != IntakeKind.FILE:
        return []
    rows = Intake.objects.filter(kind=IntakeKind.FILE, digest=digest, stored__gt=0)
    other = rows.exclude(feed=feed).select_related("feed").order_by("pk").first()
    if other is None:
        return []
    words = f"The same file came through source {other.feed.name}: is one logger registered twice?"
    return [Fault(arrival.name or "file", words)]
