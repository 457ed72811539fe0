"""Sources of which no probe says anything any more: one alarm for each."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, F, Min, OuterRef, Q

from temperature.alarms_about import Subject
from temperature.models import Alarm, AlarmCause, Feed, FeedKind, Fitting, Gap, GapCause, Level

SOURCE = "source "
NAMED = 12
LEAST_PROBES = 2
"""The silence of the only probe of a source is said by the alarm of that probe."""


def about_source(feed_id: int) -> str:
    """Return what the alarm of a source is known by."""
    return f"{SOURCE}{feed_id}"


@dataclass(frozen=True, kw_only=True)
class Silence:
    """A source that answers nothing; unit_id: one of its units. level: critical if any is blind."""

    feed_id: int
    probes: int
    units: int
    unit_id: int
    level: Level


def silences(feed_ids: Sequence[int] | None = None) -> dict[int, Silence]:
    """
    Return the sources of which every probe that sits somewhere is silent; one statement.

    feed_ids: only these. Files that people bring by hand answer nobody.
    Source: URS-107, URS-108.
    """
    gaps = Gap.objects.open().filter(cause=GapCause.SILENT)
    blind = Alarm.objects.open().filter(cause=AlarmCause.BLIND, unit=OuterRef("unit"))
    rows = Fitting.objects.filter(ended_at__isnull=True, probe__retired_at__isnull=True)
    if feed_ids is not None:
        rows = rows.filter(probe__feed__in=feed_ids)
    found = (
        rows.exclude(probe__feed__kind=FeedKind.LOGGER_FILE)
        .annotate(is_silent=Exists(gaps.filter(probe=OuterRef("probe"))), is_blind=Exists(blind))
        .values(feed=F("probe__feed"))
        .annotate(
            probes=Count("pk"),
            silent=Count("pk", filter=Q(is_silent=True)),
            blind=Count("pk", filter=Q(is_blind=True)),
            units=Count("unit", distinct=True),
            first=Min("unit"),
        )
        .filter(silent=F("probes"), probes__gte=LEAST_PROBES)
        .order_by("feed")
    )
    return {
        row["feed"]: Silence(
            feed_id=row["feed"],
            probes=row["probes"],
            units=row["units"],
            unit_id=row["first"],
            level=Level.CRITICAL if row["blind"] else Level.ACTION,
        )
        for row in found
    }


def subject_of(feed: Feed, silence: Silence) -> Subject:
    """Say which source is silent, and what is not measured by that."""
    fitted = Fitting.objects.filter(probe__feed=feed, ended_at__isnull=True)
    names = list(fitted.order_by("unit__name").values_list("unit__name", flat=True).distinct())
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    units = f"{silence.units} unit{'s' if silence.units > 1 else ''}"
    words = (
        f"Source {feed.name} answers nothing: {silence.probes} probes of {units} are not measured. "
        f"Look at the gateway, its power and its network first. Of: {', '.join(names[:NAMED])}"
        f"{more}. Each unit has its own alarm besides."
    )
    return Subject(unit_id=silence.unit_id, words=words)
