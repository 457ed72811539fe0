"""The page on a vial's time out of storage, and the sheet on which quality accepts more of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from accounts.roles import Role
from audit.authors import Author
from audit.models import Meaning
from audit.queries.signatures import blocks_under
from custody.estimates import to_a_tenth, words_of_estimate, words_of_heat
from custody.exposure import Budget, Spent, words_of
from custody.models import ExposureAcceptance
from custody.queries.exposure import ExposurePage, exposure_page
from custody.queries.facts import VialFacts
from inventory.models import GONE, Vial
from web.http import Request
from web.presenters import SignatureBlock
from web.running_out import running_out
from web.sheets import SignSheet
from web.signing import SignAs
from web.vial_pages import crumbs_of, identity_of, line_of, strip_of, tabs_of

SIGNS = SignAs(meaning=Meaning.APPROVED)
MOST_OFFERED = 200


@dataclass(frozen=True)
class Meter:
    """One of the three limits: what is used of it, and whether that is too much."""

    label: str
    used: str
    most: str
    is_over: bool


def page_context(request: Request, facts: VialFacts, *, at: datetime) -> Mapping[str, object]:
    """Gather the page."""
    page = exposure_page(facts.vial.pk, at=at)
    signed = blocks_under((ExposureAcceptance, row.pk) for row in page.acceptances)
    return {
        "identity": identity_of(facts.vial),
        "strip": strip_of(facts, at=at),
        "crumbs": crumbs_of(facts.vial, "Time out of storage"),
        "tabs": tabs_of(facts.vial.pk, "exposure"),
        "page": page,
        "meters": _meters(page.used, page.budget),
        "out_now": running_out(facts.warmth, at=at),
        "heat": words_of_heat(page.heat),
        "is_too_warm": _too_warm(page) is not None,
        "lifts": [(line, words_of_estimate(line.found)) for line in page.times.lifts],
        "outings": [(line, words_of_estimate(line.found)) for line in page.times.outings],
        "acceptances": [
            (
                row,
                [
                    SignatureBlock(**vars(block))
                    for block in signed.get((ExposureAcceptance, row.pk), [])
                ],
            )
            for row in page.acceptances
        ],
        "accept_url": _accept_url(request, facts),
    }


def _accept_url(request: Request, facts: VialFacts) -> str:
    if Role.QA.value not in request.user.role_names() or facts.vial.custody in GONE:
        return ""
    return reverse("vials:accept-exposure", args=[facts.vial.pk])


def _too_warm(page: ExposurePage) -> float | None:
    """Return how warm it became by estimate, where that is warmer than its product may ever be."""
    warmest = None if page.heat is None else page.heat.warmest
    if warmest is None or page.budget is None or warmest <= page.budget.warmest_celsius:
        return None
    return warmest


def _meters(used: Spent, budget: Budget | None) -> list[Meter]:
    if budget is None:
        return []
    return [
        Meter("Times", str(used.times), str(budget.most), used.times > budget.most),
        _length("At once", used.longest, budget.longest_single),
        _length("In all", used.total, budget.longest_total),
    ]


def _length(label: str, used: timedelta, most: timedelta) -> Meter:
    return Meter(label, _minutes(used), f"{_minutes(most)} min", used > most)


def _minutes(time: timedelta) -> str:
    return f"{time.total_seconds() / 60:.1f}".removesuffix(".0")


def vials_to_accept(facts: VialFacts, *, seen_by: Author) -> list[tuple[int, str]]:
    """List the vial, then the others of its batch that are still there."""
    rows = Vial.objects.visible_to(seen_by).filter(batch=facts.vial.batch_id)
    others = rows.exclude(custody__in=GONE).exclude(pk=facts.vial.pk).order_by("code")
    return [
        (facts.vial.pk, facts.vial.code),
        *others.values_list("pk", "code")[:MOST_OFFERED],
    ]


def proposed(facts: VialFacts, *, at: datetime) -> dict[str, object]:
    """Propose what covers all that was seen."""
    page = exposure_page(facts.vial.pk, at=at)
    budget, used = page.budget, page.used
    single = max(used.longest, timedelta() if budget is None else budget.longest_single)
    total = max(used.total, timedelta() if budget is None else budget.longest_total)
    return {
        "vials": [facts.vial.pk],
        "most": max(used.times, 0 if budget is None else budget.most),
        "longest_single": _up(single),
        "longest_total": _up(max(single, total)),
        "warmest_celsius": to_a_tenth(_too_warm(page)),
    }


def _up(time: timedelta) -> float:
    """Give minutes to a tenth, never less than the time."""
    return -(-time // timedelta(seconds=6)) / 10


def acceptance_sheet(facts: VialFacts, *, at: datetime) -> SignSheet:
    """Give the sheet on which quality accepts."""
    page = exposure_page(facts.vial.pk, at=at)
    told = "No limits say how long its product endures being out."
    if page.budget is not None:
        told = f"{words_of(page.used, page.budget)}. {words_of_heat(page.heat)}"
    return SignSheet(
        heading="Accept time out of storage",
        words=f"{told} The verdict of each vial follows what you sign; what goes beyond it is "
        "exceeded again.",
        statement="I compared it with the product's stability data, and accept it up to this.",
        action_label="Sign the acceptance",
        cancel_url=reverse("vials:exposure", args=[facts.vial.pk]),
        crumbs=crumbs_of(facts.vial, "Accept time out of storage"),
        identity=identity_of(facts.vial),
        lines=(line_of(facts),),
    )
