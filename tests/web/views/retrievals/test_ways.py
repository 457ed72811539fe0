"""What the pages of an order say of the logger that goes with it."""

import pytest
from django.test import Client

from tests.custody.retrievals import picked_retrieval
from tests.custody.trips import free_logger, logger_read, packed, registered_shipper, sent
from tests.world import World

pytestmark = pytest.mark.urs("URS-112")


def test_packing_offers_the_loggers_that_sit_nowhere(world: World, client: Client) -> None:
    retrieval, vial = picked_retrieval(world)
    registered_shipper(world)
    taken, free = free_logger(world), free_logger(world)
    packed(world, retrieval, vial, logger=taken)
    other, _ = picked_retrieval(world)
    client.force_login(world.technician)

    page = client.get(f"/retrievals/{other.pk}/pack/").text

    assert free.code in page
    assert taken.code not in page


@pytest.mark.django_db(transaction=True)
def test_the_arrival_says_whether_its_logger_was_read(world: World, client: Client) -> None:
    retrieval, vial = picked_retrieval(world)
    registered_shipper(world)
    logger = free_logger(world)
    packed(world, retrieval, vial, logger=logger)
    sent(world, retrieval)
    client.force_login(world.technician)
    address = f"/retrievals/{retrieval.pk}/arrival/"

    assert f"the logger {logger.code} of shipper DS-12 is not read" in client.get(address).text
    logger_read(logger, warm=range(20, 32))

    assert "DS-12 was too warm for 12 min" in client.get(address).text


def test_the_storage_page_lists_shippers_apart(world: World, client: Client) -> None:
    shipper = registered_shipper(world)
    client.force_login(world.technician)

    page = client.get("/storage/").text

    assert f'Shippers: <a href="/storage/{shipper.pk}/">DS-12</a>' in page
    assert "DS-12" not in client.get("/").text, "nothing is stored in it"
