"""Rules about packing: one shipper for one order of one patient, by the people of its pick."""

from dataclasses import dataclass

from audit.authors import SignedIntent
from audit.errors import Refusal
from custody.models import Retrieval, RetrievalStatus
from custody.rules.people import refusals_without_second


@dataclass(frozen=True)
class Packing:
    """The numbers of the shipper and of its seal, without blanks around."""

    shipper: str
    seal_number: str


def refusals_to_pack(
    retrieval: Retrieval, intent: SignedIntent, packing: Packing, packed_for: Retrieval | None
) -> list[Refusal]:
    """
    Say every reason why what was picked for `retrieval` may not be packed by these people.

    packed_for: the other order that the shipper is packed for now, when there is one.
    Source: REQUIREMENTS B8, B10; URS-31, URS-89.
    """
    refusals = refusals_without_second(intent) + _of_the_pick(retrieval, intent)
    if not packing.shipper or not packing.seal_number:
        refusals.append(
            Refusal(
                "SHIPPER_UNKNOWN", "Enter the number of the shipper and the number of its seal."
            )
        )
    if packed_for is not None:
        order = packed_for if packed_for.program_id == retrieval.program_id else "another order"
        refusals.append(
            Refusal(
                "SHIPPER_TAKEN",
                f"{packing.shipper} is packed for {order}. One shipper carries one order: "
                "take another.",
            )
        )
    return refusals


def _of_the_pick(retrieval: Retrieval, intent: SignedIntent) -> list[Refusal]:
    if retrieval.status != RetrievalStatus.PICKED:
        return [
            Refusal(
                "NOT_PICKED",
                f"{retrieval} is “{retrieval.get_status_display()}”; it must be picked before it "
                "is packed.",
            )
        ]
    people = {retrieval.claimed_by_id, retrieval.witness_id}
    signers = {intent.signer.pk} | ({intent.second.signer.pk} if intent.second else set())
    if signers <= people:
        return []
    return [
        Refusal(
            "NOT_AT_THIS_PICK",
            f"{retrieval} was picked by {retrieval.claimed_by} and {retrieval.witness}. The two "
            "who picked it pack it.",
        )
    ]
