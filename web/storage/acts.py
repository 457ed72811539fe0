"""The sheets on which people sign for what is done to containers and places."""

from inventory.models import Container, Position, PositionCondition
from web.links import storage_url
from web.sheets import SignSheet
from web.storage.crumbs import crumbs_to


def empty_places(container: Container) -> list[tuple[int, str]]:
    """List the places that can be blocked: empty, in service and not kept for a vial."""
    rows = Position.objects.filter(
        container=container,
        condition=PositionCondition.IN_SERVICE,
        vials__isnull=True,
        containers__isnull=True,
        reserved_for__isnull=True,
    )
    return list(rows.order_by("ordinal").values_list("pk", "label"))


def blocked_places(container: Container) -> list[tuple[int, str]]:
    """List the places that are blocked, each with why."""
    rows = Position.objects.filter(container=container, condition=PositionCondition.BLOCKED)
    return [(row.pk, f"{row.label}: {row.condition_reason}") for row in rows.order_by("ordinal")]


def block_sheet(container: Container) -> SignSheet:
    """Ask which place is blocked, and why."""
    return SignSheet(
        heading=f"Block a place in {container.name}",
        words="Nothing is placed there until it is unblocked. The reason stands on the map.",
        statement=f"I took this place in {container.name} out of service.",
        action_label="Block this place",
        cancel_url=storage_url(container.pk),
        crumbs=crumbs_to(container, last="Block a place"),
        reasons=("Ice in the place", "Broken divider", "Cannot be reached"),
    )


def unblock_sheet(container: Container) -> SignSheet:
    """Ask which place is in service again, and why."""
    return SignSheet(
        heading=f"Unblock a place in {container.name}",
        words="Vials or containers can stand there again.",
        statement=f"I looked at this place in {container.name}: it can be used.",
        action_label="Unblock this place",
        cancel_url=storage_url(container.pk),
        crumbs=crumbs_to(container, last="Unblock a place"),
        reasons=("Ice removed", "Repaired"),
    )


def retire_sheet(container: Container) -> SignSheet:
    """Ask whether the container goes out of use for ever."""
    return SignSheet(
        heading=f"Retire {container.name}",
        words=f"{container.name} leaves storage for ever; its code {container.code} stays taken.",
        statement=f"I retire {container.name} ({container.code}). It is empty.",
        action_label=f"Retire {container.name}",
        cancel_url=storage_url(container.pk),
        crumbs=crumbs_to(container, last="Retire"),
        covers=((Container, container.pk),),
        grave=True,
    )
