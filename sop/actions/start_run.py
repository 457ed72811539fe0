"""Starting a run of a procedure."""

from datetime import datetime

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.constraints import refused_by
from audit.errors import ActionRefused, Refusal
from inventory.models import Site
from sop.models import Execution, ProcedureVersion
from sop.runner import insist_on_scope, insist_on_training

IN_HAND = Refusal(
    "RUN_IN_HAND", "Another run is at your hands. Finish it, pause it or hand it over first."
)


def start_run(
    *, procedure_id: int, site_id: int, attribution: Attribution, at: datetime
) -> Execution:
    """
    Start a run of the version that is in force, pinned to it until its end.

    Raises NotAuthorised (NOT_TRAINED, OUTSIDE_SITE); ActionRefused (NOT_IN_FORCE, UNKNOWN_SITE,
    RUN_IN_HAND).
    Source: 21 CFR 11.10(f), 211.100(a); URS-07, URS-24, URS-25.
    """
    with attributed_change(attribution, action="start_run") as change:
        version = _in_force(procedure_id, at)
        change.subject.update(procedure=version.procedure.code, version=version.number)
        run = Execution(
            version=version,
            site=_site(site_id),
            held_by_id=attribution.actor.pk,
            started_by_id=attribution.actor.pk,
            started_at=at,
        )
        insist_on_scope(run, attribution.actor)
        insist_on_training(version.pk, attribution.actor)
        with refused_by("sop_one_running_run_for_each_person", IN_HAND):
            run.save(force_insert=True)
        return run


def _in_force(procedure_id: int, at: datetime) -> ProcedureVersion:
    found = ProcedureVersion.objects.in_force(at).filter(procedure=procedure_id)
    version = found.select_related("procedure").first()
    if version is None:
        words = "No version of this procedure is in force. Ask QA."
        raise ActionRefused([Refusal("NOT_IN_FORCE", words)])
    return version


def _site(site_id: int) -> Site:
    site = Site.objects.filter(pk=site_id).first()
    if site is None:
        raise ActionRefused([Refusal("UNKNOWN_SITE", "Choose the site where you work.")])
    return site
