"""The page of warmth that no excursion tells of, and the sheet on which QA decides of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.urls import reverse

from accounts.roles import Role
from custody.queries.records import vial_records
from custody.queries.warm_events import WarmEvent, evaluations_of, warm_events
from inventory.models import Container, Vial
from web.excursion_pages import LIST
from web.http import Request
from web.links import with_query
from web.presenters import Crumb
from web.sheets import SignSheet
from web.vial_lines import vial_lines

MOST_VIALS = 500
AROUND = timedelta(hours=1)


def page_context(request: Request, unit: Container, *, at: datetime) -> Mapping[str, object]:
    """Gather the page of one unit."""
    events = warm_events(seen_by=request.user, at=at, unit_id=unit.pk)
    keys = sorted({key for event in events for key in event.vials})
    vials = Vial.objects.filter(pk__in=keys).order_by("code")
    is_quality = Role.QA.value in request.user.role_names()
    return {
        "unit": unit,
        "heading": heading_of(unit),
        "events": events,
        "evaluations": evaluations_of(unit, seen_by=request.user),
        "lines": vial_lines(vial_records(vials[:MOST_VIALS])),
        "left_out": max(0, len(keys) - MOST_VIALS),
        "curve_url": _curve_url(unit, events),
        "may_decide": is_quality and bool(events),
        "waits": any(event.waits for event in events),
        "crumbs": (LIST, Crumb(label=heading_of(unit))),
    }


def heading_of(unit: Container) -> str:
    """Name it in one line."""
    return f"{unit.name} was warmer than a product may be"


def _curve_url(unit: Container, events: Sequence[WarmEvent]) -> str:
    url = reverse("temperature:unit", args=[unit.pk])
    if not events:
        return url
    since = min(event.began_at for event in events) - AROUND
    return with_query(url, **{"from": since.isoformat()})


def evaluation_sheet(unit: Container) -> SignSheet:
    """Give the sheet on which QA decides for every product at once."""
    url = reverse("quality:warmth", args=[unit.pk])
    return SignSheet(
        heading=f"Evaluate: {heading_of(unit)}",
        words="No excursion tells of all of it, because the limits of the unit lie above what the "
        "product may be. Choose for each product. Each becomes a record with its own signature; "
        "the verdict of its vials follows at once, for what this sheet shows. More warmth later "
        "waits for a decision of its own.",
        statement="I compared what I decide with the product's stability data, and decide so.",
        action_label="Sign the evaluation",
        cancel_url=url,
        crumbs=(LIST, Crumb(label=heading_of(unit), url=url), Crumb(label="Evaluate")),
    )
