"""As what vials were released: a part of a split was released as its parent was."""

from collections.abc import Collection

from django.db.models.fields.json import KeyTextTransform

from custody.models import CustodyEvent, EventKind

RELEASED_AS = "released_as"
DECIDES = (EventKind.QUALITY_DECIDED, EventKind.MADE_BY_SPLIT)


def released_as(vial_ids: Collection[int]) -> dict[int, str]:
    """Return the fingerprint that each vial was decided on with, where one was kept; one query."""
    rows = CustodyEvent.objects.filter(vial__in=vial_ids, kind__in=DECIDES)
    last = rows.order_by("vial", "-seq").distinct("vial")
    kept = last.annotate(kept=KeyTextTransform(RELEASED_AS, "details"))
    return {key: value for key, value in kept.values_list("vial", "kept") if value}
