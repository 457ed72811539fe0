"""Vials, places and orders in memory, for rules that need no database."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from custody.models import Retrieval
from custody.spots import Spot
from inventory.models import (
    Batch,
    Category,
    Container,
    ContainerType,
    Custody,
    Holds,
    Patient,
    Position,
    Product,
    Purpose,
    Quality,
    StorageClass,
    Therapy,
    Vial,
    VialKind,
    Zone,
)
from tests.world import NOON


def product(**changed: Any) -> Product:
    """Return an autologous product stored in vapour."""
    facts = {
        "pk": 1,
        "program_id": 1,
        "code": "CART-19",
        "name": "CAR-T",
        "is_autologous": True,
        "storage_class": StorageClass.VAPOUR,
    }
    return Product(**{**facts, **changed})


def therapy(pk: int = 1) -> Therapy:
    """Return the treatment of patient number `pk`."""
    return Therapy(
        pk=pk,
        coi=f"CHA999026{pk:04d}AX",
        program_id=1,
        product_id=1,
        patient=Patient(pk=pk, program_id=1, pseudonym=f"PT-{pk}"),
    )


def vial(**changed: Any) -> Vial:
    """Return a released dose of patient 1, in storage at position 1."""
    made_of = changed.pop("product", None) or product()
    whose = changed.pop("therapy", therapy())
    facts = {
        "pk": 1,
        "code": "A-001",
        "batch": Batch(pk=1, number="B-1", product=made_of, therapy=whose),
        "program_id": 1,
        "therapy": whose,
        "kind": VialKind.VIAL,
        "purpose": Purpose.DOSE,
        "volume_ml": Decimal("1.8"),
        "expires_at": NOON + timedelta(days=100),
        "quality": Quality.RELEASED,
        "custody": Custody.IN_STORAGE,
        "position_id": 1,
    }
    return Vial(**{**facts, **changed})


def spot(**changed: Any) -> Spot:
    """Return position 2, free, in a general box for vials in a vapour tank."""
    kind = ContainerType(
        name="Box", category=Category.BOX, holds=Holds.VIAL, accepts=[VialKind.VIAL]
    )
    box = Container(pk=3, type=kind, name="Box 1", path="/1/2/3/")
    place = Position(pk=2, container=box, label="A2", ordinal=2, holds=Holds.VIAL)
    for name in ("condition", "condition_reason", "reserved_for_id"):
        if name in changed:
            setattr(place, name, changed.pop(name))
    facts = {
        "position": place,
        "place": "LN2-01 › R1 › Box 1 › A2",
        "unit_id": 1,
        "site_id": 1,
        "accepts": (VialKind.VIAL,),
        "storage_class": StorageClass.VAPOUR,
        "programs": frozenset(),
        "therapies": frozenset(),
        "zones": frozenset({Zone.GENERAL}),
        "is_retired": False,
        "occupant": "",
    }
    return Spot(**{**facts, **changed})


def retrieval(**changed: Any) -> Retrieval:
    """Return an order of one dose for patient 1."""
    facts = {
        "pk": 1,
        "order_number": "SCH-1",
        "program_id": 1,
        "product": product(),
        "therapy": therapy(),
        "purpose": Purpose.DOSE,
        "quantity": 1,
    }
    return Retrieval(**{**facts, **changed})
