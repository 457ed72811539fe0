"""What the clock looks after of whole sources and sites: silence of all probes, drills not done."""

from datetime import datetime

from temperature.actions.judge_drills import judge_drills
from temperature.actions.judge_source import judge_source
from temperature.models import GRAVITY, Alarm, AlarmCause, Feed, Level
from temperature.queries.drills import drills_missed
from temperature.sources import about_source, silences
from temperature.undrilled import about_drills


def watch_sources(*, at: datetime) -> int:
    """
    Raise or resolve the alarms of sources that answer nothing; return of how many.

    Source: URS-107, URS-108.
    """
    found = silences()
    told = _told(AlarmCause.SOURCE)
    names = {about_source(key): key for key in Feed.objects.values_list("pk", flat=True)}
    over = [key for about, key in names.items() if about in told and key not in found]
    begun = [
        key
        for key, silence in found.items()
        if _is_news(silence.level, told.get(about_source(key)))
    ]
    for key in sorted([*over, *begun]):
        judge_source(feed_id=key, at=at)
    return len(over) + len(begun)


def watch_drills(*, at: datetime) -> int:
    """
    Raise or resolve the alarms of sites at which a drill is overdue; return of how many.

    Source: URS-110.
    """
    missed = {about_drills(site.pk): site.pk for site in drills_missed(at=at)}
    told = _told(AlarmCause.UNDRILLED)
    wrong = sorted(missed.keys() ^ told.keys())
    for about in wrong:
        judge_drills(site_id=int(about.rpartition(" ")[2]), at=at)
    return len(wrong)


def _told(cause: AlarmCause) -> dict[str, Level]:
    """Return what the open alarms of a cause are about, and how grave they are."""
    rows = Alarm.objects.open().filter(cause=cause)
    return {about: Level(level) for about, level in rows.values_list("about", "level")}


def _is_news(level: Level, told: Level | None) -> bool:
    return told is None or GRAVITY[level] > GRAVITY[told]
