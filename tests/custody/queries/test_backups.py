"""Where the contents of a unit could go."""

import pytest

from custody.queries.backups import backups_among
from custody.queries.storage import ContainerRow, Fill, SiteStorage
from inventory.models import Container, ContainerType, Site, StorageClass

VAPOUR = ContainerType(pk=1, storage_class=StorageClass.VAPOUR)
ULT = ContainerType(pk=2, storage_class=StorageClass.ULT)
HERE, THERE = Site(pk=1, code="ZRH"), Site(pk=2, code="BOS")


def row(key: int, kind: ContainerType, *, free: int, site: Site = HERE) -> ContainerRow:
    """Return a unit with so many places free."""
    unit = Container(pk=key, name=f"U{key}", type=kind, site=site)
    return ContainerRow(container=unit, position_label="", fill=Fill(places=free + 3, used=3))


@pytest.mark.urs("URS-104")
def test_names_units_of_the_site_and_class_that_have_room_the_roomiest_first() -> None:
    failing = row(1, VAPOUR, free=50)
    units = (
        failing,
        row(2, VAPOUR, free=10),
        row(3, VAPOUR, free=90),
        row(4, VAPOUR, free=0),
        row(5, ULT, free=70),
        row(6, VAPOUR, free=60),
    )
    far = SiteStorage(site=THERE, units=(row(7, VAPOUR, free=80, site=THERE),))

    found = backups_among(failing.container, [SiteStorage(site=HERE, units=units), far], warm={6})

    assert [(backup.name, backup.free) for backup in found] == [("U3", 90), ("U2", 10)]
