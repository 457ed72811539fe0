"""One hold reaches a whole tank, and what was split from it, within the time allowed."""

from time import perf_counter

import pytest
from django.utils import timezone

from accounts.roles import Role
from audit.authors import SignedIntent
from audit.models import Meaning
from custody.actions.check_out_vials import InternalPurpose, check_out_vials
from custody.actions.place_hold import place_hold
from custody.actions.split_vial import Part, split_vial
from custody.models import HeldVial, HoldScope
from freezer_inventory.scale import frame, load
from inventory.models import Container, Position, Program, Purpose, Site, Vial, VialKind
from tests.factories.people import PersonFactory
from tests.factories.procedures import house_procedure

ALLOWED_SECONDS = 5.0
BOXES = 10


def intent(role: Role) -> SignedIntent:
    """Return the intent of a new colleague of the loaded site, with a witness."""
    scopes = {
        "programs": [Program.objects.get(code=frame.CODE)],
        "sites": [Site.objects.get(code=frame.CODE)],
    }
    people = [PersonFactory.create(roles=[role], **scopes) for _ in range(2)]
    first, second = (
        SignedIntent(
            signer=person,
            meaning=Meaning.PERFORMED,
            reason="Probe failure",
            device="bench 1",
            confirmed_at=timezone.now(),
        )
        for person in people
    )
    return SignedIntent(**{**vars(first), "second": second})


def part_of(vial: Vial) -> Vial:
    """Take a vial out, split a part off it, and return the part."""
    signed, at = intent(Role.TECHNICIAN), timezone.now()
    check_out_vials(vial_ids=[vial.pk], purpose=InternalPurpose.SPLIT, intent=signed, at=at)
    half = Part(code="PART-1", volume_ml=vial.volume_ml / 2, kind=VialKind.VIAL, purpose=Purpose.QC)
    return split_vial(vial_id=vial.pk, parts=[half], intent=signed, at=at)[0]


@pytest.mark.urs("URS-115")
def test_holds_a_tank_and_a_lot_with_every_descendant_in_five_seconds(
    monkeypatch: pytest.MonkeyPatch, transactional_db: None
) -> None:
    monkeypatch.setattr(frame, "RACKS", 1)
    monkeypatch.setattr(frame, "BOXES_PER_RACK", BOXES)
    monkeypatch.setattr(load, "VIALS_PER_TANK", BOXES * 90)
    load.load(1, lambda _: None)
    house_procedure(author=PersonFactory.create(), approver=PersonFactory.create())
    child = part_of(Vial.objects.order_by("pk")[0])
    inside = Vial.objects.filter(position__isnull=False).count()
    assert inside >= BOXES * 90 - 1
    tank = Container.objects.get(
        pk=Position.objects.filter(vials__isnull=False).values_list("container__unit")[:1]
    )
    quality = intent(Role.QA)

    for scope, subject, reached in (
        (HoldScope.UNIT, tank.code, inside),
        (HoldScope.BATCH, child.batch.number, child.batch.vials.count()),
    ):
        began = perf_counter()
        hold = place_hold(scope=scope, subject=subject, intent=quality, at=timezone.now())
        took = perf_counter() - began

        assert HeldVial.objects.filter(hold=hold).count() == reached
        assert took <= ALLOWED_SECONDS, f"{reached} vials took {took:.1f} s"
    assert HeldVial.objects.open().filter(vial=child).exists()
