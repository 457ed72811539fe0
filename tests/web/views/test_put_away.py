"""Putting away by scanning: what each scan does, and what stops it."""

from typing import Any

import pytest
from django.test import Client

from tests.world import World

URL = "/put-away/"


@pytest.fixture
def bench(world: World, client: Client) -> Client:
    """Sign the technician in."""
    client.force_login(world.technician)
    return client


def scan(bench: Client, code: str, entry: str = "scanned", **headers: str) -> Any:
    return bench.post(URL, {"code": code, "entry": entry}, headers=headers)


def test_opens(bench: Client, world: World) -> None:
    answer = bench.get(URL)
    assert answer.status_code == 200


def test_places(bench: Client, world: World) -> None:
    first, second = world.received(2)
    assert "Scan the box" in scan(bench, first.code).content.decode()
    page = scan(bench, world.box.code)
    assert page.status_code == 200, page.content.decode()
    assert "Stored in A1" in page.content.decode()
    scan(bench, second.code)
    page = scan(bench, world.box.code)
    assert "Stored in A2" in page.content.decode()
