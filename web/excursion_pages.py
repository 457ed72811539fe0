"""The list of excursions and gaps, the page of one, and the sheet on which QA decides."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.urls import reverse

from accounts.roles import Role
from audit.models import Meaning
from custody.excursion_words import limit_of, peak_of, trouble_of
from custody.models import Cause
from custody.queries.excursion_events import Event
from custody.queries.excursions import (
    deviation_of,
    excursion_lines,
    excursion_page,
    kind_of,
)
from custody.queries.warm_events import warm_events
from temperature.models import Excursion, ExcursionRule, Gap, Quantity
from temperature.probe_drills import drill_of
from temperature.queries.endings import ending_words
from temperature.queries.thresholds import beyond_each
from web.http import Request
from web.links import with_query
from web.presenters import Crumb, EmptyState, FilterChip
from web.sheets import SignSheet
from web.signing import SignAs
from web.temperature.doors import DoorRow, door_rows
from web.vial_lines import vial_lines

LIST = Crumb(label="Excursions", url="/quality/excursions/")
EMPTY = EmptyState(
    title="No excursions here",
    words="What a probe measures beyond its limits, and each time without evidence, shows up by "
    "itself.",
)
BEFORE = timedelta(minutes=30)
EVALUATING = (
    "What belongs together is on one sheet: choose for each product, and for one line by itself "
    "where it differs. Each excursion and product becomes a record with its own signature; the "
    "verdict of its vials follows at once. Holds and the deviation stay until they are released "
    "and closed."
)
SIGNS = SignAs(meaning=Meaning.APPROVED)


def list_context(request: Request, *, at: datetime) -> Mapping[str, object]:
    """Gather the list: what QA has not decided of first."""
    every = excursion_lines(seen_by=request.user)
    shown = request.GET.get("cause", "")
    lines = [line for line in every if shown in ("", line.cause)]
    waiting = [line for line in lines if line.waits]
    decided = [line for line in lines if not line.waits]
    chips = _chips(Counter(line.cause for line in every if line.cause), shown)
    return {
        "waiting": waiting,
        "decided": decided,
        "warm": [] if shown else warm_events(seen_by=request.user, at=at),
        "now": at,
        "empty": EMPTY,
        "chips": chips,
    }


def _chips(counted: Mapping[str, int], shown: str) -> list[FilterChip]:
    """Give a chip for each cause that was found, with how often; none where none was."""
    every = FilterChip(label="All causes", url=LIST.url, active=not shown)
    found = [
        FilterChip(
            label=str(cause.label),
            url=with_query(LIST.url, cause=cause.value),
            count=counted[cause.value],
            active=cause == shown,
        )
        for cause in Cause
        if counted.get(cause.value)
    ]
    return [every, *found] if found else []


def page_context(
    request: Request, subject: Excursion | Gap, *, at: datetime
) -> Mapping[str, object]:
    """Gather the page of one."""
    page = excursion_page(subject, seen_by=request.user)
    return {
        "page": page,
        "heading": heading_of(page.subject),
        "said": (limit_of(subject), peak_of(subject)) if isinstance(subject, Excursion) else (),
        "beyond": _beyond_each(subject, at),
        "deviation": deviation_of(subject),
        "ending": ending_words(subject),
        "drill": drill_of(subject) if isinstance(subject, Excursion) else None,
        "lines": vial_lines(page.vials),
        "doors": _doors(subject, at),
        "may_decide": Role.QA.value in request.user.role_names() and subject.ended_at is not None,
        "crumbs": (LIST, Crumb(label=heading_of(subject))),
        "now": at,
    }


def _beyond_each(subject: Excursion | Gap, at: datetime) -> list[str]:
    """Say for how long it was beyond each limit, by the limits in force at each instant."""
    if isinstance(subject, Gap) or subject.rule != ExcursionRule.LIMIT:
        return []
    unit = Quantity(subject.probe.quantity).unit
    return [
        f"{line.band.level.label}, {line.band.limit:g} {unit}: {seconds / 60:.1f} min".replace(
            "-", "\N{MINUS SIGN}"
        )
        for line, seconds in beyond_each(subject, at=at)
    ]


def _doors(subject: Excursion | Gap, at: datetime) -> list[DoorRow]:
    """Return when doors of the unit were open, or its mains away, in it or shortly before it."""
    until = subject.ended_at or at
    return door_rows(subject.unit, since=subject.began_at - BEFORE, until=until, at=at)


def heading_of(subject: Excursion | Gap) -> str:
    """Name it in one line."""
    if isinstance(subject, Excursion):
        return f"{subject.unit.name} {trouble_of(subject)}"
    return f"{subject.unit.name} was not measured"


def evaluation_sheet(event: Event) -> SignSheet:
    """Give the sheet on which QA decides of one event, for every product at once."""
    subject = event.asked
    url = reverse(f"quality:{kind_of(subject)}", args=[subject.pk])
    return SignSheet(
        heading=f"Evaluate: {heading_of(subject)}",
        words=EVALUATING if event.products else "",
        statement="I compared each line that I decide with the product's stability data, and "
        "decide so.",
        action_label="Sign the evaluation",
        cancel_url=url,
        crumbs=(LIST, Crumb(label=heading_of(subject), url=url), Crumb(label="Evaluate")),
        covers=tuple((type(subject), row.pk) for row in event.subjects),
    )


def done_words(records: int) -> str:
    """Say how many records were signed."""
    return "The evaluation is signed." if records == 1 else f"{records} evaluations are signed."
