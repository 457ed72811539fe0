"""The batches that the demo's batch record announces, in the layout of its messages."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from inventory.codes.iso7064 import check_character

SEED = 20_261_120


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """
    How the batches of one product are filled.

    facility: the collection's; A9990 to A9999 are set aside for testing.
    containers: how many of each purpose. months: from completion to expiry.
    """

    product: str
    name: str
    facility: str
    is_autologous: bool
    kind: str
    volume_ml: float
    cells: int
    containers: dict[str, int]
    months: int


RECIPES = {
    "CART-19": Recipe(
        product="CART-19",
        name="Autologous CD19 CAR-T",
        facility="A9991",
        is_autologous=True,
        kind="bag",
        volume_ml=50,
        cells=120_000_000,
        containers={"dose": 4, "backup": 1, "retain": 1},
        months=24,
    ),
    "TCR-MAGE": Recipe(
        product="TCR-MAGE",
        name="Autologous TCR-T",
        facility="A9992",
        is_autologous=True,
        kind="vial",
        volume_ml=5,
        cells=10_000_000,
        containers={"dose": 18, "backup": 4, "qc": 2, "retain": 2},
        months=18,
    ),
    "MSC-ALLO": Recipe(
        product="MSC-ALLO",
        name="Allogeneic MSC bank",
        facility="A9993",
        is_autologous=False,
        kind="vial",
        volume_ml=1.8,
        cells=9_500_000,
        containers={"dose": 138, "qc": 6, "retain": 6},
        months=60,
    ),
    "MSC-MCB": Recipe(
        product="MSC-MCB",
        name="MSC master cell bank",
        facility="A9993",
        is_autologous=False,
        kind="vial",
        volume_ml=1,
        cells=5_000_000,
        containers={"dose": 40, "qc": 4, "retain": 4},
        months=120,
    ),
    "LV-CD19": Recipe(
        product="LV-CD19",
        name="Lentiviral vector CD19",
        facility="A9994",
        is_autologous=False,
        kind="vial",
        volume_ml=1,
        cells=0,
        containers={"dose": 72, "qc": 4, "retain": 4},
        months=36,
    ),
}


def number_of(product: str, index: int) -> str:
    """Return the number of the `index`-th batch of a product, counted from 1."""
    return f"B-26-{1 + list(RECIPES).index(product)}{index:03d}"


def coi_of(product: str, index: int) -> str:
    """Return the chain of identity of the `index`-th patient of an autologous product."""
    return f"CH{RECIPES[product].facility}26{index:04d}AX"


def patient_of(product: str, index: int) -> str:
    """Return the pseudonym of the `index`-th patient of a product."""
    return f"PT-{2 + list(RECIPES).index(product)}{index:03d}"


def batch(product: str, index: int, *, now: datetime, is_old: bool = False) -> dict[str, object]:
    """
    Return one completed batch as the batch record writes it.

    is_old: whether it was made so long ago that it expired yesterday.
    """
    recipe = RECIPES[product]
    random = Random(f"{SEED} {product} {index}")  # noqa: S311 - the same demo every time
    donation = f"{recipe.facility}26{1000 * list(RECIPES).index(product) + 10 * index + 137:06d}"
    check = check_character(donation)
    lasting = timedelta(days=recipe.months * 30)
    completed = now - timedelta(days=random.randint(20, 90), minutes=random.randint(0, 600))
    if is_old:
        completed = now - lasting - timedelta(days=1)
    purposes = [purpose for purpose, count in recipe.containers.items() for _ in range(count)]
    return {
        "batch_number": number_of(product, index),
        "product_code": product,
        "product_name": recipe.name,
        "chain_of_identity": coi_of(product, index) if recipe.is_autologous else None,
        "patient": patient_of(product, index) if recipe.is_autologous else None,
        "donation_number": donation,
        "donation_check_character": check,
        "completed_at": completed.strftime("%Y-%m-%dT%H:%M:00Z"),
        "expires_on": (completed + lasting).strftime("%Y-%m-%d"),
        "ebr_disposition": "manufacturing_complete",
        "containers": [
            {
                "barcode": f"{donation}{check}-{position:03d}",
                "kind": recipe.kind,
                "volume_ml": recipe.volume_ml,
                "nucleated_cells": round(recipe.cells * random.uniform(0.85, 1.25)),
                "purpose": purpose,
            }
            for position, purpose in enumerate(purposes, start=1)
        ],
    }


def batch_message(message_id: str, batches: list[dict[str, object]], *, now: datetime) -> bytes:
    """Return the text of a message of completed batches."""
    return _text("EBR", message_id, now, {"batches": batches})


def order_message(message_id: str, orders: list[dict[str, object]], *, now: datetime) -> bytes:
    """Return the text of a message of orders."""
    return _text("Scheduling", message_id, now, {"orders": orders})


def _text(system: str, message_id: str, now: datetime, content: dict[str, object]) -> bytes:
    head = {
        "source_system": system,
        "message_id": message_id,
        "sent_at": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return json.dumps({**head, **content}, indent=1).encode()
