"""What the labels of stored things say, read from the inventory."""

from collections.abc import Collection

from custody.spots import breadcrumb, lineages
from inventory.models import Container, Instrument, Position, Vial
from inventory.rules.expiry import last_day
from reports.labels.content import ContainerLabel, VialLabel


def vial_labels_of(vial_ids: Collection[int]) -> list[VialLabel]:
    """Return the labels of these vials, by code; one query."""
    rows = Vial.objects.filter(pk__in=vial_ids).select_related("batch__product", "therapy")
    return [
        VialLabel(
            code=vial.code,
            coi=vial.therapy.coi if vial.therapy else "",
            product=vial.batch.product.name,
            batch=vial.batch.number,
            expires_on=last_day(vial.expires_at),
            is_autologous=vial.batch.product.is_autologous,
            volume_ml=vial.volume_ml,
            storage=vial.batch.product.get_storage_class_display(),
        )
        for vial in rows.order_by("code")
    ]


def container_labels_of(container_ids: Collection[int]) -> list[ContainerLabel]:
    """Return the labels of these units, racks and boxes, by name; three queries."""
    rows = Container.objects.filter(pk__in=container_ids).select_related("type", "site")
    containers = list(rows.order_by("name", "pk"))
    around = lineages(containers)
    return [
        ContainerLabel(
            code=container.code,
            name=container.name,
            kind=container.type.name,
            place=" › ".join([container.site.name, *_outside(around[container.pk])]),
        )
        for container in containers
    ]


def position_labels_of(container_id: int) -> list[ContainerLabel]:
    """Return the labels of a container's positions that have a code of their own, in order."""
    container = Container.objects.get(pk=container_id)
    place = breadcrumb(lineages([container])[container.pk])
    rows = Position.objects.filter(container=container, identifiers__isnull=False)
    pairs = rows.order_by("ordinal").values_list("identifiers__code", "label")
    return [ContainerLabel(code=code, name=label, place=place) for code, label in pairs]


def instrument_labels_of(instrument_ids: Collection[int]) -> list[ContainerLabel]:
    """Return the labels of these instruments, by code; one query."""
    rows = Instrument.objects.filter(pk__in=instrument_ids).select_related("label", "site")
    return [
        ContainerLabel(
            code=row.label.code,
            name=row.name,
            kind=f"{row.get_kind_display()} {row.serial}",
            place=row.site.name,
        )
        for row in rows.order_by("label__code")
    ]


def _outside(lineage: list[Container]) -> list[str]:
    return [container.name for container in lineage[:-1]]
