"""Setting things up on screen: readers read, administrators sign, refusals come in words."""

import pytest
from django.test import Client

from accounts.models import Person
from accounts.roles import Role
from inventory.models import Container, ContainerType, Product, Program, Site, Sponsor
from tests.browsing import Browser
from tests.factories.people import PASSWORD, PersonFactory
from tests.readiness import make_ready
from tests.world import World

LISTS = ["", "sites/", "types/", "programs/", "products/", "people/"]
SHEETS = ["sites/add/", "units/add/", "types/add/", "programs/add/", "sponsors/add/",
          "products/add/", "people/add/", "tokens/issue/"]  # fmt: skip


def desk_of(person: Person) -> Client:
    """Sign somebody in."""
    client = Browser()
    client.force_login(person)
    return client


def signed(world: World, **fields: object) -> dict[str, object]:
    """Fill in what the administrator enters to sign."""
    who = {"user_id": world.admin.user_id, "password": PASSWORD, "reason": "Request 12"}
    return {**who, **fields}


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("role", "status"), [("technician", 403), ("qa", 200), ("inspector", 200), ("admin", 200)]
)
def test_lists_open_for_readers(world: World, path: str, role: str, status: int) -> None:
    assert desk_of(getattr(world, role)).get(f"/configure/{path}").status_code == status


@pytest.mark.parametrize("path", SHEETS)
@pytest.mark.parametrize(
    ("role", "status"), [("technician", 403), ("qa", 403), ("inspector", 403), ("admin", 200)]
)
def test_sheets_open_for_administrators(world: World, path: str, role: str, status: int) -> None:
    assert desk_of(getattr(world, role)).get(f"/configure/{path}").status_code == status


@pytest.mark.urs("URS-67")
@pytest.mark.parametrize(
    ("role", "status"), [("technician", 403), ("qa", 200), ("inspector", 403), ("admin", 200)]
)
def test_tokens_open_for_whoever_may_revoke_one(world: World, role: str, status: int) -> None:
    assert desk_of(getattr(world, role)).get("/configure/tokens/").status_code == status


def test_sets_up_a_sponsor_with_program_product_and_limits(world: World) -> None:
    desk = desk_of(world.admin)
    product = {"code": "NEW-P", "name": "New product", "is_autologous": "autologous"}
    limits = {
        "warmest_allowed_celsius": "-135",
        "longest_single": "2",
        "longest_total": "30",
        "most_exposures": "5",
    }

    def post(path: str, **fields: object) -> None:
        answer = desk.post(f"/configure/{path}", signed(world, **fields))
        assert answer.status_code == 302, answer.content.decode()

    post("sponsors/add/", name="Glacier Bio")
    sponsor = Sponsor.objects.get(name="Glacier Bio")
    post("programs/add/", sponsor=sponsor.pk, code="GB-1", name="Glacier one")
    program = Program.objects.get(code="GB-1")
    post("products/add/", program=program.pk, storage_class="vapour", **product)
    made = Product.objects.get(code="NEW-P")
    assert "Limits are missing" in desk.get("/configure/products/").text
    assert "without limits" in desk.get("/configure/").text
    quality = PersonFactory.create(roles=[Role.QA], programs=[program])
    make_ready(quality, by=world.signs(world.admin))
    who = {"user_id": quality.user_id, "password": PASSWORD, "reason": "Study 14"}
    answer = desk_of(quality).post(f"/configure/products/{made.pk}/limits/", who | limits)
    assert answer.status_code == 302, answer.content.decode()
    assert desk.get(f"/configure/products/{made.pk}/limits/").status_code == 403

    assert made.limits.get().most_exposures == 5
    assert "Limits are missing" not in desk_of(quality).get("/configure/products/").text
    assert "without limits" not in desk_of(quality).get("/configure/").text


def test_sets_up_a_site_with_a_unit_and_racks(world: World) -> None:
    desk = desk_of(world.admin)

    site = {"code": "BSL", "name": "Basel", "time_zone": "Europe/Zurich"}
    assert desk.post("/configure/sites/add/", signed(world, **site)).status_code == 302
    made = Site.objects.get(code="BSL")
    unit = {"site": made.pk, "type": world.tank.type_id, "name": "LN2-09", "zone": "general"}
    answer = desk.post("/configure/units/add/", signed(world, **unit))
    assert answer.status_code == 302, answer.content.decode()
    tank = Container.objects.get(name="LN2-09")
    racks = {
        "type": world.rack.type_id, "name": "Rack", "first": 1, "count": 3, "zone": "general",
    }  # fmt: skip
    url = f"/configure/containers/add/?inside={world.tank.pk}"
    answer = desk.post(url, signed(world, **racks))

    assert answer.status_code == 302, answer.content.decode()
    assert tank.site == made
    assert Container.objects.filter(position__container=world.tank).count() == 4


def test_refuses_more_racks_than_places_and_names_that_stand_there(world: World) -> None:
    racks = {"type": world.rack.type_id, "name": "R", "first": 1, "count": 9, "zone": "general"}
    url = f"/configure/containers/add/?inside={world.tank.pk}"

    answer = desk_of(world.admin).post(url, signed(world, **racks))

    assert answer.status_code == 409
    assert 'data-refusal="NOT_ENOUGH_PLACES"' in answer.content.decode()


def test_designs_a_type_with_a_preview(world: World) -> None:
    desk = desk_of(world.admin)
    design = {
        "name": "Box 8 × 12", "category": "box", "layout": "grid", "rows": "8", "columns": "12",
        "holds": "vial", "accepts": ["vial"],
    }  # fmt: skip

    preview = desk.post("/configure/types/add/", {**design, "preview": "1"})
    answer = desk.post("/configure/types/add/", signed(world, **design))

    assert preview.status_code == 200
    assert "H12" in preview.content.decode()
    assert answer.status_code == 302, answer.content.decode()
    assert ContainerType.objects.get(name="Box 8 × 12").columns == 12


def test_a_wrong_password_sets_nothing_up(world: World) -> None:
    fields = signed(world, name="Nobody", password="wrong")

    answer = desk_of(world.admin).post("/configure/sponsors/add/", fields)

    assert answer.status_code == 403
    assert not Sponsor.objects.filter(name="Nobody").exists()


def test_says_what_is_missing(world: World) -> None:
    answer = desk_of(world.admin).post("/configure/sponsors/add/", signed(world))

    assert answer.status_code == 422


def test_the_lists_do_not_ask_for_each_row(world: World, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]  # pytest-django's fixture
    desk = desk_of(world.admin)
    desk.get("/sites/")

    for path in LISTS:
        with django_assert_max_num_queries(10):
            desk.get(f"/configure/{path}")
