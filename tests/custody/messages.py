"""Messages as other systems send them, taken apart."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from custody.rules.messages import AnnouncedBatch, AnnouncedVial
from inventory.codes.iso7064 import check_character
from inventory.models import Purpose, VialKind
from tests.factories.inventory import ProductFactory
from tests.world import World

_numbers = count(1)


def announced_batch(world: World, **changed: Any) -> AnnouncedBatch:
    """Return a faultless announcement of two vials of a new patient of the world's program."""
    number = next(_numbers)
    din = f"A999926{900000 + number:06d}"
    product = ProductFactory.create(program=world.program)
    batch = AnnouncedBatch(
        number=f"B-NEW-{number}",
        product_code=product.code,
        coi=f"CHA999026N{number:03d}AX"[:15],
        patient=f"PT-N{number}",
        donation_number=din,
        check_character=check_character(din),
        completed_at=datetime(2026, 9, 5, 9, 56, tzinfo=UTC),
        expires_at=datetime(2028, 2, 28, tzinfo=UTC),
        vials=[
            AnnouncedVial(
                code=f"{din}-{place:03d}",
                kind=VialKind.VIAL,
                purpose=Purpose.DOSE,
                volume_ml=Decimal("5"),
                nucleated_cells=11_828_613,
            )
            for place in (1, 2)
        ],
    )
    return replace(batch, **changed)
