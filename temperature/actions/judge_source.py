"""Judging whether a source says anything at all."""

from datetime import datetime

from audit.changes import machine_change
from temperature.alarms_about import settle_about
from temperature.models import AlarmCause, Feed, Level
from temperature.sources import about_source, silences, subject_of


def judge_source(*, feed_id: int, at: datetime) -> None:
    """
    Raise the alarm of a source of which every probe is silent, or resolve it.

    The source is locked, so that it is raised once whoever judges. Source: URS-107, URS-108.
    """
    with machine_change(
        "temperature watch", action="judge_source", reason="All of its probes fell silent, or spoke"
    ) as change:
        feed = Feed.objects.select_for_update(no_key=True).get(pk=feed_id)
        change.subject.update(feed=feed.name)
        silence = silences([feed.pk]).get(feed.pk)
        settle_about(
            about_source(feed.pk),
            None if silence is None else subject_of(feed, silence),
            cause=AlarmCause.SOURCE,
            level=Level.ACTION if silence is None else silence.level,
            at=at,
        )
