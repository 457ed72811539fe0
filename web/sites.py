"""The site at which somebody works in this session; its time zone is the one that pages show."""

from dataclasses import asdict, dataclass
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Person
from inventory.models import Site

_KEY = "site"


@dataclass(frozen=True, kw_only=True)
class CurrentSite:
    """A site as the frame of the pages needs it; small enough to live in the session."""

    id: int
    code: str
    name: str
    time_zone: str

    @property
    def zone(self) -> ZoneInfo:
        """Give the zone by which local times are shown."""
        return ZoneInfo(self.time_zone)


def show_times_of(site: Site) -> None:
    """
    Show times on this page, and read those that are entered, by the clock of the site it is about.

    It holds until the request is answered. Source: URS-71.
    """
    timezone.activate(ZoneInfo(site.time_zone))


def sites_open_to(person: Person) -> list[CurrentSite]:
    """List the sites that somebody may look at: where they work first, then as they were set up."""
    works_there = Exists(Site.objects.worked_at_by(person).filter(pk=OuterRef("pk")))
    found = Site.objects.visible_to(person).order_by(works_there.desc(), "pk")
    return [CurrentSite(**row) for row in found.values("id", "code", "name", "time_zone")]


def work_at(request: HttpRequest, site: CurrentSite | None) -> None:
    """Keep the site for this session, so that no page asks the database for it."""
    request.session[_KEY] = asdict(site) if site else {}


def current_site(request: HttpRequest) -> CurrentSite | None:
    """Give the session's site: the first one open to the person until they choose another."""
    person = request.user
    if not isinstance(person, Person):
        return None
    if _KEY not in request.session:
        work_at(request, next(iter(sites_open_to(person)), None))
    kept = request.session[_KEY]
    return CurrentSite(**kept) if kept else None
