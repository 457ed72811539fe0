"""Starting a drill that begins at a probe."""

from datetime import datetime, timedelta

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import ActionRefused, refuse_if
from temperature.models import AlarmPause, Excursion, ProbeDrill
from temperature.registering import locked_probe, open_fitting
from temperature.rules.probe_drills import PROBE_DRILL_GOES_ON, refusals_to_drill
from temperature.rules.probes import NOT_FITTED
from temperature.telling_rules import rules_in_force


def start_probe_drill(*, probe_id: int, intent: SignedIntent, at: datetime) -> ProbeDrill:
    """
    Say that a fitted probe is warmed now, to see that a person hears of it and acknowledges.

    Signed by a supervisor or QA. Nothing is made up: the reading, its excursion and its alarm must
    come by themselves, within the minutes of the rules in force.
    Raises NotFound (UNKNOWN_PROBE); NotAuthorised; ActionRefused (NOT_FITTED, PROBE_DRILL_GOES_ON,
    BEYOND_ALREADY, ALARMS_SILENCED). Source: URS-110.
    """
    with signed_change(intent, action="start_probe_drill") as change:
        probe = locked_probe(probe_id)
        change.subject.update(probe=probe.code)
        require_role(intent.signer, [Role.SUPERVISOR, Role.QA])
        fitting = open_fitting(probe)
        if fitting is None:
            raise ActionRefused([NOT_FITTED])
        paused = AlarmPause.objects.running(at).filter(unit=fitting.unit_id, alarm__isnull=True)
        refuse_if(
            refusals_to_drill(
                goes_on=ProbeDrill.objects.going_on().filter(probe=probe).exists(),
                is_beyond=Excursion.objects.open().filter(probe=probe).exists(),
                is_silenced=paused.exists(),
            )
        )
        drill = ProbeDrill(probe=probe, unit_id=fitting.unit_id, started_at=at)
        drill.started_by_id = intent.signer.pk
        drill.until = at + timedelta(minutes=rules_in_force().probe_drill_minutes)
        with refused_by("temperature_one_drill_of_a_probe", PROBE_DRILL_GOES_ON):
            drill.save(force_insert=True)
        change.sign([drill])
    return drill
