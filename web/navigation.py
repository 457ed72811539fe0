"""The sections of the portal, in the order of a day's work, and who may open them."""

from dataclasses import dataclass, field
from functools import lru_cache

from django.urls import Resolver404, get_script_prefix, get_urlconf, resolve

from accounts.roles import Role

EVERYBODY = frozenset(str(role) for role in Role if role is not Role.SERVICE)
REVIEWERS = frozenset({"supervisor", "qa", "release", "inspector"})


@dataclass(frozen=True, kw_only=True)
class NavSection:
    """
    A section.

    roles: who finds it in the navigation. bar: its place in the phone's bar; the dashboard needs
    none, the mark above leads there.
    """

    label: str
    path: str
    icon: str
    roles: frozenset[str] = field(default=EVERYBODY)
    bar: int = 0


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """One entry of the navigation as a page shows it; `bar` is 0 outside the phone's bar."""

    label: str
    url: str
    icon: str
    active: bool = False
    bar: int = 0


SECTIONS = (
    NavSection(label="Dashboard", path="/", icon="layout-dashboard"),
    NavSection(label="Scan", path="/scan/", icon="scan", bar=3),
    NavSection(label="Storage", path="/storage/", icon="stack-2", bar=1),
    NavSection(label="Counts", path="/counts/", icon="list-numbers"),
    NavSection(label="Temperature", path="/temperature/", icon="temperature"),
    NavSection(label="Therapies", path="/therapies/", icon="dna-2"),
    NavSection(label="Receipts", path="/batches/", icon="package-import"),
    NavSection(label="Retrievals", path="/retrievals/", icon="clipboard-list", bar=4),
    NavSection(label="Procedures", path="/procedures/", icon="list-check", bar=5),
    NavSection(label="Runs", path="/runs/", icon="player-play", bar=2),
    NavSection(
        label="Quality",
        path="/quality/",
        icon="shield-check",
        roles=REVIEWERS,
    ),
    NavSection(label="Deviations", path="/quality/deviations/", icon="file-alert"),
    NavSection(
        label="Audit",
        path="/audit/",
        icon="history",
        roles=REVIEWERS | {"administrator"},
    ),
    NavSection(label="Reports", path="/reports/", icon="file-analytics"),
    NavSection(
        label="Configure",
        path="/configure/",
        icon="settings",
        roles=frozenset({"administrator", "qa"}),
    ),
)


@lru_cache(maxsize=32)
def _exists(path: str, urlconf: str | None) -> bool:
    try:
        resolve(path, urlconf)
    except Resolver404:
        return False
    return True


def _is_inside(path: str, section: NavSection) -> bool:
    return path == "/" if section.path == "/" else path.startswith(section.path)


def navigation_for(*, path: str, roles: frozenset[str]) -> tuple[NavItem, ...]:
    """
    List the sections that exist and that one of the roles may open.

    path: of the page being shown, without the script prefix.
    roles: names of the roles that the person holds.
    """
    prefix = get_script_prefix().rstrip("/")
    inside = [section.path for section in SECTIONS if _is_inside(path, section)]
    here = max(inside, key=len, default="")  # a section may lie inside another
    return tuple(
        NavItem(
            label=section.label,
            url=prefix + section.path,
            icon=section.icon,
            active=section.path == here,
            bar=section.bar,
        )
        for section in SECTIONS
        if roles & section.roles and _exists(section.path, get_urlconf())
    )
