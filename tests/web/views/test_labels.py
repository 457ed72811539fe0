"""Labels from the screen: a PDF each time, with its reason, behind the same walls."""

import pytest
from django.test import Client

from accounts.models import Person
from reports.models import Export, RecordKind
from tests.factories.people import PersonFactory
from tests.world import World

RUN = {"stock": "vial-roll", "first_place": "0", "reason": "First labels"}


def desk_of(person: Person) -> Client:
    """Sign somebody in."""
    client = Client()
    client.force_login(person)
    return client


def test_prints_vials_and_keeps_the_print(world: World) -> None:
    vial = world.received(2)[0]
    desk = desk_of(world.technician)

    for url in (f"/labels/vials/{vial.pk}/", f"/labels/batches/{vial.batch_id}/"):
        assert desk.get(url).status_code == 200
        answer = desk.post(url, RUN)
        assert answer.status_code == 200, answer.content.decode()
        assert answer["Content-Type"] == "application/pdf"

    assert Export.objects.filter(kind=RecordKind.LABELS).count() == 2
    assert "Reason for printing again" in desk.get(f"/labels/vials/{vial.pk}/").content.decode()


@pytest.mark.parametrize("query", ["", "?inside=1"])
def test_prints_containers(world: World, query: str) -> None:
    answer = desk_of(world.technician).post(
        f"/labels/containers/{world.rack.pk}/{query}", {**RUN, "stock": "box-roll"}
    )

    assert answer["Content-Type"] == "application/pdf"


@pytest.mark.parametrize("wrong", [{"reason": ""}, {"stock": "paper"}])
def test_asks_again(world: World, wrong: dict[str, str]) -> None:
    vial = world.received()[0]

    answer = desk_of(world.technician).post(f"/labels/vials/{vial.pk}/", {**RUN, **wrong})

    assert answer.status_code == 422


@pytest.mark.urs("URS-117")
def test_is_not_there_for_strangers(world: World) -> None:
    vial = world.received()[0]
    desk = desk_of(PersonFactory.create())

    for path in (f"vials/{vial.pk}", f"batches/{vial.batch_id}", f"containers/{world.box.pk}"):
        assert desk.get(f"/labels/{path}/").status_code == 404
