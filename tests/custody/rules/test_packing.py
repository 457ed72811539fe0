"""Who packs what was picked, and into which shipper."""

import pytest

from accounts.models import Person
from audit.authors import SignedIntent
from audit.errors import Refusal
from audit.models import Meaning
from custody.models import Retrieval, RetrievalStatus
from custody.rules.packing import Packing, refusals_to_pack
from tests.custody.rules.things import retrieval
from tests.world import NOON

PICKER, WITNESS, OTHER = (
    Person(pk=pk, user_id=f"p{pk}", full_name=f"Person {pk}") for pk in (1, 2, 3)
)


def signed_by(first: Person, second: Person | None = None) -> SignedIntent:
    """Return the intent of one person or two."""
    return SignedIntent(
        signer=first,
        meaning=Meaning.PERFORMED,
        reason="As ordered",
        device="bench 1",
        confirmed_at=NOON,
        second=None if second is None else signed_by(second),
    )


def picked(**changed: object) -> Retrieval:
    """Return an order that both have picked."""
    facts = {"status": RetrievalStatus.PICKED, "claimed_by": PICKER, "witness": WITNESS}
    return retrieval(**{**facts, **changed})


def refusals(
    order: Retrieval,
    intent: SignedIntent,
    *,
    shipper: str = "DS-7",
    seal_number: str = "S-1",
    packed_for: Retrieval | None = None,
) -> list[Refusal]:
    """Ask the rule."""
    return refusals_to_pack(order, intent, Packing(shipper, seal_number), packed_for)


@pytest.mark.urs("URS-31")
@pytest.mark.parametrize(
    ("first", "second", "codes"),
    [
        (PICKER, WITNESS, []),
        (WITNESS, PICKER, []),
        (PICKER, None, ["SECOND_PERSON_MISSING"]),
        (OTHER, None, ["SECOND_PERSON_MISSING", "NOT_AT_THIS_PICK"]),
        (PICKER, OTHER, ["NOT_AT_THIS_PICK"]),
        (OTHER, WITNESS, ["NOT_AT_THIS_PICK"]),
    ],
)
def test_the_two_who_picked_pack(first: Person, second: Person | None, codes: list[str]) -> None:
    said = refusals(picked(), signed_by(first, second))

    assert [refusal.code for refusal in said] == codes


@pytest.mark.parametrize("status", [row for row in RetrievalStatus if row != "picked"])
def test_only_what_was_picked_is_packed(status: RetrievalStatus) -> None:
    said = refusals(picked(status=status), signed_by(PICKER, WITNESS))

    assert [refusal.code for refusal in said] == ["NOT_PICKED"]


@pytest.mark.parametrize(("shipper", "seal_number"), [("", "S-1"), ("DS-7", ""), ("", "")])
def test_a_shipper_and_its_seal_are_named(shipper: str, seal_number: str) -> None:
    said = refusals(picked(), signed_by(PICKER, WITNESS), shipper=shipper, seal_number=seal_number)

    assert [refusal.code for refusal in said] == ["SHIPPER_UNKNOWN"]


@pytest.mark.urs("URS-89", "URS-117")
@pytest.mark.parametrize(("program", "named"), [(1, "SCH-2"), (2, "another order")])
def test_one_shipper_carries_one_order_and_names_no_other_sponsors(
    program: int, named: str
) -> None:
    other = retrieval(pk=2, order_number="SCH-2", program_id=program)

    said = refusals(picked(), signed_by(PICKER, WITNESS), packed_for=other)

    assert [refusal.code for refusal in said] == ["SHIPPER_TAKEN"]
    assert f"is packed for {named}." in said[0].words
