"""Training on screen: read and sign, assess, take back, and the matrix with its copy as CSV."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from sop.action import Action
from sop.actions.assess_in_practice import assess_in_practice
from sop.documents.document import TrainingDemand
from sop.models import Assessment, ProcedureVersion, ReadUnderstood
from sop.training import months_after
from tests.browsing import Browser
from tests.factories.inventory import SiteFactory
from tests.factories.people import PASSWORD, PersonFactory
from tests.factories.procedures import document, govern, in_force, train
from tests.world import World

pytestmark = pytest.mark.urs("URS-07")
INDEX = "/procedures/training/"


@pytest.fixture
def version(world: World) -> ProcedureVersion:
    """Return a version in force that governs placing at every site, and asks for an assessment."""
    said = document(changes="Gloves first", training=TrainingDemand(assessment=True))
    version = in_force(said, author=world.qa2, approver=world.release)
    govern(Action.PLACE_VIALS, version)
    return version


def signature(world: World, who: str, **entered: str) -> dict[str, str]:
    """Return what a form sends when somebody of the world signs it."""
    signer = getattr(world, who)
    return {"user_id": signer.user_id, "password": PASSWORD, "reason": "Training", **entered}


@pytest.mark.urs("URS-25")
def test_a_technician_reads_a_version_on_the_page_and_signs(
    world: World, client: Browser, version: ProcedureVersion
) -> None:
    client.force_login(world.technician)
    first = client.get(INDEX).text
    address = reverse("training:read", args=[version.pk])
    assert "to read and sign" in first
    assert address in first
    assert "Everybody" not in first, "a technician sees their own training only"
    sheet = client.get(address).text
    assert "Gloves first" in sheet
    assert "Put the vial in its place" in sheet

    answer = client.post(address, signature(world, "technician"))

    assert answer.status_code == 302
    assert ReadUnderstood.objects.get(version=version).person == world.technician
    assert "You signed that you read" in client.get(address).text
    assert "need an assessment" in client.get(INDEX).text.replace("needs an", "need an")


@pytest.mark.urs("URS-31")
def test_quality_assesses_and_takes_it_back(
    world: World, client: Browser, version: ProcedureVersion
) -> None:
    for person in (world.technician, world.qa):
        train(person, version)
    client.force_login(world.qa)
    own = reverse("training:person", args=[world.technician.pk])
    address = reverse("training:assess", args=[world.technician.pk, version.pk])
    assert address in client.get(own).text

    unsaid = client.post(address, signature(world, "qa", observed="", outcome="passed"))
    assert unsaid.status_code == 422
    client.post(address, signature(world, "qa", observed="Three vials", outcome="passed"))

    row = Assessment.objects.get()
    assert row.is_passed
    page = client.get(own).text
    assert "as the procedure says" in page
    end = reverse("training:end", args=[row.pk])
    assert end in page
    client.post(end, signature(world, "qa"))
    row.refresh_from_db()
    assert row.ended_at is not None
    assert "Taken back" in client.get(own).text
    myself = client.post(
        reverse("training:assess", args=[world.qa.pk, version.pk]),
        signature(world, "qa", observed="Me", outcome="passed"),
    )
    assert myself.status_code == 409


def test_the_matrix_shows_who_works_where_the_viewer_looks(
    world: World, client: Browser, version: ProcedureVersion
) -> None:
    away = PersonFactory.create(
        full_name="Away Example", roles=[Role.TECHNICIAN], sites=[SiteFactory.create()]
    )
    train(world.technician, version, at=timezone.now() - timedelta(days=1))
    client.force_login(world.supervisor)

    page = client.get(INDEX).text

    assert "Technician Example" in page
    assert "To assess" in page
    assert away.full_name not in page
    assert client.get(reverse("training:person", args=[away.pk])).status_code == 404
    rows = list(csv.DictReader(StringIO(client.get(INDEX, {"format": "csv"}).text)))
    assert {row["name"] for row in rows} >= {"Technician Example", "Witness Example"}
    by_name = {row["name"]: row for row in rows}
    assert by_name["Technician Example"]["standing"] == "To assess"
    assert by_name["Witness Example"]["also_missing"] == "To assess"
    assert by_name["Qa Example"]["required"] == "no"
    gaps = client.get(INDEX, {"role": "technician", "gaps": "on", "site": str(world.site.pk)}).text
    assert "Qa Example" not in gaps
    assert "Nobody matches" in client.get(INDEX, {"role": "release", "gaps": "on"}).text


@pytest.mark.urs("URS-25")
def test_the_approver_sees_what_a_version_requires_of_whom(
    world: World, client: Browser, version: ProcedureVersion
) -> None:
    client.force_login(world.qa)

    page = client.get(reverse("training:demand", args=[version.pk])).text

    assert "3 people have to read it; 3 have to be assessed" in page
    assert "Technician Example" in page
    assert "Release Example" not in page, "nothing asks them to follow it"
    assert client.get(reverse("training:demand", args=[0])).status_code == 404


def test_what_nobody_is_to_read_is_not_found(world: World, client: Browser) -> None:
    first = in_force(document(), author=world.qa2, approver=world.release)
    in_force(document(), author=world.qa2, approver=world.release, number=2)
    client.force_login(world.technician)

    assert client.get(reverse("training:read", args=[first.pk])).status_code == 404
    assert client.get(reverse("training:read", args=[0])).status_code == 404
    assert "Others that you may read: 1" in client.get(INDEX).text


def test_the_dashboard_says_what_is_to_read_what_expires_and_what_comes(
    world: World, client: Browser, version: ProcedureVersion
) -> None:
    now = timezone.now()
    for person in (world.technician, world.qa):
        train(person, version)
    assess_in_practice(
        person_id=world.technician.pk,
        version_id=version.pk,
        is_passed=True,
        observed="Three vials",
        intent=world.signs(world.qa),
        at=months_after(now, -24) + timedelta(days=20),
    )
    second = in_force(
        document(),
        author=world.qa2,
        approver=world.release,
        number=2,
        since=now + timedelta(days=13),
    )

    client.force_login(world.technician)
    mine = client.get("/").text
    client.force_login(world.qa)
    quality = client.get("/").text

    assert "To read and sign" in mine
    assert "Training gaps" not in mine
    for page in (mine, quality):
        assert "Training soon" in page
        assert f"version {second.number} is in force from" in page
        assert "expires" in page
    assert "Witness Example" not in mine
    assert "Witness Example" in quality
    assert "Training gaps" in quality


def test_the_page_of_procedures_says_first_what_the_reader_has_to_learn(
    world: World, version: ProcedureVersion
) -> None:
    reader = Browser()
    reader.force_login(world.technician)
    sheet = reverse("training:read", args=[version.pk])

    unread = reader.get("/procedures/").text
    reader.post(sheet, signature(world, "technician"))
    unassessed = reader.get("/procedures/").text

    assert unread.index(f'href="{sheet}"') < unread.index("row-link")
    assert f'href="{sheet}"' not in unassessed
    assert "Ask a supervisor or quality to assess you: to assess." in unassessed
