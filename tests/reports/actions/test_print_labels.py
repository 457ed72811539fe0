"""Printing labels gives codes that scan, asks who may, and is registered."""

import hashlib
from datetime import timedelta

import pytest

from audit.errors import ActionRefused, NotAuthorised, NotFound
from inventory.models import Container
from reports.actions.print_container_labels import print_container_labels
from reports.actions.print_vial_labels import print_vial_labels
from reports.labels.queries import container_labels_of, position_labels_of, vial_labels_of
from reports.models import Export, RecordKind
from tests.reports.dossier.conftest import COI, NOON, World, attributed, world
from tests.reports.labels.conftest import Decode, decode

__all__ = ["decode", "world"]
AT = NOON + timedelta(hours=1)


@pytest.mark.urs("URS-85")
def test_prints_vials_that_scan_and_registers_it(world: World, decode: Decode) -> None:
    printed = print_vial_labels(
        vial_ids=[vial.pk for vial in world.vials],
        stock="vial-roll",
        by=attributed(world.ada, "received without labels"),
        at=AT,
    )

    export = Export.objects.select_related("change").get()
    codes = [vial.code for vial in world.vials]
    assert [decode(printed.content, dpi=300, page=n)[0][0] for n in range(3)] == codes
    assert export.kind == RecordKind.LABELS
    assert export.change.actor_user_id == "ada"
    assert export.query == f"labels on vial-roll: {' '.join(codes)}"
    assert export.file_sha256 == hashlib.sha256(printed.content).hexdigest()
    assert export.program == world.program


@pytest.mark.urs("URS-85")
def test_prints_boxes_that_scan_and_registers_it(world: World, decode: Decode) -> None:
    box = Container.objects.get(name="Box 1")

    printed = print_container_labels(
        container_ids=[box.pk], stock="box-roll", by=attributed(world.ada, "new box"), at=AT
    )

    assert decode(printed.content, dpi=203) == [(box.code, "Code128")]
    assert Export.objects.get().subject == box.code


@pytest.mark.urs("URS-14")
def test_refuses_people_outside_program_or_site(world: World) -> None:
    vials, boxes = [world.vials[0].pk], [Container.objects.get(name="Box 1").pk]
    by = attributed(world.stranger, "curious")

    with pytest.raises(NotAuthorised):
        print_vial_labels(vial_ids=vials, stock="vial-roll", by=by, at=AT)
    with pytest.raises(NotAuthorised):
        print_container_labels(container_ids=boxes, stock="box-roll", by=by, at=AT)
    assert not Export.objects.exists()


def test_refuses_stock_on_which_the_label_does_not_fit(world: World) -> None:
    by = attributed(world.ada, "wrong roll")
    box = Container.objects.get(name="Box 1")

    with pytest.raises(ActionRefused, match="Choose a larger label"):
        print_container_labels(container_ids=[box.pk], stock="vial-roll", by=by, at=AT)


def test_refuses_what_does_not_exist(world: World) -> None:
    by = attributed(world.ada, "typo")

    with pytest.raises(NotFound):
        print_vial_labels(vial_ids=[world.vials[0].pk, 10**9], stock="vial-roll", by=by, at=AT)
    with pytest.raises(NotFound):
        print_container_labels(container_ids=[], stock="box-roll", by=by, at=AT)


def test_reads_labels_from_the_inventory(world: World) -> None:
    vial, *_ = vial_labels_of([v.pk for v in world.vials])
    box = Container.objects.get(name="Box 1")
    (label,) = container_labels_of([box.pk])

    assert (vial.coi, vial.batch, vial.is_autologous) == (COI, "B-26-2803", True)
    assert vial.storage.startswith("LN2 vapour")
    assert (label.name, label.kind) == ("Box 1", "Box 9 x 9")
    assert label.place == "Leiden › LN2-01"
    assert position_labels_of(box.pk) == []
