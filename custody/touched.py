"""Which vials an excursion or a gap touched, by where they were then, and what they endure."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from audit.authors import Author
from custody.models import Stay
from inventory.models import Product, StabilityLimits, programs_seen_by
from temperature.models import Excursion, Gap


def stays_in(subject: Excursion | Gap) -> QuerySet[Stay]:
    """Return the stays in its unit while it lasted, also of vials that left since."""
    rows = Stay.objects.filter(unit=subject.unit_id).filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=subject.began_at)
    )
    return rows if subject.ended_at is None else rows.filter(began_at__lt=subject.ended_at)


def products_in(subject: Excursion | Gap, *, seen_by: Author) -> Iterable[tuple[Product, int]]:
    """Return each product with how many of its vials were touched, where the person may see it."""
    counted = (
        stays_in(subject)
        .filter(vial__program__in=programs_seen_by(seen_by))
        .values(product=F("vial__batch__product"))
        .annotate(vials=Count("vial", distinct=True))
        .order_by("product")
    )
    counts = {row["product"]: row["vials"] for row in counted}
    products = Product.objects.filter(pk__in=counts).order_by("code")
    return [(product, counts[product.pk]) for product in products]


def limits_then(products: Iterable[int], *, at: datetime) -> dict[int, StabilityLimits]:
    """Return, for each product that had any, the limits that were in force at an instant."""
    rows = StabilityLimits.objects.filter(product__in=list(products), effective_at__lte=at)
    rows = rows.select_related("product").order_by("version")
    return {row.product_id: row for row in rows}
