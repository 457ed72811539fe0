"""Each step on a vial: carried out when signed, refused with every reason, near misses kept."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client

from audit.models import RefusedAttempt
from custody.actions.decide_quality import decide_quality
from custody.actions.report_missing import report_missing
from custody.models import EventKind, Hold
from inventory.codes.own import OwnKind, new_code
from inventory.models import Custody, Purpose, Quality, Vial
from sop.models import Deviation
from tests.factories.inventory import StabilityLimitsFactory
from tests.factories.people import PASSWORD, PersonFactory
from tests.factories.temperature import LimitVersionFactory
from tests.world import NOON, World, fresh

STEPS = [
    "move", "put-back", "found", "check-out", "discard", "consume", "transfer",
    "relabel", "missing", "hold", "split",
]  # fmt: skip


def signature(world: World, signer: Any = None, **more: object) -> dict[str, object]:
    """Return what two people enter to sign."""
    return {
        "user_id": (signer or world.technician).user_id,
        "password": PASSWORD,
        "reason": "As the procedure says",
        "second_user_id": world.witness.user_id,
        "second_password": PASSWORD,
        **more,
    }


def post(client: Client, vial: Vial, step: str, entered: Mapping[str, object]) -> Any:
    """Send a step's form with the vial's own label scanned, unless said otherwise."""
    return client.post(f"/vials/{vial.pk}/{step}/", {"scanned": vial.code, **entered})


def rejected(world: World, vial: Vial) -> Vial:
    """Return the vial as rejected by QA."""
    decide_quality(
        vial_ids=[vial.pk],
        decision=Quality.REJECTED,
        evidence="Report 1",
        intent=world.signs(world.qa),
        at=NOON,
    )
    return fresh([vial])[0]


def missed(world: World, vial: Vial) -> Vial:
    """Return the vial as reported missing."""
    report_missing(
        vial_ids=[vial.pk], searched="Box 1", intent=world.signs(world.technician), at=NOON
    )
    return fresh([vial])[0]


def last_event(vial: Vial) -> str:
    """Return the kind of the last event."""
    return vial.events.order_by("-seq").values_list("kind", flat=True)[0]


@pytest.mark.parametrize("step", STEPS)
def test_shows_its_page(world: World, client: Client, step: str) -> None:
    vial = world.stored()[0]
    client.force_login(world.technician)

    response = client.get(f"/vials/{vial.pk}/{step}/")

    assert response.status_code == 200
    assert vial.code[:-4] in response.text


@pytest.mark.urs("URS-117")
@pytest.mark.parametrize("step", STEPS)
def test_is_not_there_for_people_of_another_program(
    world: World, client: Client, step: str
) -> None:
    vial = world.stored()[0]
    client.force_login(PersonFactory.create(sites=[world.site]))

    assert client.get(f"/vials/{vial.pk}/{step}/").status_code == 404
    assert post(client, vial, step, signature(world)).status_code == 404


@pytest.mark.urs("URS-31")
def test_checks_a_vial_out_when_two_people_sign(world: World, client: Client) -> None:
    vial = world.stored()[0]
    client.force_login(world.technician)

    response = post(client, vial, "check-out", signature(world, purpose="qc"))

    assert response.status_code == 302
    assert fresh([vial])[0].custody == Custody.CHECKED_OUT
    assert last_event(vial) == EventKind.CHECKED_OUT


@pytest.mark.urs("URS-31")
def test_refuses_the_same_person_twice(world: World, client: Client) -> None:
    vial = world.stored()[0]
    client.force_login(world.technician)
    entered = signature(world, purpose="qc", second_user_id=world.technician.user_id)

    response = post(client, vial, "check-out", entered)

    assert response.status_code == 403
    assert "The second person must be somebody else" in response.text
    assert RefusedAttempt.objects.get().codes == ["SAME_PERSON"]
    assert fresh([vial])[0].custody == Custody.IN_STORAGE


@pytest.mark.urs("URS-54")
def test_refuses_a_wrong_password(world: World, client: Client) -> None:
    vial = world.stored()[0]
    client.force_login(world.technician)

    response = post(client, vial, "check-out", signature(world, purpose="qc", password="no"))

    assert response.status_code == 403
    assert "do not match" in response.text
    assert fresh([vial])[0].custody == Custody.IN_STORAGE


@pytest.mark.urs("URS-29")
@pytest.mark.parametrize("step", ["check-out", "move"])
def test_stops_when_another_vial_is_in_the_hand_and_keeps_the_near_miss(
    world: World, client: Client, step: str
) -> None:
    vial, other = world.stored(2)
    client.force_login(world.technician)
    entered = signature(world, purpose="qc", scanned=other.code, position=world.place("B1").pk)

    response = post(client, vial, step, entered)

    assert response.status_code == 422
    assert f"STOP. You scanned {other.code}" in response.text
    kept = RefusedAttempt.objects.get()
    assert kept.codes == ["WRONG_VIAL"]
    assert kept.subject == {"expected": vial.code, "scanned": other.code}


@pytest.mark.urs("URS-29", "URS-113")
@pytest.mark.parametrize("step", ["discard", "move"])
def test_another_patients_vial_in_the_hand_opens_one_deviation_however_often_it_is_sent(
    world: World, client: Client, step: str
) -> None:
    [vial], [other] = world.stored(), world.stored()
    client.force_login(world.technician)
    entered = signature(world, scanned=other.code, position=world.place("B1").pk)

    for _ in range(2):
        response = post(client, vial, step, entered)
        assert response.status_code == 422
        assert f"STOP. You scanned {other.code}" in response.text
        assert "A deviation is open about both vials." in response.text

    deviation = Deviation.objects.get()
    assert {row.vial for row in deviation.vials.all()} == {vial, other}
    assert RefusedAttempt.objects.filter(codes=["WRONG_PATIENT"]).count() == 2
    assert {row.custody for row in fresh([vial, other])} == {Custody.IN_STORAGE}


def test_moves_a_vial_to_the_place_chosen_on_the_map(world: World, client: Client) -> None:
    vial = world.stored()[0]
    place = world.place("C5")
    client.force_login(world.technician)

    response = post(client, vial, "move", {"position": place.pk, "reason": "Rearranging"})

    assert response.status_code == 302
    assert fresh([vial])[0].position == place


def test_moves_a_vial_to_a_scanned_place(world: World, client: Client) -> None:
    vial = world.stored()[0]
    client.force_login(world.technician)
    entered = {"place": f"{world.other_box.code}/A3", "reason": "Rearranging"}

    response = post(client, vial, "move", entered)

    assert response.status_code == 302
    assert fresh([vial])[0].position == world.place("A3", world.other_box)


def test_refuses_a_taken_place_with_its_words(world: World, client: Client) -> None:
    vial, other = world.stored(2)
    client.force_login(world.technician)
    entered = {"position": other.position_id, "reason": "Rearranging"}

    response = post(client, vial, "move", entered)

    assert response.status_code == 409
    assert f"is taken by {other.code}" in response.text


def test_asks_for_a_place(world: World, client: Client) -> None:
    vial = world.stored()[0]
    client.force_login(world.technician)

    response = post(client, vial, "move", {"reason": "Rearranging"})

    assert response.status_code == 422
    assert "Choose a free place on the map, or scan one." in response.text


def test_shows_the_map_of_a_scanned_box(world: World, client: Client) -> None:
    vial = world.stored()[0]
    client.force_login(world.technician)

    page = client.get(f"/vials/{vial.pk}/move/", {"box": world.other_box.code}).text

    assert "LN2-01 › R1 › Box 2" in page
    assert "No such box" not in page


def test_says_that_a_rack_takes_no_vials(world: World, client: Client) -> None:
    vial = world.stored()[0]
    client.force_login(world.technician)

    page = client.get(f"/vials/{vial.pk}/move/", {"box": world.rack.code}).text

    assert "is no box or place that holds vials" in page


def test_puts_a_vial_back_where_its_place_is_kept(world: World, client: Client) -> None:
    stored = world.stored()[0]
    place = stored.position
    assert place is not None
    vial = world.checked_out([stored])[0]
    client.force_login(world.technician)

    page = client.get(f"/vials/{vial.pk}/put-back/").text
    response = post(client, vial, "put-back", {"position": place.pk, "reason": "Done"})

    assert f'value="{place.pk}" checked' in page
    assert response.status_code == 302
    assert fresh([vial])[0].position == place


def test_records_a_missing_vial_as_found_into_quarantine(world: World, client: Client) -> None:
    vial = missed(world, world.released()[0])
    client.force_login(world.qa)
    entered = signature(world, world.qa, position=world.place("D4").pk)

    response = post(client, vial, "found", entered)

    assert response.status_code == 302
    again = fresh([vial])[0]
    assert again.custody == Custody.IN_STORAGE
    assert again.quality == Quality.QUARANTINE


@pytest.mark.urs("URS-91")
def test_discards_a_rejected_vial(world: World, client: Client) -> None:
    vial = rejected(world, world.checked_out(world.stored())[0])
    client.force_login(world.technician)

    response = post(client, vial, "discard", signature(world, method="Autoclave", manifest="WM-1"))

    assert response.status_code == 302
    assert fresh([vial])[0].custody == Custody.DISCARDED


@pytest.mark.urs("URS-91")
def test_uses_a_sample_up(world: World, client: Client) -> None:
    vial = world.checked_out(world.stored(purpose=Purpose.QC))[0]
    client.force_login(world.technician)

    response = post(client, vial, "consume", signature(world, test="Sterility QC-1"))

    assert response.status_code == 302
    assert fresh([vial])[0].custody == Custody.CONSUMED_QC


@pytest.mark.urs("URS-99")
def test_transfers_a_vial_in_quarantine_only_under_that_statement(
    world: World, client: Client
) -> None:
    vial = world.checked_out(world.stored())[0]
    client.force_login(world.supervisor)
    entered = signature(world, world.supervisor, receiver="Sponsor depot, A. Person")

    refused = post(client, vial, "transfer", entered)
    accepted = post(client, vial, "transfer", entered | {"in_quarantine": "on"})

    assert refused.status_code == 409
    assert accepted.status_code == 302
    assert fresh([vial])[0].custody == Custody.TRANSFERRED


def test_reports_a_vial_missing(world: World, client: Client) -> None:
    vial = world.stored()[0]
    client.force_login(world.technician)

    response = post(client, vial, "missing", signature(world, searched="Rack R1"))

    assert response.status_code == 302
    assert fresh([vial])[0].custody == Custody.MISSING


def test_relabels_a_vial(world: World, client: Client) -> None:
    vial = world.stored()[0]
    new = new_code(OwnKind.VIAL, 900)
    client.force_login(world.technician)

    response = post(client, vial, "relabel", signature(world, new_code=new.lower()))

    assert response.status_code == 302
    assert fresh([vial])[0].code == new


def test_splits_a_vial_into_parts_that_keep_its_identity(world: World, client: Client) -> None:
    vial = world.checked_out(world.released())[0]
    client.force_login(world.technician)
    entered = signature(
        world,
        code_1=new_code(OwnKind.VIAL, 901),
        volume_1="0.50",
        kind_1="vial",
        purpose_1="qc",
        code_2=new_code(OwnKind.VIAL, 902),
        volume_2="0.50",
    )

    response = post(client, vial, "split", entered)

    assert response.status_code == 302
    parts = Vial.objects.filter(parent=vial)
    assert {part.therapy_id for part in parts} == {vial.therapy_id}
    assert len(parts) == 2


def test_asks_for_label_and_volume_of_each_part(world: World, client: Client) -> None:
    vial = world.checked_out(world.released())[0]
    client.force_login(world.technician)
    entered = signature(world, code_1=new_code(OwnKind.VIAL, 903))

    response = post(client, vial, "split", entered)

    assert response.status_code == 422
    assert not Vial.objects.filter(parent=vial).exists()


@pytest.mark.urs("URS-115")
@pytest.mark.parametrize("scope", ["vials", "batch", "therapy", "donation"])
def test_holds_what_was_chosen(world: World, client: Client, scope: str) -> None:
    vial, other = world.stored(2, world.batch())
    client.force_login(world.qa)

    response = post(client, vial, "hold", signature(world, world.qa, scope=scope))

    assert response.status_code == 302
    hold = Hold.objects.get()
    assert hold.held_vials.count() == (1 if scope == "vials" else 2)
    assert other.batch == vial.batch


def test_says_at_once_why_a_step_is_not_possible(world: World, client: Client) -> None:
    vial = world.stored()[0]
    client.force_login(world.technician)

    discard = client.get(f"/vials/{vial.pk}/discard/").text
    put_back = client.get(f"/vials/{vial.pk}/put-back/").text

    assert "QA must reject it first" in discard
    assert "Not possible now" in put_back


def test_refuses_somebody_without_the_role(world: World, client: Client) -> None:
    vial = world.stored()[0]
    client.force_login(world.inspector)

    response = post(client, vial, "missing", signature(world, world.inspector, searched="Rack"))

    assert response.status_code == 403
    assert fresh([vial])[0].custody == Custody.IN_STORAGE


@pytest.mark.urs("URS-104")
def test_warns_where_the_limits_of_the_unit_do_not_guard_the_product(
    world: World, client: Client
) -> None:
    vial = world.stored()[0]
    client.force_login(world.technician)
    url = f"/vials/{vial.pk}/move/"

    bare = client.get(url).text
    LimitVersionFactory.create(profile__unit=world.tank)
    guarded = client.get(url).text
    StabilityLimitsFactory.create(
        product=vial.batch.product, version=2, warmest_allowed_celsius="-150.0"
    )
    colder = client.get(url).text

    assert "no limit tells of a single reading" in bare
    assert "These limits do not guard" not in guarded
    assert "a single reading is told above −135.0\N{NARROW NO-BREAK SPACE}°C" in colder
