"""What every page shows around its content: navigation, person, preferences, running version."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.access_rules import limits_in_force
from accounts.held import Emergency
from accounts.models import Person
from accounts.roles import Role
from audit.configuration import configuration_checksum, schema_level
from sop.queries.emergency_work import Lasting
from sop.queries.training import seen_through
from web.alarm_warning import AlarmWarning, alarms_over_pages
from web.clock_warning import clock_warning
from web.coming_in import CAME_BY_PROVIDER
from web.emergency_work_warning import emergency_work_at
from web.navigation import NavItem, navigation_for
from web.preferences import preferences_of
from web.restore_warning import restore_warning
from web.runs.at_hand import run_at_hand
from web.sites import current_site
from web.trail_break import trail_break


@dataclass(frozen=True, kw_only=True)
class Running:
    """Which software answers, for the footer of every page (URS-03)."""

    version: str
    commit: str
    schema: str
    configuration: str


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Who is signed in, as the user menu says it."""

    printed_name: str
    user_id: str
    roles: tuple[str, ...]

    @property
    def role_words(self) -> str:
        """Give the roles in one line."""
        return ", ".join(str(Role(role).label) for role in self.roles) or "No role"

    @property
    def initials(self) -> str:
        """Give the first letters of the first and the last name."""
        names = self.printed_name.split() or [self.user_id]
        return (names[0][:1] + (names[-1][:1] if len(names) > 1 else "")).upper()


def running() -> Running:
    """Say which version and commit are running, on which schema, with which settings."""
    return Running(
        version=settings.APP_VERSION,
        commit=settings.APP_COMMIT[:20],
        schema=schema_level(),
        configuration=configuration_checksum(),
    )


def signed_in_person(request: HttpRequest) -> SignedIn:
    """Describe the person of this session; reads the roles once."""
    user = request.user
    if not isinstance(user, Person):
        return SignedIn(printed_name="", user_id="", roles=())
    return SignedIn(
        printed_name=user.get_full_name(), user_id=user.get_username(), roles=user.role_names()
    )


def emergencies_of(request: HttpRequest) -> tuple[Emergency, ...]:
    """Return the emergency access of this person that lasts; read together with the roles."""
    user = request.user
    return user.emergencies() if isinstance(user, Person) else ()


def emergency_works_of(request: HttpRequest) -> tuple[Lasting, ...]:
    """Return the emergency work that lasts at a site of this person."""
    user = request.user
    if not isinstance(user, Person):
        return ()
    return emergency_work_at(lambda: seen_through(user), at=timezone.now())


def alarms_of(request: HttpRequest) -> AlarmWarning | None:
    """Return the alarms that call, or are silenced, at a site of this person."""
    user = request.user
    if not isinstance(user, Person):
        return None
    return alarms_over_pages(lambda: seen_through(user), at=timezone.now())


def chrome(request: HttpRequest) -> dict[str, object]:
    """Supply the frame of a page; nothing is read before a template asks for it."""
    person = SimpleLazyObject(lambda: signed_in_person(request))

    def navigation() -> tuple[NavItem, ...]:
        return navigation_for(path=request.path_info, roles=frozenset(person.roles))

    return {
        "navigation": SimpleLazyObject(navigation),
        "signed_in": person,
        "site": SimpleLazyObject(lambda: current_site(request)),
        "preferences": preferences_of(request),
        "running": SimpleLazyObject(running),
        "trail_break": SimpleLazyObject(lambda: trail_break(lambda: person.roles)),
        "restore_warning": SimpleLazyObject(lambda: restore_warning(lambda: person.roles)),
        "emergencies": SimpleLazyObject(lambda: emergencies_of(request)),
        "run_at_hand": SimpleLazyObject(lambda: run_at_hand(request)),
        "emergency_works": SimpleLazyObject(lambda: emergency_works_of(request)),
        "alarm_warning": SimpleLazyObject(lambda: alarms_of(request)),
        "clock_warning": SimpleLazyObject(lambda: clock_warning(lambda: person.roles)),
        "scan_url": f"{get_script_prefix()}scan/",
        "demo": settings.DEMO,
        "provider_name": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
        "by_provider": SimpleLazyObject(lambda: request.session.get(CAME_BY_PROVIDER, False)),
        "idle_seconds": SimpleLazyObject(lambda: limits_in_force().idle_minutes * 60),
    }
