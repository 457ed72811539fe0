"""The bare SQL that actions are measured beside writes what the actions write."""

from bench import carrying, writing
from custody.chain import check_chains
from custody.models import CustodyEvent, Stay
from inventory.models import Container, Vial
from tests.world import World, fresh


def whole(vial: Vial) -> tuple[bool, bool]:
    """Return whether the ledger of a vial verifies, and agrees with the record."""
    check = check_chains([vial.pk])[vial.pk]
    return check.intact, check.unbroken


def test_places_and_moves_a_vial(world: World) -> None:
    vial = world.received()[0]

    for kind, label in (("placed", "A1"), ("moved", "B2")):
        place = world.place(label)
        writing._bare(kind, vial, place)

        assert fresh([vial])[0].position == place
        assert Stay.objects.open().get(vial=vial).position == place
        assert CustodyEvent.objects.filter(vial=vial).latest("seq").kind == kind
        assert Vial.history.filter(id=vial.pk).latest("history_id").position_id == place.pk
    assert whole(vial) == (True, True)


def test_moves_a_box_with_everything_inside(world: World) -> None:
    vials = world.stored(2)
    place = world.rack.positions.select_related("container").get(label="3")

    carrying._bare(world.box, place)

    box = Container.objects.get(pk=world.box.pk)
    assert (box.position, box.path) == (place, f"{world.rack.path}{box.pk}/")
    assert Container.history.filter(id=box.pk).latest("history_id").path == box.path
    for vial in vials:
        assert CustodyEvent.objects.filter(vial=vial).latest("seq").kind == "moved_with_container"
        assert Stay.objects.filter(vial=vial).count() == 2
        assert whole(vial) == (True, True)
