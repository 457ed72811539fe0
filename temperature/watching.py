"""What the clock looks after: new readings, silence, calibrations, and pauses of alarms."""

from collections.abc import Collection, Mapping
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import DateTimeField, Exists, F, OuterRef, Q, Subquery

from inventory.models import Container
from temperature.actions.end_due_pause import end_due_pause
from temperature.actions.judge_calibration import judge_calibration
from temperature.actions.judge_probe import judge_probe
from temperature.actions.judge_unit import judge_unit
from temperature.blindness import BLINDING, blind_by
from temperature.consequences import News
from temperature.judging import differences
from temperature.models import (
    CONTACTS,
    UNUSABLE_BITS,
    Alarm,
    AlarmCause,
    AlarmPause,
    Calibration,
    Fitting,
    Gap,
    Probe,
    ProbeState,
    Work,
)
from temperature.one_by_one import Known, each_alone, postponed
from temperature.pairs import dirty_with_neighbours
from temperature.rollups import gather
from temperature.spells import gather_spells, is_settled
from temperature.surroundings import Surroundings, surroundings_of

log = structlog.get_logger(__name__)


def judge_readings(*, at: datetime, probe_ids: Collection[int] | None = None) -> list[News]:
    """
    Judge every probe that readings came for; return what is new, probe by probe.

    Two workers may do so at once: a probe is judged by one of them. A worker that dies leaves its
    probe to be judged again, and the same readings always show the same. A probe that cannot be
    judged stops no other, and is tried again.
    probe_ids: only these. Source: 21 CFR 1271.260(d); URS-105, URS-108, URS-113.
    """
    states = ProbeState.objects.filter(dirty_from__isnull=False)
    if probe_ids is not None:
        states = states.filter(probe__in=probe_ids)
    later = set(postponed(Work.READINGS, at=at))
    rows = list(states.select_related("probe").order_by("probe"))
    waiting = [row for row in rows if row.probe_id not in later]
    since = dirty_with_neighbours(waiting)
    probes = Probe.objects.in_bulk(list(since))
    around = _around(probes.values())
    alone = set() if _gathered(waiting, at) else {row.probe_id for row in waiting}

    def judge(key: int) -> News | None:
        if key in alone:
            _gather([key], at)
        return _judge(probes[key], around, since[key], at)

    is_all = probe_ids is None
    found = each_alone(Work.READINGS, probes, judge, known=_probe, at=at, is_all=is_all)
    _leave_dirty({key: since[key] for key in probes.keys() - found.keys()})
    for state in waiting:
        if state.probe_id in found and (not state.probe.is_contact or is_settled(state, at=at)):
            _done(state, at)
    return [news for _, news in sorted(found.items()) if news is not None]


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
    rows = {probe.pk: probe for probe in quiet.order_by("pk")}
    around = _around(rows.values())

    def judge(key: int) -> News | None:
        return _judge(rows[key], around, None, at)

    found = each_alone(Work.SILENCE, rows, judge, known=_probe, at=at)
    return [news for _, news in sorted(found.items()) if news is not None]


def watch_units(*, at: datetime) -> int:
    """
    Raise or resolve what the judging of a probe could not see: that another was fitted or removed.

    Returns for how many units. Source: REQUIREMENTS B4; URS-108.
    """
    told = {alarm.unit_id for alarm in Alarm.objects.open().filter(cause=AlarmCause.BLIND)}
    mute = {gap.unit_id for gap in Gap.objects.open().filter(cause__in=BLINDING)}
    keys = sorted(told | mute)

    def judge(key: int) -> bool:
        if (blind_by(key) is not None) == (key in told):
            return False
        judge_unit(unit_id=key, at=at)
        return True

    return sum(each_alone(Work.UNIT, keys, judge, known=_unit, at=at).values())


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

    def judge(key: int) -> None:
        judge_calibration(probe_id=key, at=at)

    return len(each_alone(Work.CALIBRATION, keys, judge, known=_probe, at=at))


def end_due_pauses(*, at: datetime) -> int:
    """
    End every pause of alarms whose time is up, one Change after the other; return how many.

    Source: URS-109.
    """
    due = AlarmPause.objects.unended().filter(until__lte=at).order_by("pk")
    pauses = {pause.pk: pause for pause in due}

    def end(key: int) -> None:
        end_due_pause(pause_id=key, at=at)

    def known(key: int) -> Known:
        return _unit(pauses[key].unit_id)

    return len(each_alone(Work.PAUSE, pauses, end, known=known, at=at))


def _judge(
    probe: Probe, around: Surroundings | None, dirty_from: datetime | None, at: datetime
) -> News | None:
    """Write what is new of one probe; a probe of which nothing is new needs no Change."""
    if not differences(probe, dirty_from=dirty_from, at=at, around=around):
        return None
    return judge_probe(probe_id=probe.pk, dirty_from=dirty_from, at=at)


def _done(state: ProbeState, at: datetime) -> None:
    """Say that a probe is judged, unless more readings came meanwhile."""
    rows = ProbeState.objects.filter(pk=state.pk, arrivals=state.arrivals)
    rows.update(dirty_from=None, judged_at=at)


def _gathered(waiting: Collection[ProbeState], at: datetime) -> bool:
    """Gather the hours and days of all of them at once; say whether that went."""
    try:
        _gather([state.probe_id for state in waiting], at)
    except Exception:
        log.exception("not_gathered_at_once")
        return False
    return True


def _gather(probe_ids: Collection[int], at: datetime) -> None:
    with transaction.atomic():
        gather(probe_ids, unusable=UNUSABLE_BITS)
        gather_spells(probe_ids, at=at)


def _around(probes: Collection[Probe]) -> Surroundings | None:
    """Return what lies around all of them; None where each must look for itself."""
    try:
        return surroundings_of(probes)
    except Exception:
        log.exception("surroundings_not_read_at_once")
        return None


def _leave_dirty(since: Mapping[int, datetime]) -> None:
    """Have probes judged again that could not be, though no reading of their own came."""
    for key, begins_at in since.items():
        rows = ProbeState.objects.filter(probe=key)
        rows = rows.filter(Q(dirty_from__isnull=True) | Q(dirty_from__gt=begins_at))
        rows.update(dirty_from=begins_at)


def _probe(key: int) -> Known:
    """Say of which probe something failed, and where it sits."""
    rows = Fitting.objects.filter(probe=key, ended_at__isnull=True)
    unit_id = rows.values_list("unit", flat=True).first()
    return Known(f"probe {Probe.objects.get(pk=key).code}", unit_id)


def _unit(key: int) -> Known:
    return Known(Container.objects.get(pk=key).name, key)
