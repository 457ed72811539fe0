"""Opening a deviation or a system incident that somebody saw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import NotFound, Refusal, refuse_if
from inventory.models import Program, Site
from sop.authority import FLOOR_OR_QUALITY
from sop.deviation_locks import lock_seen_vials
from sop.deviations import NewDeviation, open_deviation
from sop.models import Deviation, DeviationKind, DeviationSource

REPORTERS = {
    DeviationKind.DEVIATION: FLOOR_OR_QUALITY,
    DeviationKind.INCIDENT: FLOOR_OR_QUALITY | {Role.ADMINISTRATOR},
}
NO_WORDS = Refusal("NO_WORDS", "Give it a title, and write what happened.")
UNKNOWN_SCOPE = Refusal("UNKNOWN_SCOPE", "No such site or program that you may see. Choose anew.")


@dataclass(frozen=True, kw_only=True)
class Report:
    """
    What somebody reports.

    caused_by_reporter: they did themselves what went otherwise.
    """

    kind: DeviationKind
    title: str
    what_happened: str
    containment: str = ""
    vial_ids: Sequence[int] = ()
    site_id: int | None = None
    program_id: int | None = None
    caused_by_reporter: bool = False


def open_deviation_by_hand(*, report: Report, attribution: Attribution, at: datetime) -> Deviation:
    """
    Open a deviation or an incident, with the vials that it may have touched.

    Raises NotFound; NotAuthorised; ActionRefused (NO_WORDS).
    Source: 21 CFR 211.100(b); An11 (2011) section 13; URS-113, URS-121.
    """
    actor = attribution.actor
    with attributed_change(attribution, action="open_deviation_by_hand") as change:
        change.subject.update(title=report.title)
        require_role(actor, REPORTERS[report.kind])
        refuse_if([] if report.title.strip() and report.what_happened.strip() else [NO_WORDS])
        _insist_on_scope(report, attribution)
        vials = lock_seen_vials(report.vial_ids, seen_by=actor) if report.vial_ids else []
        found = NewDeviation(
            kind=report.kind,
            source=DeviationSource.BY_HAND,
            title=report.title.strip(),
            what_happened=report.what_happened.strip(),
            containment=report.containment.strip(),
            vials=vials,
            site_id=report.site_id,
            program_id=report.program_id,
            caused_by_id=actor.pk if report.caused_by_reporter else None,
        )
        return open_deviation(change, found, at=at)


def _insist_on_scope(report: Report, attribution: Attribution) -> None:
    """
    Refuse a site or a program that the reporter does not see.

    Raises NotFound.
    """
    sites = Site.objects.visible_to(attribution.actor)
    programs = Program.objects.visible_to(attribution.actor)
    if (report.site_id is not None and not sites.filter(pk=report.site_id).exists()) or (
        report.program_id is not None and not programs.filter(pk=report.program_id).exists()
    ):
        raise NotFound([UNKNOWN_SCOPE])
