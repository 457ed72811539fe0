"""The sheets on which vials leave the building, arrive, are given to the patient, or come back."""

from collections.abc import Collection, Sequence
from datetime import datetime

from audit.authors import Author
from custody.models import Retrieval
from custody.queries.records import VialRecord, records_by_key, vial_records
from custody.queries.retrievals import RetrievalCard, handed_over_vials, picks
from custody.queries.ways import ways_told
from inventory.models import Custody
from web.retrieval_pages import crumbs_of, identity_of, page_url
from web.sheets import SignSheet
from web.vial_lines import vial_lines

COVERED = "The readings of its logger cover the whole way up to now."


def claimed_records(card: RetrievalCard, *, seen_by: Author) -> list[VialRecord]:
    """Return the vials that are claimed for an order now."""
    return records_by_key([pick.vial_id for pick in picks(card.id)], seen_by=seen_by)


def left_records(card: RetrievalCard, custodies: Collection[Custody]) -> list[VialRecord]:
    """Return the vials that left with an order and are in one of these states now."""
    return vial_records(handed_over_vials(card).filter(custody__in=custodies))


def choices_of(records: Sequence[VialRecord]) -> list[tuple[int, str]]:
    """Return the vials on a sheet as the choices of a form."""
    return [(record.vial_id, record.code) for record in records]


def _count(records: Sequence[VialRecord]) -> str:
    return f"{len(records)} vial{'' if len(records) == 1 else 's'}"


def pack_sheet(card: RetrievalCard, records: Sequence[VialRecord]) -> SignSheet:
    """Give the sheet on which two people sign what goes into a shipper."""
    return SignSheet(
        heading=f"Pack for {card.order_number}",
        words="The two who picked it pack it: scan every vial as it goes in. One shipper carries "
        "one order; another patient’s vial stops everything and is recorded.",
        statement=f"I packed {_count(records)} of {card.coi} for order {card.order_number}.",
        action_label=f"Sign and pack {_count(records)}",
        cancel_url=page_url(card),
        crumbs=crumbs_of(card, "Pack"),
        identity=identity_of(card),
        covers=((Retrieval, card.id),),
        lines=vial_lines(records),
        reasons=(f"Shipment for order {card.order_number}",),
    )


def hand_over_sheet(card: RetrievalCard, records: Sequence[VialRecord]) -> SignSheet:
    """Give the sheet on which vials are handed to a named receiver."""
    return SignSheet(
        heading=f"Hand over {card.order_number}",
        words="Read the chain of identity aloud with the receiver before you sign. The second "
        "person is the receiver, where they have an account, or whoever saw their document.",
        statement=f"I handed {_count(records)} of {card.coi} to the receiver named above, for "
        f"{card.destination}.",
        action_label=f"Sign and hand over {_count(records)}",
        cancel_url=page_url(card),
        crumbs=crumbs_of(card, "Hand over"),
        identity=identity_of(card),
        covers=((Retrieval, card.id),),
        lines=vial_lines(records),
        reasons=(f"Order {card.order_number}", "Handed to the courier", "Handed to the clinic"),
    )


def arrival_sheet(card: RetrievalCard, records: Sequence[VialRecord], *, at: datetime) -> SignSheet:
    """Give the sheet on which an arrival at the clinic is recorded, and what its logger says."""
    told = ways_told([record.vial_id for record in records], at=at)
    return SignSheet(
        heading=f"Confirm arrival of {card.order_number}",
        words=" ".join(told) or COVERED * bool(records),
        statement=f"The ticked vials of {card.coi} reached {card.destination}.",
        action_label="Sign the arrival",
        cancel_url=page_url(card),
        crumbs=crumbs_of(card, "Confirm arrival"),
        identity=identity_of(card),
        covers=((Retrieval, card.id),),
        lines=vial_lines(records),
        reasons=("The clinic confirmed it", "I saw it arrive"),
    )


def administration_sheet(card: RetrievalCard, records: Sequence[VialRecord]) -> SignSheet:
    """Give the sheet on which it is recorded that the patient was given the dose."""
    return SignSheet(
        heading=f"Record administration of {card.order_number}",
        words="This ends the chain of custody of these vials: nothing more can happen to them.",
        statement=f"The ticked vials of {card.coi} were given to patient {card.pseudonym}.",
        action_label="Sign the administration",
        cancel_url=page_url(card),
        crumbs=crumbs_of(card, "Record administration"),
        identity=identity_of(card),
        covers=((Retrieval, card.id),),
        lines=vial_lines(records),
        reasons=("The clinic documented it",),
        grave=True,
    )


def return_sheet(card: RetrievalCard, records: Sequence[VialRecord]) -> SignSheet:
    """Give the sheet on which vials are taken back, into quarantine and your hands."""
    return SignSheet(
        heading=f"Take back {card.order_number}",
        words="What comes back goes into quarantine and into your hands, until QA has decided.",
        statement=f"I took the ticked vials of {card.coi} back.",
        action_label="Sign and take back",
        cancel_url=page_url(card),
        crumbs=crumbs_of(card, "Take back"),
        identity=identity_of(card),
        covers=((Retrieval, card.id),),
        lines=vial_lines(records),
        reasons=("The treatment was put off", "The patient cannot be treated"),
    )
