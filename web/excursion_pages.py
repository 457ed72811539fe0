"""The list of excursions and gaps, the page of one, and the sheet on which QA decides."""

from collections.abc import Mapping
from datetime import datetime

from django.urls import reverse

from accounts.roles import Role
from audit.models import Meaning
from custody.excursion_words import limit_of, peak_of, trouble_of
from custody.queries.excursions import (
    ExcursionPage,
    deviation_of,
    excursion_lines,
    excursion_page,
)
from inventory.models import Product
from temperature.models import Excursion, Gap
from temperature.probe_drills import drill_of
from web.http import Request
from web.presenters import Crumb, EmptyState
from web.sheets import SignSheet
from web.signing import SignAs
from web.vial_lines import vial_lines

LIST = Crumb(label="Excursions", url="/quality/excursions/")
EMPTY = EmptyState(
    title="No excursions here",
    words="What a probe measures beyond its limits, and each time without evidence, shows up by "
    "itself.",
)
SIGNS = SignAs(meaning=Meaning.APPROVED)


def list_context(request: Request, *, at: datetime) -> Mapping[str, object]:
    """Gather the list: what QA has not decided of first."""
    lines = excursion_lines(seen_by=request.user)
    waiting = [line for line in lines if line.waits]
    decided = [line for line in lines if not line.waits]
    return {"waiting": waiting, "decided": decided, "now": at, "empty": EMPTY}


def page_context(
    request: Request, subject: Excursion | Gap, *, at: datetime
) -> Mapping[str, object]:
    """Gather the page of one."""
    page = excursion_page(subject, seen_by=request.user)
    return {
        "page": page,
        "heading": heading_of(page.subject),
        "said": (limit_of(subject), peak_of(subject)) if isinstance(subject, Excursion) else (),
        "deviation": deviation_of(subject),
        "drill": drill_of(subject) if isinstance(subject, Excursion) else None,
        "lines": vial_lines(page.vials),
        "may_decide": Role.QA.value in request.user.role_names() and subject.ended_at is not None,
        "crumbs": (LIST, Crumb(label=heading_of(subject))),
        "now": at,
    }


def heading_of(subject: Excursion | Gap) -> str:
    """Name it in one line."""
    if isinstance(subject, Excursion):
        return f"{subject.unit.name} {trouble_of(subject)}"
    return f"{subject.unit.name} was not measured"


def evaluation_sheet(page: ExcursionPage, product: Product) -> SignSheet:
    """Give the sheet on which QA decides for one product."""
    subject = page.subject
    url = reverse(f"quality:{page.kind}", args=[subject.pk])
    ended = subject.ended_at
    lasted = "" if ended is None else f" to {ended:%Y-%m-%d %H:%M} UTC"
    peak = f", {peak_of(subject)}" if isinstance(subject, Excursion) else ""
    return SignSheet(
        heading=f"Evaluate for {product.code}",
        words=f"{heading_of(subject)} from {subject.began_at:%Y-%m-%d %H:%M}{lasted}{peak}. The "
        "verdict of every vial of this product that stood there follows your decision; holds and "
        "the deviation stay until they are released and closed.",
        statement="I compared it with the product's stability data, and decide so.",
        action_label="Sign the evaluation",
        cancel_url=url,
        crumbs=(LIST, Crumb(label=heading_of(subject), url=url), Crumb(label="Evaluate")),
        covers=((type(subject), subject.pk),),
    )
