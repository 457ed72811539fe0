"""Judging what came: excursions and gaps, with everything that follows from them."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F

from audit.changes import OpenChange, machine_change
from audit.writes import create_all, update_all
from temperature.consequences import News, follow
from temperature.judging import Differences, differences
from temperature.models import UNUSABLE, Excursion, Gap, Probe, ProbeState
from temperature.rollups import gather

DEVICE = "temperature watch"
ACTION = "judge_readings"
OF_EXCURSIONS = ("ended_at", "peak", "peak_at", "seconds_beyond", "is_withdrawn")
OF_GAPS = ("ended_at", "is_withdrawn")


def judge_readings(*, at: datetime, probe_ids: Collection[int] | None = None) -> list[News]:
    """
    Judge every probe that readings came for; return what is new, probe by probe.

    Two workers may do so at once: a probe is judged by one of them. A worker that dies leaves its
    probe to be judged again, and the same readings always show the same.
    probe_ids: only these. Source: 21 CFR 1271.260(d); URS-105, URS-108, URS-113.
    """
    states = ProbeState.objects.filter(dirty_from__isnull=False)
    if probe_ids is not None:
        states = states.filter(probe__in=probe_ids)
    waiting = list(states.order_by("probe").select_related("probe"))
    with transaction.atomic():
        gather([state.probe_id for state in waiting], unusable=int(UNUSABLE))
    found = (_judge(state.probe, state, at) for state in waiting)
    return [news for news in found if news is not None]


def watch_for_silence(*, at: datetime) -> list[News]:
    """
    Judge the probes in service that may have fallen silent; no reading need come for that.

    Source: REQUIREMENTS A11; URS-108.
    """
    probes = Probe.objects.filter(retired_at__isnull=True, fittings__ended_at__isnull=True)
    quiet = probes.exclude(state__usable_at__gt=at - F("expected_every")).distinct()
    found = (_judge(probe, None, at) for probe in quiet.order_by("pk"))
    return [news for news in found if news is not None]


def _judge(probe: Probe, state: ProbeState | None, at: datetime) -> News | None:
    """Write what is new of one probe; a probe of which nothing is new needs no Change."""
    dirty_from = None if state is None else state.dirty_from
    if not differences(probe, dirty_from=dirty_from, at=at):
        _done(state, at)
        return None
    with machine_change(DEVICE, action=ACTION, reason="Readings came, or failed to") as change:
        Probe.objects.select_for_update(no_key=True).get(pk=probe.pk)  # one worker at a time
        news = _write(change, differences(probe, dirty_from=dirty_from, at=at), at)
        change.subject.update(probe=probe.code)
        _done(state, at)
        return news


def _write(change: OpenChange, new: Differences, at: datetime) -> News:
    for row in new.withdrawn:
        row.is_withdrawn = True
    for model, fields in ((Excursion, OF_EXCURSIONS), (Gap, OF_GAPS)):
        old = [row for row in (*new.withdrawn, *new.changed) if isinstance(row, model)]
        update_all(old, fields)  # before new ones begin: one open of a kind
        create_all([row for row in new.begun if isinstance(row, model)])
    news = News(new.begun, new.changed, new.withdrawn)
    follow(change, news, at)
    return news


def _done(state: ProbeState | None, at: datetime) -> None:
    """Say that a probe is judged, unless more readings came meanwhile."""
    if state is not None:
        rows = ProbeState.objects.filter(pk=state.pk, arrivals=state.arrivals)
        rows.update(dirty_from=None, judged_at=at)
