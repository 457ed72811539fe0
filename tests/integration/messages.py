"""Messages in the layout in which the batch record and scheduling send them."""

import json
from itertools import count
from typing import Any

from inventory.codes.iso7064 import check_character
from inventory.models import Product
from tests.factories.inventory import ProductFactory
from tests.world import World

_numbers = count(1)


def batch_part(product: Product, **changed: Any) -> dict[str, Any]:
    """Return one faultless batch with two vials; of a new patient if it is autologous."""
    number = next(_numbers)
    din = f"A999926{500000 + number:06d}"
    check = check_character(din)
    part = {
        "batch_number": f"B-26-M{number:04d}",
        "product_code": product.code,
        "product_name": product.name,
        "chain_of_identity": f"CHA999026M{number:03d}AX",
        "patient": f"PT-M{number:03d}",
        "donation_number": din,
        "donation_check_character": check,
        "completed_at": "2026-09-05T09:56:00Z",
        "expires_on": "2028-02-27",
        "ebr_disposition": "manufacturing_complete",
        "containers": [container_part(f"{din}{check}-00{place}") for place in (1, 2)],
    }
    if not product.is_autologous:
        changed = {"chain_of_identity": None, "patient": None, **changed}
    return {**part, **changed}


def container_part(barcode: str, **changed: Any) -> dict[str, Any]:
    """Return one container."""
    part = {
        "barcode": barcode,
        "kind": "vial",
        "volume_ml": 1.8,
        "nucleated_cells": 11_828_613,
        "purpose": "dose",
    }
    return part | changed


def batch_message(*batches: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """Return a message of completed batches."""
    return {
        "source_system": "EBR",
        "message_id": f"ebr-{next(_numbers)}",
        "sent_at": "2026-11-20T06:00:00Z",
        "batches": list(batches),
    } | changed


def order_part(**changed: Any) -> dict[str, Any]:
    """Return one order; the test names its patient, COI id and product."""
    part = {
        "order_number": f"SCH-{next(_numbers)}",
        "purpose": "dose",
        "quantity": 1,
        "needed_by": "2099-11-26T08:14:00Z",
        "destination": "Clinic North, Infusion Unit",
    }
    return part | changed


def order_message(*orders: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """Return a message of orders."""
    return {
        "source_system": "Scheduling",
        "message_id": f"sch-{next(_numbers)}",
        "sent_at": "2026-11-20T06:05:00Z",
        "orders": list(orders),
    } | changed


def autologous(world: World) -> Product:
    """Return a new autologous product of the world's program."""
    return ProductFactory.create(program=world.program)


def as_text(message: object) -> str:
    """Write a message as the other systems write it."""
    return json.dumps(message, indent=1)
