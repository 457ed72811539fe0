"""The audit trail on screen: what it shows, how it is cut, and what stays behind the wall."""

from typing import Any

import pytest
from django.test import Client

from accounts.actions.revoke_role import revoke_role
from accounts.models import Person
from accounts.roles import Role
from audit.changes import machine_change
from audit.models import Change
from inventory.models import PatientIdentity, Vial
from tests.factories.inventory import ProductFactory
from tests.factories.people import PersonFactory
from tests.orders import Orders
from tests.world import World


def desk_of(person: Person) -> Client:
    """Sign somebody in."""
    client = Client()
    client.force_login(person)
    return client


def last(action: str) -> Change:
    """Return the newest change of this action."""
    return Change.objects.filter(action=action).latest("pk")


@pytest.mark.urs("URS-34", "URS-50")
def test_shows_old_beside_new_with_events_and_signatures(world: World) -> None:
    vial = world.released()[0]

    page = desk_of(world.inspector).get(f"/audit/{last('decide_quality').pk}/").content.decode()

    assert "Quarantine → Released" in page
    assert "<td>Quarantine</td><td>Released</td>" in page
    assert world.release.full_name in page
    assert vial.code in page
    assert "Changed since signed" not in page


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ({"action": "place_vials"}, True),
        ({"action": "discard_vials"}, False),
        ({"person": "TECHNICIAN.{site}"}, True),
        ({"person": "nobody"}, False),
        ({"since": "2020-01-01", "until": "2099-01-01"}, True),
        ({"until": "2020-01-01"}, False),
        ({"code": "{vial}"}, True),
        ({"code": "{batch}"}, True),
        ({"code": "{coi}"}, True),
        ({"code": "NOTHING-HAS-THIS"}, False),
        ({"since": "never", "action": "nonsense"}, True),
        ({"reason": "procedure says"}, True),
        ({"reason": "procedure -says"}, False),
        ({"device": "bench 1", "role": "technician"}, True),
        ({"device": "bench 2"}, False),
        ({"role": "inspector"}, False),
        ({"step": "weigh"}, False),
        ({"field": "custody"}, True),
        ({"field": "custody", "value": "in_stor"}, True),
        ({"field": "custody", "value": "in_stor", "code": "{vial}"}, True),
        ({"field": "custody", "value": "discarded"}, False),
        ({"field": "expires_at"}, False),
        ({"field": "expires_at", "code": "{batch}"}, False),
        ({"value": "in_stor"}, True),
    ],
)
def test_filters(world: World, query: dict[str, str], finds: bool) -> None:
    vial = world.stored()[0]
    words = {"site": world.site.code, "vial": vial.code, "batch": vial.batch.number}
    assert vial.therapy is not None
    filled = {name: text.format(coi=vial.therapy.coi, **words) for name, text in query.items()}

    page = desk_of(world.inspector).get("/audit/", filled).content.decode()

    assert (f"/audit/{last('place_vials').pk}/" in page) is finds


@pytest.mark.urs("URS-41")
def test_finds_who_by_a_name_they_had_before(world: World) -> None:
    world.stored()
    with machine_change("test", action="rename", reason="Married"):
        world.technician.full_name = "Tess Newname"
        world.technician.save(update_fields=["full_name"])
    desk = desk_of(world.inspector)
    old = Person.history.filter(id=world.technician.pk).earliest("history_id").full_name

    for name in (old, "newname"):
        page = desk.get("/audit/", {"person": name}).content.decode()
        assert f"/audit/{last('place_vials').pk}/" in page


@pytest.mark.urs("URS-35", "URS-41")
def test_rows_show_old_beside_new_and_chips_take_filters_away(world: World) -> None:
    world.released()

    page = desk_of(world.inspector).get("/audit/", {"action": "decide_quality", "role": "release"})
    text = page.content.decode()

    assert "<del>Quarantine</del> → <ins>Released</ins>" in text
    assert [chip.label for chip in page.context["chips"]] == [
        "Action: Decide quality",
        "Role: Release",
    ]
    assert page.context["chips"][0].url == "/audit/?role=release"


