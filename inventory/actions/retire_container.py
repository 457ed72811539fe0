"""Taking a container out of use."""

from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound, Refusal, refuse_if
from inventory.models import Container, Position, Vial

UNKNOWN_CONTAINER = Refusal("UNKNOWN_CONTAINER", "No such container. Scan it again.")


def retire_container(*, container_id: int, intent: SignedIntent, at: datetime) -> Container:
    """
    Retire an empty container: it leaves its place, and its code stays taken for ever.

    Raises NotFound; NotAuthorised; ActionRefused (ALREADY_RETIRED, NOT_EMPTY, PLACE_KEPT).
    Source: 21 CFR 1271.290(c); URS-39, URS-94.
    """
    with signed_change(intent, action="retire_container") as change:
        container = _locked(container_id)
        change.subject.update(container=container.code)
        require_role(intent.signer, [Role.ADMINISTRATOR])
        refuse_if(_refusals(container))
        container.retired_at = at
        if container.position_id is not None:
            container.position, container.unit = None, None
            container.path = f"/{container.pk}/"
        container.save(update_fields=["retired_at", "position", "unit", "path"])
        change.sign([container])
        return container


def _locked(container_id: int) -> Container:
    """Lock the container and everything inside it, so that nothing enters meanwhile."""
    path = Container.objects.filter(pk=container_id).values_list("path", flat=True).first()
    if path is None:
        raise NotFound([UNKNOWN_CONTAINER])
    rows = Container.objects.filter(path__startswith=path).order_by("pk")
    inside = {row.pk: row for row in rows.select_for_update(of=("self",), no_key=True)}
    if container_id not in inside:
        raise NotFound([UNKNOWN_CONTAINER])
    return inside[container_id]


def _refusals(container: Container) -> list[Refusal]:
    refusals = []
    if container.retired_at is not None:
        refusals.append(
            Refusal("ALREADY_RETIRED", f"{container} was retired on {container.retired_at:%F}.")
        )
    vials = Vial.objects.under(container.path).count()
    inside = Container.objects.filter(path__startswith=container.path).exclude(pk=container.pk)
    if vials or inside.exists():
        refusals.append(
            Refusal(
                "NOT_EMPTY",
                f"{container} still holds {vials} vials and {inside.count()} containers. "
                "Move them out first.",
            )
        )
    kept = Position.objects.filter(
        container__path__startswith=container.path, reserved_for__isnull=False
    )
    if kept.exists():
        refusals.append(
            Refusal("PLACE_KEPT", f"{container} keeps a place for a vial that was checked out.")
        )
    return refusals
