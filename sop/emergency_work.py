"""Work without the procedure in an emergency: who may begin and end it, and whether it lasts."""

from datetime import datetime, timedelta

from accounts.roles import Role
from audit.authors import Author
from audit.changes import OpenChange
from audit.errors import NotAuthorised, NotFound, Refusal
from audit.models import Change
from inventory.models import Site
from sop.deviations import NewDeviation, open_deviation
from sop.models import DeviationSource, EmergencyWork
from sop.standing import standing

BEGINS = (Role.SUPERVISOR,)
ENDS = (Role.SUPERVISOR, Role.QA)
MOST_HOURS = 8
UNKNOWN_SITE = Refusal("UNKNOWN_SITE", "There is no such site.")
UNKNOWN_WORK = Refusal("UNKNOWN_WORK", "There is no such emergency work.")
OUT_OF_BOUNDS = Refusal(
    "OUT_OF_BOUNDS", f"Emergency work lasts 1 to {MOST_HOURS} hours. Begin it anew after that."
)
LASTS_ALREADY = Refusal(
    "LASTS_ALREADY", "Emergency work lasts at this site already. End it first, or go on under it."
)
NOT_LASTING = Refusal("NOT_LASTING", "This emergency work does not last any more.")
OUTSIDE = Refusal("OUTSIDE_SITE", "You do not work at this site. Ask a supervisor who does.")


def time_of(change: OpenChange) -> datetime:
    """Return when a Change was opened, by the database's clock."""
    moments = Change.objects.filter(pk=change.id).values_list("recorded_at", flat=True)
    recorded_at = moments.get()
    if recorded_at is None:
        raise RuntimeError("the database stamps every Change")
    return recorded_at


def locked_site(site_id: int) -> Site:
    """
    Lock a site, so that emergency work begins and ends there one after the other.

    Raises NotFound: there is none.
    """
    rows = Site.objects.select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=site_id).first()
    if found is None:
        raise NotFound([UNKNOWN_SITE])
    return found


def insist_on_site(person: Author, site: Site) -> None:
    """
    Insist that somebody works at a site now.

    Raises NotAuthorised (OUTSIDE_SITE).
    """
    if standing(person, programs=(), sites=[site.pk]).is_outside_a_site:
        raise NotAuthorised([OUTSIDE])


def refusals_to_begin(site: Site, hours: int, *, at: datetime) -> list[Refusal]:
    """Say every reason why emergency work may not begin at a locked site; empty when it may."""
    refusals = [] if 1 <= hours <= MOST_HOURS else [OUT_OF_BOUNDS]
    lasting = EmergencyWork.objects.filter(site=site, ends_at__gt=at)
    return [*refusals, LASTS_ALREADY] if lasting.exists() else refusals


def lasting_at(site: Site, *, at: datetime) -> EmergencyWork | None:
    """Return the emergency work that lasts at a locked site."""
    return EmergencyWork.objects.filter(site=site, ends_at__gt=at).order_by("-pk").first()


def begin_at(change: OpenChange, site: Site, hours: int, *, at: datetime) -> EmergencyWork:
    """
    Begin emergency work at a locked site, in the signed Change that is open, with its deviation.

    Raises RuntimeError: nobody signs.
    """
    intent = change.intent
    if intent is None:
        raise RuntimeError("emergency work is begun by signature")
    found = NewDeviation(
        source=DeviationSource.EMERGENCY_WORK,
        title=f"Emergency work at {site.name}",
        what_happened=f"{intent.signer.full_name} let everybody at {site.name} work without "
        f"the procedure for at most {hours} h: {intent.reason}",
        site_id=site.pk,
    )
    row = EmergencyWork(
        site=site,
        reason=intent.reason,
        begun_by_id=intent.signer.pk,
        begun_at=at,
        ends_at=at + timedelta(hours=hours),
        deviation=open_deviation(change, found, at=at).number,
    )
    row.save(force_insert=True)
    change.sign([row])
    return row