@pytest.mark.urs("URS-41")
def test_a_field_is_looked_for_stretch_by_stretch(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.queries.changes.READ_AT_ONCE", 10)
    world.stored()
    wanted = last("place_vials").pk
    for _ in range(25):
        with machine_change("test", action="noise", reason="Fill a stretch"):
            pass
    desk = desk_of(world.inspector)
    asked: dict[str, str] = {"field": "custody"}
    seen: list[int] = []
    stretches = 0

    while True:
        answer = desk.get("/audit/", asked)
        seen += [row.entry.id for row in answer.context["rows"]]
        url = answer.context["pager"].next_url
        if not url or wanted in seen:
            break
        asked = {"field": "custody", "before": url.rpartition("=")[2]}
        stretches += 1
    back = desk.get("/audit/", {"field": "custody", "after": str(wanted - 1)})

    assert stretches == 2
    assert wanted in seen
    assert wanted in [row.entry.id for row in back.context["rows"]]


@pytest.mark.urs("URS-41")
def test_finds_what_was_recorded_about_a_person(world: World) -> None:
    revoke_role(
        person_id=world.technician.pk, role=Role.TECHNICIAN, intent=world.signs(world.admin)
    )
    asked = {"code": world.technician.user_id}

    page = desk_of(world.inspector).get("/audit/", asked).content.decode()

    assert f"/audit/{last('revoke_role').pk}/" in page


@pytest.mark.urs("URS-34")
def test_one_change_is_shown_whole_part_by_part(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.queries.versions.MOST_SHOWN", 3)
    monkeypatch.setattr("web.audit_pages.MOST_SHOWN", 3)
    vials = world.stored(5)
    desk = desk_of(world.inspector)
    whole = desk.get(f"/audit/{last('place_vials').pk}/")

    parts = [desk.get(url).content.decode() for _, url in whole.context["further"]]

    text = whole.content.decode() + "".join(parts)
    assert len(parts) == 2
    assert all(text.count(vial.code[-4:]) >= 2 for vial in vials)


@pytest.mark.urs("URS-41")
def test_refused_attempts_are_searched_too(world: World) -> None:
    order = Orders(world).claimed(world.released())
    wrong = world.released()[0]
    desk_of(world.technician).post(f"/retrievals/{order.pk}/pick/", {"code": wrong.code})
    desk = desk_of(world.qa)

    for query, finds in (
        ({"person": world.technician.user_id, "role": "technician"}, True),
        ({"person": "nobody"}, False),
        ({"code": wrong.code}, True),
        ({"code": "NOTHING-HAS-THIS"}, False),
    ):
        rows = desk.get("/audit/refused/", query).context["rows"]
        assert bool(rows) is finds


def test_finds_the_changes_of_an_order_and_of_a_box(world: World) -> None:
    order = Orders(world).picked(world.released())
    desk = desk_of(world.inspector)

    of_order = desk.get("/audit/", {"code": order.order_number}).content.decode()
    of_box = desk.get("/audit/", {"code": world.box.code}).content.decode()

    assert "Scan pick" in of_order
    assert "Witness pick" in of_order
    assert "Place vials" in of_box
    assert "Add container" in of_box


@pytest.mark.urs("URS-117")
def test_leaves_out_what_touches_another_sponsors_program(world: World) -> None:
    order = Orders(world).picked(world.released())
    other = PersonFactory.create(roles=[Role.QA], programs=[ProductFactory.create().program])
    desk = desk_of(other)

    page = desk.get("/audit/").content.decode()

    assert "are left out" in page
    for action in ("check_out_vials", "scan_pick", "request_retrieval", "witness_pick"):
        change = last(action)
        assert f"/audit/{change.pk}/" not in page
        assert desk.get(f"/audit/{change.pk}/").status_code == 404
    assert order.order_number not in page


@pytest.mark.urs("URS-23", "URS-29", "URS-117")
def test_shows_refused_attempts_but_not_those_of_another_sponsor(world: World) -> None:
    mine, wrong = world.released(), world.released()[0]
    order = Orders(world).claimed(mine)
    floor = desk_of(world.technician)
    floor.post(f"/retrievals/{order.pk}/pick/", {"code": wrong.code})
    other = PersonFactory.create(roles=[Role.QA], programs=[ProductFactory.create().program])
    desk = desk_of(world.qa)

    for kind in ("", "mismatch"):
        assert wrong.code in desk.get("/audit/refused/", {"kind": kind}).content.decode()
        hidden = desk_of(other).get("/audit/refused/", {"kind": kind})
        assert wrong.code not in hidden.content.decode()
    assert wrong.code not in desk.get("/audit/refused/", {"kind": "signing"}).content.decode()


@pytest.mark.urs("URS-117")
def test_masks_who_a_patient_is(world: World) -> None:
    vial = world.expected()[0]
    assert vial.therapy is not None
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        PatientIdentity(
            patient=vial.therapy.patient,
            full_name="Gianna Real",
            born_on="1980-01-02",
            medical_record_number="MRN-1",
        ).save()

    page = desk_of(world.inspector).get(f"/audit/{last('set_up').pk}/").content.decode()

    assert "masked" in page
    assert "Gianna" not in page
    assert "1980" not in page


def test_pages_go_back_and_forth(world: World) -> None:
    world.stored(1)
    for _ in range(60):
        with machine_change("test", action="noise", reason="Fill a page"):
            pass
    desk = desk_of(world.inspector)
    first = desk.get("/audit/")
    oldest = first.context["rows"][-1].entry.id

    second = desk.get("/audit/", {"before": oldest})
    newest = second.context["rows"][0].entry.id
    back = desk.get("/audit/", {"after": newest})

    assert newest < oldest
    assert [row.entry.id for row in back.context["rows"]] == [
        row.entry.id for row in first.context["rows"]
    ]
    assert desk.get("/audit/", {"before": "x", "after": ""}).status_code == 200


def test_gives_what_is_shown_as_csv(world: World) -> None:
    world.stored()
    desk = desk_of(world.inspector)

    trail = desk.get("/audit/", {"action": "place_vials", "format": "csv"}).content.decode()
    refused = desk.get("/audit/refused/", {"format": "csv"})

    assert len(trail.strip().splitlines()) == 2
    assert refused.headers["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize("path", ["/audit/", "/audit/1/", "/audit/refused/"])
def test_technicians_stay_out(world: World, path: str) -> None:
    assert desk_of(world.technician).get(path).status_code == 403


def test_needs_few_queries(world: World, django_assert_max_num_queries: Any) -> None:
    vials = world.stored(6)
    assert Vial.objects.filter(pk=vials[0].pk).exists()
    desk = desk_of(world.inspector)
    desk.get("/audit/")

    with django_assert_max_num_queries(28):  # one for each kind of record that is listed
        desk.get("/audit/")
    with django_assert_max_num_queries(24):
        desk.get(f"/audit/{last('receive_batch').pk}/")
