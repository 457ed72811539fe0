"""Loading many vials keeps every rule that the actions keep."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit.models import Change
from custody.chain import check_chains
from custody.models import CustodyEvent, Stay
from freezer_inventory.scale import frame, load
from inventory.models import Container, Identifier, Vial


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> None:
    """Let a tank hold two boxes only."""
    monkeypatch.setattr(frame, "RACKS", 1)
    monkeypatch.setattr(frame, "BOXES_PER_RACK", 2)
    monkeypatch.setattr(load, "VIALS_PER_TANK", 180)


@pytest.mark.usefixtures("small")
def test_loads_whole_tanks_with_ledger_codes_and_stays() -> None:
    load.load(load.tanks_missing(300), lambda _: None)

    vials = Vial.objects.all()
    assert vials.count() == load.loaded() == 360
    assert CustodyEvent.objects.count() == 4 * 360
    assert Stay.objects.open().count() == 360
    assert Identifier.objects.filter(kind="vial").count() == 360
    assert Vial.history.count() == 360
    assert all(one.intact and one.unbroken for one in check_chains([v.pk for v in vials]).values())
    assert Container.objects.filter(path__startswith="/").count() == 2 * 4
    assert {change.device for change in Change.objects.all()} == {"load_scale"}
    assert len(load.check()) == 5


@pytest.mark.usefixtures("small")
def test_counts_what_was_loaded_before() -> None:
    load.load(1, lambda _: None)

    assert load.tanks_missing(180) == 0
    assert load.tanks_missing(181) == 1


@pytest.mark.usefixtures("small")
def test_says_what_does_not_agree() -> None:
    load.load(1, lambda _: None)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM custody_stay WHERE id = (SELECT min(id) FROM custody_stay)")
        cursor.execute("SET session_replication_role = origin")

    with pytest.raises(load.Inconsistent, match="1 vials without an open stay"):
        load.check()


def test_refuses_to_load_none() -> None:
    with pytest.raises(CommandError, match="at least one"):
        call_command("load_scale", vials=0)
