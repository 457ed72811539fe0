"""Copies of records from the screen, and the register of what was handed out."""

import json
import zipfile
from io import BytesIO

import pytest
from django.test import Client

from accounts.roles import Role
from inventory.models import Vial
from reports.models import Export
from tests.factories.inventory import ProductFactory
from tests.factories.people import PersonFactory
from tests.world import World


@pytest.fixture
def vial(world: World) -> Vial:
    """Return a stored vial of a patient."""
    return world.stored()[0]


def coi_of(vial: Vial) -> str:
    """Return the chain of identity of a vial."""
    assert vial.therapy is not None
    return vial.therapy.coi


def desk_of(person: object) -> Client:
    """Sign somebody in."""
    client = Client()
    client.force_login(person)  # type: ignore[arg-type]  # a Person
    return client


def asked_for(coi: str, form: str = "json", reason: str = "Review") -> dict[str, str]:
    """Ask for a copy of a therapy's record."""
    return {"coi": coi, "form": form, "reason": reason}


@pytest.mark.urs("URS-76", "URS-48")
@pytest.mark.parametrize("form", ["bundle", "pdf", "json"])
def test_hands_out_a_copy_and_enters_it(world: World, vial: Vial, form: str) -> None:
    desk = desk_of(world.inspector)

    asked = asked_for(coi_of(vial).lower(), form, "Inspection")
    answer = desk.post("/reports/dossier/", asked)

    assert answer.status_code == 200, answer.content[:2000]
    if form == "pdf":
        assert answer.content.startswith(b"%PDF")
    elif form == "json":
        assert coi_of(vial) in json.dumps(json.loads(answer.content))
    else:
        assert "SHA256SUMS" in zipfile.ZipFile(BytesIO(answer.content)).namelist()
    assert Export.objects.get().subject == coi_of(vial)
    page = desk.get("/reports/").content.decode()
    assert "Inspection" in page
    assert "Inspector Example" in page


@pytest.mark.parametrize("coi", ["", "nonsense", "A9999-26-000001"])
def test_asks_for_a_chain_of_identity(world: World, coi: str) -> None:
    answer = desk_of(world.qa).post("/reports/dossier/", asked_for(coi))

    assert answer.status_code == 422
    assert not Export.objects.exists()


@pytest.mark.urs("URS-117")
def test_hides_a_therapy_and_its_copies_from_another_sponsor(world: World, vial: Vial) -> None:
    desk_of(world.qa).post("/reports/dossier/", asked_for(coi_of(vial)))
    other = PersonFactory.create(roles=[Role.QA], programs=[ProductFactory.create().program])

    answer = desk_of(other).post("/reports/dossier/", asked_for(coi_of(vial)))

    assert answer.status_code == 404
    assert coi_of(vial)[-4:] not in desk_of(other).get("/reports/").content.decode()


def test_an_administrator_sees_the_register_without_the_form(world: World) -> None:
    page = desk_of(world.admin).get("/reports/?coi=CHA9990260004AX").content.decode()

    assert "Make the copy" not in page
