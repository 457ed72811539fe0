"""Vials as lists and signing sheets show them: whose, what, and how they stand on both axes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from audit.authors import Author
from custody.models import HeldVial
from inventory.models import Vial


@dataclass(frozen=True, kw_only=True)
class VialRecord:
    """
    One vial in a list.

    coi, pseudonym: empty for an allogeneic vial that nobody was allocated.
    holds: how many open holds it is under.
    """

    vial_id: int
    code: str
    coi: str
    pseudonym: str
    product_code: str
    product_name: str
    batch_id: int
    batch_number: str
    kind: str
    purpose: str
    volume_ml: Decimal
    expires_at: datetime
    quality: str
    custody: str
    custodian: str
    holds: int


def vial_records(rows: QuerySet[Vial]) -> list[VialRecord]:
    """Return what lists show of `rows`, in their order; one query."""
    held = (
        HeldVial.objects.open()
        .filter(vial=OuterRef("pk"))
        .order_by()
        .values("vial")
        .annotate(number=Count("pk"))
        .values("number")
    )
    found = rows.select_related("batch__product", "therapy__patient", "custodian").annotate(
        open_holds=Coalesce(Subquery(held, output_field=IntegerField()), 0)
    )
    return [record_of(vial, holds=vars(vial)["open_holds"]) for vial in found]


def records_by_key(vial_ids: Collection[int], *, seen_by: Author) -> list[VialRecord]:
    """Return those of these vials that `seen_by` may see, by code; one query."""
    rows = Vial.objects.visible_to(seen_by).filter(pk__in=vial_ids)
    return vial_records(rows.order_by("code"))


def record_of(vial: Vial, *, holds: int) -> VialRecord:
    """Return what lists show of a vial whose batch, product, therapy and patient are loaded."""
    therapy, product = vial.therapy, vial.batch.product
    return VialRecord(
        vial_id=vial.pk,
        code=vial.code,
        coi="" if therapy is None else therapy.coi,
        pseudonym="" if therapy is None else therapy.patient.pseudonym,
        product_code=product.code,
        product_name=product.name,
        batch_id=vial.batch_id,
        batch_number=vial.batch.number,
        kind=vial.get_kind_display(),
        purpose=vial.get_purpose_display(),
        volume_ml=vial.volume_ml,
        expires_at=vial.expires_at,
        quality=vial.quality,
        custody=vial.custody,
        custodian="" if vial.custodian is None else vial.custodian.full_name,
        holds=holds,
    )
