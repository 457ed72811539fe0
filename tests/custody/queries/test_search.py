"""Search: by the beginning of a code, by words, by a near miss; only what may be seen."""

import pytest

from accounts.models import Person
from custody.queries.search import Thing, look_alikes, search
from inventory.models import IdentifierKind
from tests.factories.inventory import IdentifierFactory, ProgramFactory
from tests.factories.people import PersonFactory
from tests.world import World


def found(text: str, person: Person) -> set[tuple[Thing, str]]:
    """Return what a search finds, by kind and code."""
    return {(hit.thing, hit.code) for hit in search(text, seen_by=person).rows}


def test_finds_by_the_beginning_of_a_code_in_any_case(world: World) -> None:
    vial = world.stored(code="ZX-26-000001")[0]

    assert (Thing.VIAL, vial.code) in found("zx-26", world.qa)
    assert (Thing.VIAL, vial.code) in found("  ZX-26-0 ", world.qa)
    assert found("X-26", world.qa) == set()


def test_finds_a_batch_by_its_donation(world: World) -> None:
    batch = world.stored()[0].batch

    assert (Thing.BATCH, batch.number) in found(batch.donation_number, world.qa)


def test_finds_a_product_by_a_word_of_its_name(world: World) -> None:
    batch = world.batch()

    assert (Thing.PRODUCT, batch.product.code) in found(batch.product.name, world.qa)


def test_finds_containers_that_carry_all_of_the_words(world: World) -> None:
    assert found("LN2-01 box 2", world.qa) == {(Thing.CONTAINER, world.other_box.code)}


def test_needs_two_characters(world: World) -> None:
    world.stored(code="ZX-26-000002")

    assert found("Z", world.qa) == set()


def test_says_when_there_is_more(world: World) -> None:
    for number in range(12):
        world.expected(code=f"ZY-26-{number:06}")

    hits = search("ZY-26", seen_by=world.qa)

    assert hits.there_is_more
    assert [hit.code for hit in hits.rows] == [f"ZY-26-{number:06}" for number in range(10)]


def test_lists_the_first_vials_of_all_programs_together(world: World) -> None:
    other = ProgramFactory.create()
    both = PersonFactory.create(programs=[world.program, other])
    world.expected(code="ZW-26-000002")
    world.program = other
    world.expected(code="ZW-26-000001")

    hits = search("ZW-26", seen_by=both)

    assert [hit.code for hit in hits.rows] == ["ZW-26-000001", "ZW-26-000002"]


@pytest.mark.parametrize(
    "wrong",
    ["ZV-26-0000O1", "ZV-26-00001", "ZV-26-0000001", "ZV-26-000010", "ZV-26-000002"],
    ids=["substituted", "left out", "twice", "swapped", "other digit"],
)
def test_finds_codes_one_character_away(wrong: str, world: World) -> None:
    vial = world.expected(code="ZV-26-000001")[0]

    assert [hit.code for hit in look_alikes(wrong, seen_by=world.qa)] == [vial.code]


def test_tells_near_misses_of_therapies_and_patients_apart(world: World) -> None:
    therapy = world.stored()[0].therapy
    assert therapy is not None
    IdentifierFactory.create(code=therapy.coi, kind=IdentifierKind.THERAPY, therapy=therapy)

    by_coi = look_alikes(f"{therapy.coi[:-1]}Z", seen_by=world.qa)
    by_patient = look_alikes(f"{therapy.patient.pseudonym}9", seen_by=world.qa)

    assert [hit.key for hit in by_coi] == [therapy.pk]
    assert [hit.key for hit in by_patient] == [therapy.pk]
    assert therapy.patient.pseudonym in by_coi[0].words


@pytest.mark.urs("URS-117")
def test_hides_other_programs_from_hits_and_near_misses(world: World) -> None:
    world.stored(code="ZU-26-000001")
    stranger = PersonFactory.create(programs=[ProgramFactory.create()])

    assert found("ZU-26", stranger) == set()
    assert look_alikes("ZU-26-000002", seen_by=stranger) == []
