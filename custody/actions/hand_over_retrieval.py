"""Handing what was picked over to the courier or the clinic."""

from dataclasses import dataclass
from datetime import datetime

from audit.authors import SignedIntent
from audit.changes import OpenChange, signed_change
from audit.errors import Refusal, refuse_if
from audit.writes import update_all
from custody.claimed import Claimed, lock_claimed
from custody.gate import refusals_of_the_gate
from custody.late import as_entered, done_at, late_refusals
from custody.ledger import Entry, snapshot, write
from custody.models import CustodyEvent, EventKind, Retrieval, RetrievalStatus
from custody.rules.late import LateEntry
from custody.rules.people import refusals_without_second
from custody.rules.statuses import refusals_to_enter
from custody.rules.warm import Step
from custody.steps import admit_over, free_kept_places, let_go, of_each
from custody.time_alarms import end_time_out
from custody.time_out import seconds_out
from inventory.models import Custody
from sop.action import Action

OF_CLINIC = ("clinic_contact", "clinic_phone", "clinic_email")


@dataclass(frozen=True, kw_only=True)
class ClinicContact:
    """Who is told at the clinic, should it prove to have been too warm; phone or e-mail."""

    name: str
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """
    Who takes over.

    name: as on the document they showed; identified_by: which document that was.
    is_courier: whether a transport to the clinic follows.
    """

    name: str
    organisation: str
    identified_by: str
    is_courier: bool


def hand_over_retrieval(
    *,
    retrieval_id: int,
    receiver: Receiver,
    intent: SignedIntent,
    at: datetime,
    late: LateEntry | None = None,
    clinic: ClinicContact | None = None,
) -> list[CustodyEvent]:
    """
    Hand everything picked for a retrieval to its receiver, with two signatures.

    The second signature is the receiver's where they have an account, else that of the person
    who saw the receiver's document.
    clinic: who is told there later, where that is known.
    late: when it was done, where it is entered afterwards; the gate judges by `at` all the same.
    Raises NotFound; NotAuthorised; ActionRefused (NOT_PICKED, RECEIVER_UNKNOWN, CLINIC_UNREACHABLE,
    SECOND_PERSON_MISSING, LATE_*, and whatever the gate says of each vial).
    Source: 21 CFR 1271.265; REQUIREMENTS B8; URS-89, URS-91, URS-99, URS-103.
    """
    with signed_change(intent, action=Action.HAND_OVER_VIALS) as change:
        claimed = lock_claimed(retrieval_id)
        retrieval, vials = claimed.retrieval, claimed.vials
        change.subject.update(retrieval=retrieval.order_number)
        _name(retrieval, clinic)
        admit_over(change, Action.HAND_OVER_VIALS, vials, programs=[retrieval.program_id])
        to = Custody.IN_TRANSIT if receiver.is_courier else Custody.AT_CLINIC
        refuse_if(
            refusals_without_second(intent)
            + _refusals(retrieval, receiver)
            + _refusals_of_clinic(clinic)
            + of_each(vials, lambda vial: refusals_to_enter(vial, to))
            + refusals_of_the_gate(vials, retrieval, step=Step.HAND_OVER, at=at)
            + late_refusals(late, vials, intent=intent, at=at)
        )
        return _hand_over(change, claimed, receiver, to, at=at, late=late)


def _hand_over(
    change: OpenChange,
    claimed: Claimed,
    receiver: Receiver,
    to: Custody,
    *,
    at: datetime,
    late: LateEntry | None,
) -> list[CustodyEvent]:
    retrieval, vials = claimed.retrieval, claimed.vials
    before = snapshot(vials)
    in_hand = [vial for vial in vials if vial.custody == Custody.CHECKED_OUT]
    out = seconds_out(in_hand, done_at(late, at))
    for vial in vials:
        vial.therapy = retrieval.therapy
    let_go(vials, to)
    entry = Entry(
        kind=EventKind.HANDED_OVER,
        reason="" if change.intent is None else change.intent.reason,
        details={
            "order": retrieval.order_number,
            "destination": retrieval.destination,
            "receiver": receiver.name,
            "organisation": receiver.organisation,
            "identified_by": receiver.identified_by,
        },
        each=out,
    )
    entry = as_entered(entry, late)
    events = write(change, vials, before, entry, at=done_at(late, at), also=["therapy"])
    free_kept_places(vials)
    end_time_out([vial.pk for vial in vials], at=at)
    _close(claimed, at)
    change.sign(events)
    change.sign([retrieval])
    return events


def _close(claimed: Claimed, at: datetime) -> None:
    for claim in claimed.claims:
        claim.released_at = at
    update_all(claimed.claims, ["released_at"])
    claimed.retrieval.status = RetrievalStatus.HANDED_OVER
    claimed.retrieval.save(update_fields=["status", *OF_CLINIC])


def _name(retrieval: Retrieval, clinic: ClinicContact | None) -> None:
    if clinic is not None:
        retrieval.clinic_contact = clinic.name.strip()
        retrieval.clinic_phone = clinic.phone.strip()
        retrieval.clinic_email = clinic.email.strip()


def _refusals_of_clinic(clinic: ClinicContact | None) -> list[Refusal]:
    if clinic is None or (clinic.name.strip() and (clinic.phone.strip() or clinic.email.strip())):
        return []
    words = "Name who is told at the clinic, with a telephone number or an e-mail address."
    return [Refusal("CLINIC_UNREACHABLE", words)]


def _refusals(retrieval: Retrieval, receiver: Receiver) -> list[Refusal]:
    refusals = []
    if retrieval.status != RetrievalStatus.PICKED:
        refusals.append(
            Refusal(
                "NOT_PICKED",
                f"{retrieval.order_number} is “{retrieval.get_status_display()}”; "
                "it must be picked before it is handed over.",
            )
        )
    if not all(
        text.strip() for text in (receiver.name, receiver.organisation, receiver.identified_by)
    ):
        refusals.append(
            Refusal(
                "RECEIVER_UNKNOWN",
                "Enter the receiver's name and organisation, and the document you checked.",
            )
        )
    return refusals
