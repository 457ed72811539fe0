"""Locking a deviation, its vials before it: they are what others lock first."""

from collections.abc import Collection

from audit.authors import Author
from audit.errors import NotFound, Refusal
from inventory.models import Vial
from sop.models import Deviation, DeviationVial

UNKNOWN_DEVIATION = Refusal("UNKNOWN_DEVIATION", "No such deviation. Open it from the list.")
UNKNOWN_VIAL = Refusal("UNKNOWN_VIAL", "No such vial. Scan it again, or search for it.")


def lock_seen_vials(keys: Collection[int], *, seen_by: Author) -> list[Vial]:
    """
    Lock vials, by key.

    Raises NotFound: one of them does not exist, or `seen_by` may not see it.
    """
    rows = Vial.objects.visible_to(seen_by).filter(pk__in=keys)
    locked = list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))
    if len(locked) != len(set(keys)):
        raise NotFound([UNKNOWN_VIAL])
    return locked


def lock_deviation(key: int, *, seen_by: Author) -> Deviation:
    """
    Lock one deviation.

    Raises NotFound: it does not exist, or `seen_by` does not see every program it touches.
    """
    rows = Deviation.objects.visible_to(seen_by).filter(pk=key)
    row = rows.select_for_update(of=("self",), no_key=True).first()
    if row is None:
        raise NotFound([UNKNOWN_DEVIATION])
    return row


def lock_listed_vials(deviation_id: int) -> list[Vial]:
    """Lock every vial under a deviation; before the deviation, when its weight on them changes."""
    rows = Vial.objects.filter(deviations__deviation=deviation_id)
    return list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))


def vials_listed(deviation: Deviation) -> list[DeviationVial]:
    """Return what is listed under a locked deviation, with the vials."""
    rows = DeviationVial.objects.filter(deviation=deviation).select_related("vial")
    return list(rows.order_by("vial__code"))
