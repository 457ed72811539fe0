"""What the clock looks after: new readings, silence, calibrations, and pauses of alarms."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import DateTimeField, Exists, F, OuterRef, Q, Subquery

from temperature.actions.end_due_pause import end_due_pause
from temperature.actions.judge_calibration import judge_calibration
from temperature.actions.judge_probe import judge_probe
from temperature.actions.judge_unit import judge_unit
from temperature.blindness import BLINDING, blind_by
from temperature.consequences import News
from temperature.judging import differences
from temperature.models import (
    CONTACTS,
    UNUSABLE,
    Alarm,
    AlarmCause,
    AlarmPause,
    Calibration,
    Fitting,
    Gap,
    Probe,
    ProbeState,
)
from temperature.pairs import dirty_with_neighbours
from temperature.rollups import gather
from temperature.spells import gather_spells, is_settled
from temperature.surroundings import Surroundings, surroundings_of


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
    waiting = list(states.select_related("probe").order_by("probe"))
    with transaction.atomic():
        gather([state.probe_id for state in waiting], unusable=int(UNUSABLE))
        gather_spells([state for state in waiting if state.probe.is_contact], at=at)
    return _judge_with_neighbours(waiting, at)


def _judge_with_neighbours(waiting: Collection[ProbeState], at: datetime) -> list[News]:
    """Judge each probe once; those it is compared with come before it is done."""
    since = dirty_with_neighbours(waiting)
    probes = Probe.objects.in_bulk(list(since))
    around = surroundings_of(probes.values())
    found = [_judge(probes[key], around, since[key], at) for key in sorted(probes)]
    for state in waiting:
        if not state.probe.is_contact or is_settled(state, at=at):
            _done(state, at)
    return [news for news in found if news is not None]


def watch_for_silence(*, at: datetime) -> list[News]:
    """
    Judge the probes in service that may have fallen silent; no reading need come for that.

    Contacts that stand at 1 as well: a door is left open for too long by the clock.
    Source: REQUIREMENTS A11; URS-108.
    """
    probes = Probe.objects.filter(retired_at__isnull=True, fittings__ended_at__isnull=True)
    is_on = Q(quantity__in=CONTACTS, state__usable_value=1)
    heard = Q(state__usable_at__gt=at - F("expected_every"))
    quiet = probes.filter(~heard | is_on).distinct()
    rows = list(quiet.order_by("pk"))
    around = surroundings_of(rows)
    found = (_judge(probe, around, None, at) for probe in rows)
    return [news for news in found if news is not None]


def watch_units(*, at: datetime) -> int:
    """
    Raise or resolve what the judging of a probe could not see: that another was fitted or removed.

    Returns for how many units. Source: REQUIREMENTS B4; URS-108.
    """
    told = {alarm.unit_id for alarm in Alarm.objects.open().filter(cause=AlarmCause.BLIND)}
    mute = {gap.unit_id for gap in Gap.objects.open().filter(cause__in=BLINDING)}
    keys = sorted(told | mute)
    wrong = [key for key in keys if (blind_by(key) is not None) != (key in told)]
    for key in wrong:
        judge_unit(unit_id=key, at=at)
    return len(wrong)


def watch_calibrations(*, at: datetime) -> int:
    """
    Raise what is past due or was never calibrated, resolve the rest; return for how many probes.

    Source: 21 CFR 211.68(a); URS-30.
    """
    of_probe = {"probe": OuterRef("pk")}
    newest = Calibration.objects.filter(**of_probe).order_by("-calibrated_at", "-pk")
    told = Alarm.objects.open().filter(cause=AlarmCause.CALIBRATION, **of_probe)
    probes = Probe.objects.annotate(
        due_at=Subquery(newest.values("due_at")[:1], output_field=DateTimeField()),
        sits=Exists(Fitting.objects.filter(ended_at__isnull=True, **of_probe)),
        is_told=Exists(told),
    )
    is_new = Q(Q(due_at__lte=at) | Q(due_at__isnull=True), ~Q(quantity__in=CONTACTS), sits=True)
    is_over = Q(due_at__gt=at) | Q(sits=False)
    rows = probes.filter(is_new & Q(is_told=False) | is_over & Q(is_told=True))
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    for key in keys:
        judge_calibration(probe_id=key, at=at)
    return len(keys)


def end_due_pauses(*, at: datetime) -> int:
    """
    End every pause of alarms whose time is up, one Change after the other; return how many.

    Source: URS-109.
    """
    due = AlarmPause.objects.unended().filter(until__lte=at).order_by("pk")
    keys = list(due.values_list("pk", flat=True))
    for key in keys:
        end_due_pause(pause_id=key, at=at)
    return len(keys)


def _judge(
    probe: Probe, around: Surroundings, dirty_from: datetime | None, at: datetime
) -> News | None:
    """Write what is new of one probe; a probe of which nothing is new needs no Change."""
    if not differences(probe, dirty_from=dirty_from, at=at, around=around):
        return None
    return judge_probe(probe_id=probe.pk, dirty_from=dirty_from, at=at)


def _done(state: ProbeState, at: datetime) -> None:
    """Say that a probe is judged, unless more readings came meanwhile."""
    rows = ProbeState.objects.filter(pk=state.pk, arrivals=state.arrivals)
    rows.update(dirty_from=None, judged_at=at)
