"""What needs quality: quarantine by batch, holds, missing, returned, expiring, and who waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from audit.authors import Author
from audit.errors import NotFound, Refusal
from audit.pages import Page, newest_first
from custody.burdens import NONE, burdens_on
from custody.models import HeldVial, Hold, HoldScope
from custody.queries.critical import refusals_of_review
from custody.releasing import refusals_by_vial
from custody.rules.deciding import refusals_to_decide
from custody.rules.placed_by import placed_by_rule
from inventory.models import GONE, Custody, Program, Quality, Vial

NOT_FOUND = Refusal("UNKNOWN_HOLD", "No hold that you may see is kept here. Open it from the list.")
SOON = timedelta(days=30)
MOST_LISTED = 300
RELEASED = (Quality.RELEASED, Quality.COND_RELEASED)


class Need(models.TextChoices):
    """Why vials wait for quality."""

    QUARANTINE = "quarantine", "In quarantine"
    CONDITIONAL = "conditional", "Released on condition"
    RETURNED = "returned", "Returned"
    MISSING = "missing", "Missing"
    EXPIRING = "expiring", "Expire within 30 days"
    EXPIRED = "expired", "Expired, still here"
    RECALLED = "recalled", "Recalled, still here"


def _which(need: Need, at: datetime) -> Q:
    conditions = {
        Need.QUARANTINE: Q(quality=Quality.QUARANTINE) & ~Q(custody=Custody.RETURNED),
        Need.CONDITIONAL: Q(quality=Quality.COND_RELEASED),
        Need.RETURNED: Q(custody=Custody.RETURNED),
        Need.MISSING: Q(custody=Custody.MISSING),
        Need.EXPIRING: Q(quality__in=RELEASED, expires_at__lte=at + SOON),
        Need.EXPIRED: Q(quality=Quality.EXPIRED),
        Need.RECALLED: Q(quality=Quality.RECALLED),
    }
    return conditions[need]


def vials_in_need(need: Need, *, seen_by: Author, at: datetime) -> QuerySet[Vial]:
    """Return the vials that wait for quality for this reason and are not gone."""
    rows = Vial.objects.visible_to(seen_by).filter(_which(need, at))
    return rows.exclude(custody__in=GONE)


def count_needs(*, seen_by: Author, at: datetime) -> dict[Need, int]:
    """Count what waits, for each reason; one query for all."""
    rows = Vial.objects.visible_to(seen_by).exclude(custody__in=GONE)
    waiting = rows.filter(
        Q(quality__in=[Quality.QUARANTINE, Quality.COND_RELEASED, Quality.EXPIRED])
        | Q(quality=Quality.RECALLED)
        | Q(quality=Quality.RELEASED, expires_at__lte=at + SOON)
        | Q(custody__in=[Custody.RETURNED, Custody.MISSING])
    )
    counts = {need.value: Count("pk", filter=_which(need, at)) for need in Need}
    found = waiting.aggregate(**counts)
    return {need: found[need.value] for need in Need}


@dataclass(frozen=True, kw_only=True)
class BatchInNeed:
    """One batch with vials that wait; `held` of them are on hold."""

    batch_id: int
    number: str
    coi: str
    pseudonym: str
    product_code: str
    waiting: int
    held: int
    expires_at: datetime


def batches_in_need(need: Need, *, seen_by: Author, at: datetime) -> list[BatchInNeed]:
    """Return the batches whose vials wait for this reason, the first to expire first; one query."""
    held = Exists(HeldVial.objects.open().filter(vial=OuterRef("pk")))
    rows = vials_in_need(need, seen_by=seen_by, at=at).annotate(is_on_hold=held).order_by()
    found = rows.values(
        "batch", "batch__number", "batch__product__code",
        "batch__therapy__coi", "batch__therapy__patient__pseudonym",
    ).annotate(
        waiting=Count("pk"), held=Count("pk", filter=Q(is_on_hold=True)), first=Min("expires_at")
    )  # fmt: skip
    return [
        BatchInNeed(
            batch_id=row["batch"],
            number=row["batch__number"],
            coi=row["batch__therapy__coi"] or "",
            pseudonym=row["batch__therapy__patient__pseudonym"] or "",
            product_code=row["batch__product__code"],
            waiting=row["waiting"],
            held=row["held"],
            expires_at=row["first"],
        )
        for row in found.order_by("first", "batch")[:MOST_LISTED]
    ]


@dataclass(frozen=True, kw_only=True)
class HoldCard:
    """
    One decision to hold, and how many vials are still under it.

    placed_by: the rule it follows where nobody placed it; excursion_id, gap_id: what it then
    followed.
    """

    id: int
    scope: str
    subject: str
    reason: str
    is_recall: bool
    placed_by_id: int | None
    placed_by: str
    placed_at: datetime
    released_by: str
    released_at: datetime | None
    release_reason: str
    vials: int
    excursion_id: int | None = None
    gap_id: int | None = None


def holds(
    *, seen_by: Author, is_open: bool, before: int | None = None, after: int | None = None
) -> Page[HoldCard]:
    """Return a page of holds that reach a program `seen_by` may see, newest first."""
    rows = _visible_holds(seen_by).filter(released_at__isnull=is_open)
    page = newest_first(rows, before=before, after=after)
    counts = _held_counts([row.pk for row in page.rows], seen_by)
    return page.shown_as(lambda row: _hold(row, counts))


def count_open_holds(*, seen_by: Author) -> int:
    """Count the holds that still stand; one query."""
    return _visible_holds(seen_by).filter(released_at__isnull=True).count()


def find_hold(hold_id: int, *, seen_by: Author) -> HoldCard:
    """
    Return one hold.

    Raises NotFound: there is none with this key that reaches what `seen_by` may see.
    """
    row = _visible_holds(seen_by).filter(pk=hold_id).first()
    if row is None:
        raise NotFound([NOT_FOUND])
    return _hold(row, _held_counts([row.pk], seen_by))


def vials_under(hold_id: int, *, seen_by: Author) -> QuerySet[Vial]:
    """Return the vials that a hold reached, as far as `seen_by` may see them."""
    return Vial.objects.visible_to(seen_by).filter(holds__hold=hold_id).order_by("code")


def _visible_holds(person: Author) -> QuerySet[Hold]:
    programs = Program.objects.visible_to(person)
    reached = HeldVial.objects.filter(hold=OuterRef("pk"))
    rows = Hold.objects.annotate(
        reaches_others=Exists(reached.exclude(vial__program__in=programs))
    ).filter(Exists(reached.filter(vial__program__in=programs)))
    return rows.select_related("placed_by", "released_by", "rules")


def _held_counts(keys: Sequence[int], person: Author) -> dict[int, int]:
    rows = HeldVial.objects.filter(
        hold__in=keys, vial__program__in=Program.objects.visible_to(person)
    )
    found = rows.order_by().values("hold").annotate(number=Count("pk"))
    return {row["hold"]: row["number"] for row in found}


def _subject(row: Hold) -> str:
    """Name what is held; codes of a program that the reader does not see are left out."""
    if row.scope == HoldScope.VIALS and vars(row)["reaches_others"]:
        return "vials of several programs"
    return row.subject


def _hold(row: Hold, counts: dict[int, int]) -> HoldCard:
    return HoldCard(
        id=row.pk,
        scope=row.get_scope_display(),
        subject=_subject(row),
        reason=row.reason,
        is_recall=row.is_recall,
        placed_by_id=row.placed_by_id,
        placed_by=placed_by_rule(row) if row.placed_by is None else row.placed_by.full_name,
        excursion_id=row.excursion_id,
        gap_id=row.gap_id,
        placed_at=row.placed_at,
        released_by="" if row.released_by is None else row.released_by.full_name,
        released_at=row.released_at,
        release_reason=row.release_reason,
        vials=counts.get(row.pk, 0),
    )


def refusals_to_sign(
    vial_ids: Sequence[int], decision: Quality, *, seen_by: Author, at: datetime
) -> dict[int, list[Refusal]]:
    """
    Say for each of these vials why it may not be decided so; empty lists where it may.

    Vials that `seen_by` may not see are left out. Two queries; six when they would be released.
    """
    rows = list(Vial.objects.visible_to(seen_by).filter(pk__in=vial_ids).select_related("batch"))
    burdens = burdens_on(vial_ids)
    waiting = refusals_of_review(rows, decision, on=at.date())
    warm = refusals_by_vial(rows, decision, at=at)
    return {
        vial.pk: refusals_to_decide(
            vial,
            decision,
            is_held=bool(burdens.get(vial.pk, NONE).holds),
            deviations=burdens.get(vial.pk, NONE).numbers,
            at=at,
        )
        + warm.get(vial.pk, [])
        + ([waiting[vial.pk]] if vial.pk in waiting else [])
        for vial in rows
    }
