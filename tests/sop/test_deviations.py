"""Opening a deviation inside somebody else's Change: its number, its vials, who may see it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from audit.changes import attributed_change, machine_change
from sop.deviations import add_to_open_deviation, open_deviation
from sop.models import Deviation, DeviationKind, DeviationSeries, Impact
from tests.custody.racing import race
from tests.factories.deviations import found, opened_deviation
from tests.factories.inventory import ProductFactory, VialFactory
from tests.world import NOON, World


@pytest.mark.urs("URS-113")
def test_opens_in_the_change_that_is_open(world: World, django_assert_max_num_queries: Any) -> None:
    vials = world.expected(2, world.batch())
    with (
        attributed_change(
            world.says(world.technician), action="test", procedure_step="ST-002 v3, step 4"
        ) as change,
        django_assert_max_num_queries(5),
    ):
        deviation = open_deviation(change, found([*vials, vials[0]]), at=NOON)

    kept = Deviation.objects.get()
    assert (kept.number, kept.opened_by, kept.opened_at) == (
        "DEV-2026-0001",
        world.technician,
        NOON,
    )
    assert kept.procedure_step == "ST-002 v3, step 4"
    assert kept.program_id == vials[0].program_id
    assert [row.impact for row in kept.vials.all()] == [Impact.TO_ASSESS] * 2
    assert [row.change_id for row in deviation.history.all()] == [change.id]


@pytest.mark.urs("URS-113", "URS-121")
def test_numbers_each_kind_and_year_by_itself(world: World) -> None:
    opened_deviation(world)
    incident = opened_deviation(world, kind=DeviationKind.INCIDENT)
    second = opened_deviation(world)
    next_year = opened_deviation(world, at=datetime(2027, 1, 1, 0, 30, tzinfo=UTC))

    assert [incident.number, second.number, next_year.number] == [
        "INC-2026-0001",
        "DEV-2026-0002",
        "DEV-2027-0001",
    ]


@pytest.mark.urs("URS-113")
def test_gives_the_number_of_what_was_rolled_back_to_the_next(world: World) -> None:
    def fails() -> None:
        with transaction.atomic(), machine_change("feed", action="test", reason="test") as change:
            open_deviation(change, found(), at=NOON)
            raise RuntimeError("nothing of this stays")

    with pytest.raises(RuntimeError):
        fails()

    assert opened_deviation(world).number == "DEV-2026-0001"


@pytest.mark.urs("URS-113")
def test_lets_a_machine_open_one(world: World) -> None:
    with machine_change("feed", action="test", reason="A probe fell silent") as change:
        deviation = open_deviation(change, found(site_id=world.site.pk), at=NOON)

    assert deviation.opened_by_id is None
    assert deviation.program_id is None


@pytest.mark.urs("URS-113")
def test_adds_the_same_thing_to_what_is_open(world: World) -> None:
    first = opened_deviation(world, about="pick 7 vial 9")

    with machine_change("feed", action="test", reason="test"):
        again = add_to_open_deviation("pick 7 vial 9", "Scanned again.")
        other = add_to_open_deviation("pick 7 vial 8", "Scanned again.")

    assert again == first
    assert other is None
    assert again is not None
    assert again.what_happened.endswith("step 4.\nScanned again.")
    assert again.history.count() == 2


@pytest.mark.urs("URS-14", "URS-117")
def test_is_seen_by_whoever_sees_every_program_it_touches(world: World) -> None:
    mine = world.expected(1, world.batch())
    others = [VialFactory.create(batch__therapy__product=ProductFactory.create())]
    within = opened_deviation(world, vials=mine)
    opened_deviation(world, vials=mine + others)
    opened_deviation(world, program_id=others[0].program_id)
    without = opened_deviation(world, site_id=world.site.pk)

    seen = Deviation.objects.visible_to(world.qa).order_by("pk")

    assert list(seen) == [within, without]


@pytest.mark.urs("URS-113")
@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"status": "closed"}, IntegrityError),
        ({"outside_url": "http://qms.example.org"}, IntegrityError),
        ({"number": "DEV-2026-0009"}, DatabaseError),
    ],
)
def test_the_database_refuses(world: World, fields: dict[str, str], fault: type[Exception]) -> None:
    deviation = opened_deviation(world)
    for name, value in fields.items():
        setattr(deviation, name, value)

    with pytest.raises(fault), machine_change("feed", action="test", reason="test"):
        deviation.save(update_fields=list(fields))


@pytest.mark.urs("URS-113")
def test_two_at_once_get_two_numbers(committed_world: World) -> None:
    def step() -> None:
        opened_deviation(committed_world)

    outcomes = race(step, step, meet_in="sop.deviations._next_number")

    assert [outcome.error for outcome in outcomes] == [None, None]
    numbers = Deviation.objects.order_by("pk").values_list("number", flat=True)
    assert sorted(numbers) == ["DEV-2026-0001", "DEV-2026-0002"]
    assert DeviationSeries.objects.get().last == 2
