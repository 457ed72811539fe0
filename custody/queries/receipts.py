"""Batches as the freezer door sees them: announced, partly here, here, and each receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from audit.authors import Author
from audit.errors import NotFound, Refusal
from audit.pages import Page, newest_first
from custody.models import Receipt
from inventory.models import Batch, Custody, Identifier, Program, Vial

NOT_FOUND = Refusal("UNKNOWN_BATCH", "No batch that you may see is kept here. Scan it again.")


class Progress(models.TextChoices):
    """How much of a batch has arrived."""

    EXPECTED = "expected", "Expected"
    PARTLY = "partly", "Partly received"
    RECEIVED = "received", "Received"


@dataclass(frozen=True, kw_only=True)
class BatchCard:
    """
    One batch: what, whose, how many containers were announced and how many are still missing.

    coi, pseudonym: empty for an allogeneic lot.
    """

    id: int
    number: str
    program_id: int
    product_code: str
    product_name: str
    storage: str
    warmest_allowed_celsius: Decimal | None
    coi: str
    pseudonym: str
    donation_number: str
    completed_at: datetime
    expires_at: datetime
    source: str
    announced: int
    outstanding: int

    @property
    def progress(self) -> Progress:
        """Say how much has arrived."""
        if self.outstanding == 0:
            return Progress.RECEIVED
        return Progress.EXPECTED if self.outstanding == self.announced else Progress.PARTLY


def batches(
    *,
    seen_by: Author,
    progress: Progress | None,
    before: int | None = None,
    after: int | None = None,
) -> Page[BatchCard]:
    """Return a page of batches, the newest announcement first; `progress` None means all."""
    rows = _visible(seen_by)
    waiting, here = _waiting(), _here()
    if progress is Progress.EXPECTED:
        rows = rows.filter(waiting & ~here)
    elif progress is Progress.PARTLY:
        rows = rows.filter(waiting & here)
    elif progress is Progress.RECEIVED:
        rows = rows.filter(~waiting)
    page = newest_first(rows, before=before, after=after)
    counts = _counts([row.pk for row in page.rows])
    return page.shown_as(lambda row: _card(row, counts))


def count_waiting(*, seen_by: Author) -> dict[Progress, int]:
    """Count the batches of which something is still expected; one query over what is expected."""
    rows = _visible(seen_by).filter(_waiting())
    partly = rows.filter(_here()).count()
    return {Progress.EXPECTED: rows.count() - partly, Progress.PARTLY: partly}


def find_batch(batch_id: int, *, seen_by: Author) -> BatchCard:
    """
    Return one batch.

    Raises NotFound: there is none with this key that `seen_by` may see.
    """
    row = _visible(seen_by).filter(pk=batch_id).first()
    if row is None:
        raise NotFound([NOT_FOUND])
    return _card(row, _counts([row.pk]), warmest=_warmest(row))


def _visible(person: Author) -> QuerySet[Batch]:
    programs = Program.objects.visible_to(person)
    rows = Batch.objects.filter(product__program__in=programs)
    return rows.select_related("product", "therapy__patient")


def _waiting() -> Q:
    return Q(Exists(Vial.objects.filter(batch=OuterRef("pk"), custody=Custody.NOT_RECEIVED)))


def _here() -> Q:
    rows = Vial.objects.filter(batch=OuterRef("pk")).exclude(custody=Custody.NOT_RECEIVED)
    return Q(Exists(rows))


def _counts(keys: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return how many containers of each batch were announced, and how many are outstanding."""
    rows = Vial.objects.filter(batch__in=keys, parent__isnull=True).order_by().values("batch")
    found = rows.annotate(
        announced=Count("pk"),
        outstanding=Count("pk", filter=Q(custody=Custody.NOT_RECEIVED)),
    )
    return {row["batch"]: (row["announced"], row["outstanding"]) for row in found}


def _warmest(row: Batch) -> Decimal | None:
    limits = row.product.limits.order_by("-version")
    return limits.values_list("warmest_allowed_celsius", flat=True).first()


def _card(
    row: Batch, counts: dict[int, tuple[int, int]], *, warmest: Decimal | None = None
) -> BatchCard:
    announced, outstanding = counts.get(row.pk, (0, 0))
    therapy, product = row.therapy, row.product
    return BatchCard(
        id=row.pk,
        number=row.number,
        program_id=product.program_id,
        product_code=product.code,
        product_name=product.name,
        storage=product.get_storage_class_display(),
        warmest_allowed_celsius=warmest,
        coi="" if therapy is None else therapy.coi,
        pseudonym="" if therapy is None else therapy.patient.pseudonym,
        donation_number=row.donation_number,
        completed_at=row.completed_at,
        expires_at=row.expires_at,
        source=f"{row.source_system}, message {row.source_message}",
        announced=announced,
        outstanding=outstanding,
    )


@dataclass(frozen=True, kw_only=True)
class ReceiptCard:
    """What one inspection found."""

    id: int
    site: str
    expected_count: int
    counted: int
    seal_number: str
    seal_intact: bool
    labels_legible: bool
    condition: str
    arrival_celsius: Decimal
    outcome: str
    received_at: datetime


def receipts_of(batch_id: int) -> list[ReceiptCard]:
    """Return the receipts of a batch, newest first; one query."""
    rows = Receipt.objects.filter(batch=batch_id).select_related("site").order_by("-pk")
    return [
        ReceiptCard(
            id=row.pk,
            site=row.site.name,
            expected_count=row.expected_count,
            counted=row.counted,
            seal_number=row.seal_number,
            seal_intact=row.seal_intact,
            labels_legible=row.labels_legible,
            condition=row.condition,
            arrival_celsius=row.arrival_celsius,
            outcome=row.get_outcome_display(),
            received_at=row.received_at,
        )
        for row in rows
    ]


@dataclass(frozen=True, kw_only=True)
class Announced:
    """One container of a batch, as it is looked for at the door."""

    vial_id: int
    code: str
    kind: str
    purpose: str
    is_expected: bool


def announced_in(batch_id: int) -> list[Announced]:
    """Return the containers that a batch announced, by code; one query."""
    rows = Vial.objects.filter(batch=batch_id, parent__isnull=True).order_by("code")
    return [
        Announced(
            vial_id=row.pk,
            code=row.code,
            kind=row.get_kind_display(),
            purpose=row.get_purpose_display(),
            is_expected=row.custody == Custody.NOT_RECEIVED,
        )
        for row in rows
    ]


def find_announced(code: str, batch_id: int) -> Announced | Refusal:
    """
    Return the container of this batch that carries `code`, or why the scan is wrong.

    code: canonical. Nothing is told about containers of other batches.
    """
    row = (
        Identifier.objects.filter(code=code, vial__isnull=False)
        .select_related("vial", "replaced_by")
        .first()
    )
    if row is None or row.vial is None:
        return Refusal(
            "UNKNOWN_CODE", f"No container was announced as {code}. Set it apart and call QA."
        )
    if row.replaced_by is not None:
        return Refusal(
            "CODE_REPLACED", f"{code} was replaced by {row.replaced_by.code}: scan the new label."
        )
    vial = row.vial
    if vial.batch_id != batch_id:
        return Refusal("OTHER_BATCH", f"{code} is not of this batch. Set it apart and call QA.")
    if vial.custody != Custody.NOT_RECEIVED:
        return Refusal("RECEIVED_BEFORE", f"{code} was received before. Check the label again.")
    return Announced(
        vial_id=vial.pk,
        code=vial.code,
        kind=vial.get_kind_display(),
        purpose=vial.get_purpose_display(),
        is_expected=True,
    )
