"""The sheets on which drills are started: of an alarm, and of a probe."""

from datetime import datetime

from django.http import QueryDict
from django.urls import reverse

from accounts.models import Person
from temperature.actions.start_drill import start_drill
from temperature.actions.start_probe_drill import start_probe_drill
from temperature.queries.drills import fitted_probes
from temperature.telling_rules import rules_in_force
from web.configuring.lists import sites_of
from web.configuring.setups import SetUp, sheet
from web.configuring.telling import KEEPERS
from web.forms.telling import DrillForm, ProbeDrillForm

Posted = QueryDict | None


def drill(posted: Posted, person: Person, at: datetime) -> SetUp:
    """Start a drill."""
    form = DrillForm(posted, sites=[(site.pk, site.name) for site in sites_of(person)])
    return SetUp(
        form=form,
        sheet=sheet(
            "Start a drill",
            under="alarms",
            words="An alarm that says it is a drill is told to whoever is on call, and goes on "
            "calling until somebody acknowledges it.",
        ),
        act=lambda intent: start_drill(site_id=form.cleaned_data["site"], intent=intent, at=at),
        done="The drill goes on. It is passed when somebody acknowledges its alarm.",
        done_url=reverse("configure:alarms"),
        roles=KEEPERS,
    )


def probe_drill(posted: Posted, person: Person, at: datetime) -> SetUp:
    """Start a drill of a probe."""
    minutes = rules_in_force().probe_drill_minutes
    probes = [
        (row.probe_id, f"{row.unit.name}, {row.probe.code}: {row.get_zone_display()}")
        for row in fitted_probes(sites_of(person))
    ]
    form = ProbeDrillForm(posted, probes=probes)
    return SetUp(
        form=form,
        sheet=sheet(
            "Start a drill of a probe",
            under="alarms",
            words="Warm this probe, or open the door of a contact, as soon as you have signed. "
            f"Within {minutes} minutes its reading must go beyond a limit, an alarm must be raised "
            "and told, and somebody must acknowledge it. The excursion of a thermometer is real: "
            "vials of the unit are held as after any other, and QA evaluates it.",
        ),
        act=lambda intent: start_probe_drill(
            probe_id=form.cleaned_data["probe"], intent=intent, at=at
        ),
        done=f"The drill goes on. Warm the probe or open its door: {minutes} minutes are left.",
        done_url=reverse("configure:alarms"),
        roles=KEEPERS,
    )
