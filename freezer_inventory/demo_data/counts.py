"""The demo's cycle count: one cane, blind, and everything agreed."""

from django.db.models import Count as CountOf
from django.utils import timezone

from custody.actions.close_count import close_count
from custody.actions.scan_count import scan_count
from custody.actions.start_count import start_count
from freezer_inventory.demo_data.floor import Floor
from inventory.models import Category, Container


def happen(floor: Floor) -> None:
    """Count the fullest cane, place by place."""
    canes = Container.objects.filter(type__category=Category.CANE)
    cane = canes.annotate(vials=CountOf("positions__vials")).order_by("-vials", "pk")[0]
    places = cane.positions.prefetch_related("vials").order_by("ordinal")
    found = [vial.code for place in places for vial in place.vials.all()]
    count = start_count(
        container_id=cane.pk,
        attribution=floor.cast.says("technician", "Monthly sample"),
        at=timezone.now(),
    )
    scan_count(
        count_id=count.pk,
        text="\n".join(found),
        attribution=floor.cast.says("technician", "Counted"),
        at=timezone.now(),
    )
    close_count(
        count_id=count.pk,
        intent=floor.cast.signs("technician", "Counted, place by place"),
        at=timezone.now(),
    )
    floor.cast.tell()
