"""The portal after a restore: what its pages say, what is refused, and how quality opens it."""

import pytest
from django.db import transaction
from django.test import Client

from accounts.actions.reconcile_restore import reconcile_restore
from accounts.models import Person
from accounts.tasks import tell_of_unauthorised_use
from audit.models import Change, RestoreReconciliation, Seal, SystemEvent
from audit.seals import standing
from audit.seals.sealing import seal_trail
from audit.system_event_kinds import SystemEventKind
from audit.system_events import record_waiting
from audit.tasks import seal_now, verify_tonight
from audit.telling import tell
from custody.tasks import expire_vials_now
from inventory.models import Product
from tests.browsing import Browser
from tests.factories.people import PASSWORD
from tests.integration.conftest import OtherSystem, ebr
from tests.integration.messages import as_text, autologous, batch_message, batch_part
from tests.world import World

__all__ = ["ebr"]
pytestmark = pytest.mark.urs("URS-83")
BANNER = "Read only."


@pytest.fixture
def lost(world: World, monkeypatch: pytest.MonkeyPatch, remembered: object) -> World:
    """Return a site with vials at work, of which the anchor knows two seals more."""
    monkeypatch.setattr("audit.seals.standing.memory", standing.Memory())
    world.checked_out(world.stored(1))
    seal_trail()
    before = transaction.savepoint()
    for _ in range(2):
        world.expected()
        seal_trail()
    transaction.savepoint_rollback(before)
    standing.forget_standing()
    return world


@pytest.fixture
def product(world: World) -> Product:
    """Return a product that was there before the backup."""
    return autologous(world)


def desk_of(person: Person) -> Browser:
    """Sign somebody in."""
    client = Browser()
    client.force_login(person)
    return client


def test_tells_everybody_and_shows_what_to_look_for(lost: World, client: Client) -> None:
    page = desk_of(lost.qa).get("/audit/restore/").text

    assert "<dd>2 to 3</dd>" in page
    assert "14 changes" in page
    assert lost.box.code in page
    assert "Checked out" in page
    assert "The anchor knows changes up to number" in page
    assert "Sign what was lost" in page
    listed = desk_of(lost.inspector).get("/audit/restore/?format=csv&hours=72")
    assert listed.headers["Content-Type"].startswith("text/csv")
    assert "Checked out" in listed.text
    assert "Sign what was lost" not in desk_of(lost.inspector).get("/audit/restore/").text
    assert BANNER in desk_of(lost.technician).get("/").text
    trail = client.get("/readyz").json()["trail"]
    assert trail["anchor"] == "behind"


def test_refuses_what_people_send_and_keeps_what_jobs_have_to_do(lost: World) -> None:
    changes, events = Change.objects.count(), SystemEvent.objects.count()
    tell(SystemEventKind.START_WEB, component="web", words="It started", details={})

    answer = desk_of(lost.admin).post(
        f"/configure/people/{lost.witness.pk}/close/",
        {"user_id": lost.admin.user_id, "password": PASSWORD, "reason": "Left"},
    )
    for job in (seal_now, expire_vials_now, tell_of_unauthorised_use, verify_tonight):
        job()
    assert record_waiting() == 0

    assert answer.status_code == 503
    assert "Nothing is written until quality has signed" in answer.text
    assert (Change.objects.count(), SystemEvent.objects.count()) == (changes, events)
    assert Seal.objects.count() == 1


def test_a_message_that_was_refused_is_taken_when_it_is_sent_again(
    ebr: OtherSystem, product: Product, lost: World
) -> None:
    text = as_text(batch_message(batch_part(product)))

    refused = ebr.post("batches/", text)
    loss = standing.loss_now()
    assert loss is not None
    reconcile_restore(digest=loss.digest, findings="None", intent=lost.signs(lost.qa))

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "60")
    assert refused.json()["refusals"][0]["code"] == "RESTORED"
    assert ebr.post("batches/", text).status_code == 201


def test_quality_signs_and_everything_goes_on(lost: World) -> None:
    tell(SystemEventKind.START_WEB, component="web", words="It started", details={})
    entered = {"user_id": lost.qa.user_id, "password": PASSWORD, "reason": "Restored at 02:00"}
    desk = desk_of(lost.qa)
    sheet = desk.get("/audit/restore/sign/")

    unsaid = desk.post("/audit/restore/sign/", entered | {"digest": "x"})
    done = desk.post(
        "/audit/restore/sign/",
        entered | {"digest": sheet.context["sheet"].hidden[0][1], "findings": "All is there"},
        follow=True,
    )

    assert unsaid.status_code == 422
    assert "Write down what was compared" in unsaid.text
    assert "Everybody can write again" in done.text
    assert BANNER not in done.text
    assert "All is there" in done.text
    assert RestoreReconciliation.objects.get().last_lost == 3
    assert record_waiting() == 1
    seal_now()
    assert Seal.objects.latest("number").number == 4
    assert desk.get("/audit/restore/sign/").headers["Location"] == "/audit/restore/"
