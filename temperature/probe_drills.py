"""What a drill of a probe has shown so far, and to which drill an excursion belongs."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db.models import Min, Q

from temperature.models import Alarm, AlarmCause, Excursion, ProbeDrill
from temperature.rules.probe_drills import Chain, missing_link


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What came of a drill in time, by the names of its columns."""

    alarm_id: int | None = None
    excursion_id: int | None = None
    read_at: datetime | None = None
    raised_at: datetime | None = None
    told_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by_id: int | None = None

    @property
    def chain(self) -> Chain:
        """The instants alone."""
        return Chain(
            read_at=self.read_at,
            raised_at=self.raised_at,
            told_at=self.told_at,
            acknowledged_at=self.acknowledged_at,
        )


def evidence_of(drill: ProbeDrill) -> Evidence:
    """
    Return what the alarms of the probe that began in the drill show: the first that shows all.

    Source: URS-107, URS-110.
    """
    rows = Alarm.objects.loud().filter(
        probe=drill.probe_id,
        unit=drill.unit_id,
        cause=AlarmCause.EXCURSION,
        raised_at__range=(drill.started_at, drill.until),
    )
    rows = rows.annotate(sent_at=Min("tellings__notifications__sent_at"))
    tried = (_shown_by(alarm, drill) for alarm in rows.order_by("raised_at", "pk"))
    found = [one for one in tried if one is not None]
    whole = [one for one in found if not missing_link(one.chain)]
    return next(iter([*whole, *found]), Evidence())


def _shown_by(alarm: Alarm, drill: ProbeDrill) -> Evidence | None:
    """Return what one alarm shows; None when what raised it began before, or was withdrawn."""
    first = alarm.history.order_by("history_id").values_list("excursion", flat=True)[:1]
    raised_by = Excursion.objects.standing().filter(pk__in=list(first)).first()
    if raised_by is None or not drill.started_at <= raised_by.began_at <= drill.until:
        return None
    told_at: datetime | None = vars(alarm)["sent_at"]
    done_at = alarm.acknowledged_at
    is_done = done_at is not None and done_at <= drill.until
    return Evidence(
        alarm_id=alarm.pk,
        excursion_id=raised_by.pk,
        read_at=raised_by.began_at,
        raised_at=alarm.raised_at,
        told_at=told_at if told_at is not None and told_at <= drill.until else None,
        acknowledged_at=done_at if is_done else None,
        acknowledged_by_id=alarm.acknowledged_by_id if is_done else None,
    )


def is_new(evidence: Evidence, drill: ProbeDrill) -> bool:
    """Say whether something is known that is not written of the drill yet."""
    return any(getattr(drill, name) != value for name, value in asdict(evidence).items())


def drill_of(excursion: Excursion) -> ProbeDrill | None:
    """
    Return the drill of its probe in which an excursion began; None where it began in none.

    It is as real as any other: this says only who had the probe warmed.
    Source: URS-110; REQUIREMENTS B7.
    """
    began_at = excursion.began_at
    still = Q(ended_at__isnull=True) | Q(ended_at__gte=began_at)
    rows = ProbeDrill.objects.filter(
        still,
        probe=excursion.probe_id,
        unit=excursion.unit_id,
        started_at__lte=began_at,
        until__gte=began_at,
    )
    return rows.select_related("probe", "started_by").order_by("-started_at").first()
