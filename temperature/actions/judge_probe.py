"""Judging what came of one probe: excursions and gaps, with their alarms and what else follows."""

from datetime import datetime

from audit.changes import OpenChange, machine_change
from audit.writes import create_all, update_all
from temperature.alarms import raise_alarms
from temperature.blindness import settle_blindness
from temperature.consequences import News, follow
from temperature.judging import Differences, differences
from temperature.models import Excursion, Gap, Probe

OF_EXCURSIONS = (
    *("ended_at", "peak", "peak_at", "seconds_beyond", "is_withdrawn"),
    *("limits", "limit"),
)
OF_GAPS = ("ended_at", "is_withdrawn")


def judge_probe(*, probe_id: int, dirty_from: datetime | None, at: datetime) -> News:
    """
    Write what the readings of a probe show otherwise than what is written of it, alarms included.

    dirty_from: the earliest reading that was never judged, None to look only for silence.
    Source: 21 CFR 1271.260(d); URS-105, URS-107, URS-108, URS-113.
    """
    with machine_change(
        "temperature watch", action="judge_readings", reason="Readings came, or failed to"
    ) as change:
        probe = Probe.objects.select_for_update(no_key=True).get(pk=probe_id)  # one at a time
        change.subject.update(probe=probe.code)
        found = differences(probe, dirty_from=dirty_from, at=at)
        return _write(change, probe, found, at)


def _write(change: OpenChange, probe: Probe, new: Differences, at: datetime) -> News:
    for row in new.withdrawn:
        row.is_withdrawn = True
    for model, fields in ((Excursion, OF_EXCURSIONS), (Gap, OF_GAPS)):
        for rows in (new.withdrawn, new.changed):  # before others go on or begin: one of a kind
            update_all([row for row in rows if isinstance(row, model)], fields)
        create_all([row for row in new.begun if isinstance(row, model)])
    news = News(new.begun, new.changed, new.withdrawn)
    raise_alarms(probe, news, at=at)
    gaps = [row for row in (*new.begun, *new.changed, *new.withdrawn) if isinstance(row, Gap)]
    for unit_id in sorted({row.unit_id for row in gaps}):
        settle_blindness(unit_id, at=at)
    follow(change, news, at)
    return news
