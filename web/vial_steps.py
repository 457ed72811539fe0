"""The signed steps on one vial: what each asks, what it says, and the action behind it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit.authors import SignedIntent
from audit.models import Meaning
from custody.actions.check_out_vials import InternalPurpose, check_out_vials
from custody.actions.consume_vials import consume_vials
from custody.actions.discard_vials import discard_vials
from custody.actions.place_hold import place_hold
from custody.actions.relabel_vial import relabel_vial
from custody.actions.report_missing import report_missing
from custody.actions.split_vial import Part, split_vial
from custody.actions.transfer_vials import transfer_vials
from custody.models import HoldScope
from custody.queries.facts import VialFacts
from inventory.models import Purpose, Vial, VialKind
from web.forms.late import late_entry_of
from web.forms.signing import SigningForm
from web.forms.vials import (
    MOST_PARTS,
    CheckOutForm,
    ConsumeForm,
    DiscardForm,
    HoldForm,
    MissingForm,
    RelabelForm,
    SplitForm,
    TransferForm,
)
from web.links import vial_url
from web.sheets import SignSheet
from web.signing import PERFORMED, PERFORMED_AND_WITNESSED, SignAs
from web.vial_pages import crumbs_of, identity_of, line_of
from web.vial_verbs import BY_NAME, Verb

Entered = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Step:
    """
    One signed step.

    words: what happens, and what it takes. statement: what the signature says; `{code}` is the
    vial's. done: what the message says after it. many: one sheet may cover several vials.
    """

    verb: Verb
    form: Callable[..., SigningForm]
    signs: SignAs
    heading: str
    words: str
    statement: str
    done: str
    act: Callable[[Sequence[Vial], Entered, SignedIntent, datetime], object]
    reasons: tuple[str, ...] = ()
    grave: bool = False
    many: bool = False
    template: str = "signing/sheet.html"


def sheet_of(step: Step, facts: VialFacts) -> SignSheet:
    """Say around the form what is signed for, and why it may not be when it may not."""
    vial = facts.vial
    return SignSheet(
        heading=step.heading,
        words=step.words,
        statement=step.statement.format(code=vial.code),
        action_label=step.verb.label,
        cancel_url=vial_url(vial.pk),
        crumbs=crumbs_of(vial, step.heading),
        identity=identity_of(vial),
        lines=(line_of(facts, tuple(step.verb.rule(facts))),),
        reasons=step.reasons,
        grave=step.grave,
    )


def _check_out(
    vials: Sequence[Vial], entered: Entered, intent: SignedIntent, at: datetime
) -> object:
    purpose = InternalPurpose(entered["purpose"])
    return check_out_vials(
        vial_ids=[vial.pk for vial in vials],
        purpose=purpose,
        intent=intent,
        at=at,
        late=late_entry_of(entered),
        carrier_id=entered["carrier"],
    )


def _discard(vials: Sequence[Vial], entered: Entered, intent: SignedIntent, at: datetime) -> object:
    return discard_vials(
        vial_ids=[vial.pk for vial in vials],
        method=entered["method"],
        manifest=entered["manifest"],
        intent=intent,
        at=at,
        late=late_entry_of(entered),
    )


def _consume(vials: Sequence[Vial], entered: Entered, intent: SignedIntent, at: datetime) -> object:
    return consume_vials(
        vial_ids=[vial.pk for vial in vials],
        test=entered["test"],
        intent=intent,
        at=at,
        late=late_entry_of(entered),
    )


def _transfer(
    vials: Sequence[Vial], entered: Entered, intent: SignedIntent, at: datetime
) -> object:
    return transfer_vials(
        vial_ids=[vial.pk for vial in vials],
        receiver=entered["receiver"],
        in_quarantine=entered["in_quarantine"],
        intent=intent,
        at=at,
        late=late_entry_of(entered),
    )


def _relabel(vials: Sequence[Vial], entered: Entered, intent: SignedIntent, at: datetime) -> object:
    [vial] = vials
    return relabel_vial(vial_id=vial.pk, new_code=entered["new_code"], intent=intent, at=at)


def _missing(vials: Sequence[Vial], entered: Entered, intent: SignedIntent, at: datetime) -> object:
    return report_missing(
        vial_ids=[vial.pk for vial in vials], searched=entered["searched"], intent=intent, at=at
    )


def _hold(vials: Sequence[Vial], entered: Entered, intent: SignedIntent, at: datetime) -> object:
    [vial] = vials
    scope = HoldScope(entered["scope"])
    subjects = {
        HoldScope.VIALS: vial.code,
        HoldScope.BATCH: vial.batch.number,
        HoldScope.DONATION: vial.batch.donation_number,
        HoldScope.THERAPY: "" if vial.therapy is None else vial.therapy.coi,
    }
    return place_hold(
        scope=scope,
        subject=subjects[scope],
        intent=intent,
        at=at,
        is_recall=entered["is_recall"],
    )


def _split(vials: Sequence[Vial], entered: Entered, intent: SignedIntent, at: datetime) -> object:
    [vial] = vials
    parts = [
        Part(
            code=entered[f"code_{number}"],
            volume_ml=entered[f"volume_{number}"],
            kind=VialKind(entered[f"kind_{number}"] or vial.kind),
            purpose=Purpose(entered[f"purpose_{number}"] or vial.purpose),
        )
        for number in range(1, MOST_PARTS + 1)
        if entered.get(f"code_{number}")
    ]
    return split_vial(vial_id=vial.pk, parts=parts, intent=intent, at=at)


CHECK_OUT = Step(
    verb=BY_NAME["check-out"],
    form=CheckOutForm,
    signs=PERFORMED_AND_WITNESSED,
    heading="Check out without an order",
    words="For a patient’s order open the retrieval instead. Its place is kept; the clock of its "
    "time out starts when both have signed.",
    statement="I took {code} out of its place, and the second person saw its label.",
    done="{code} is checked out, with you. Put it back as soon as you can.",
    act=_check_out,
    many=True,
    reasons=("Rearranging", "QC sample", "Splitting", "Discard approved"),
)
DISCARD = Step(
    verb=BY_NAME["discard"],
    form=DiscardForm,
    signs=PERFORMED_AND_WITNESSED,
    heading="Discard",
    words="A discarded vial never comes back: no role can undo it.",
    statement="I discarded {code}, and the second person witnessed it.",
    done="{code} is discarded.",
    act=_discard,
    many=True,
    reasons=("Rejected by QA", "Expired", "Recalled"),
    grave=True,
)
CONSUME = Step(
    verb=BY_NAME["consume"],
    form=ConsumeForm,
    signs=PERFORMED,
    heading="Use up in QC",
    words="The whole content goes into a test; nothing is left to store.",
    statement="{code} was used up by the test named above.",
    done="{code} is recorded as used up in QC.",
    act=_consume,
    many=True,
    reasons=("Release testing", "Stability testing", "Investigation"),
    grave=True,
)
TRANSFER = Step(
    verb=BY_NAME["transfer"],
    form=TransferForm,
    signs=PERFORMED_AND_WITNESSED,
    heading="Transfer away",
    words="Custody goes to another organisation for good.",
    statement="I handed {code} over to the receiver named above, seen by the second person.",
    done="{code} is transferred.",
    act=_transfer,
    many=True,
    reasons=("Sponsor’s request", "Site closes"),
    grave=True,
)
RELABEL = Step(
    verb=BY_NAME["relabel"],
    form=RelabelForm,
    signs=PERFORMED_AND_WITNESSED,
    heading="Relabel",
    words="The old label stays taken for ever and leads to the new one.",
    statement="I put the new label on {code}; the second person compared both labels.",
    done="The label {code} was replaced.",
    act=_relabel,
    reasons=("Label damaged", "Label does not scan"),
)
MISSING = Step(
    verb=BY_NAME["missing"],
    form=MissingForm,
    signs=PERFORMED,
    heading="Report missing",
    words="It is not where it should be. The search starts now, and only QA records the find. "
    "Everything of this therapy is held until QA releases the hold: no other vial is taken "
    "instead.",
    statement="{code} is not in its place, and I looked where I say.",
    done="{code} is reported missing, and its therapy is on hold. Tell QA now.",
    act=_missing,
    many=True,
    reasons=("Not in its place at a pick", "Not in its place at a count"),
    grave=True,
)
HOLD = Step(
    verb=BY_NAME["hold"],
    form=HoldForm,
    signs=SignAs(meaning=Meaning.APPROVED),
    heading="Place a hold",
    words="What is on hold cannot be picked, packed or handed over; it may be moved to safety. "
    "Somebody else in QA releases it.",
    statement="I place this hold, for the reason given.",
    done="The hold is placed.",
    act=_hold,
    reasons=("Temperature excursion", "Deviation", "Complaint", "Out-of-trend result"),
)
SPLIT = Step(
    verb=BY_NAME["split"],
    form=SplitForm,
    signs=PERFORMED_AND_WITNESSED,
    heading="Split into parts",
    words="The parts inherit chain of identity, expiry, quality and holds. Leave the rows of "
    "parts you do not make empty; what is left stays in the vial.",
    statement="I split {code} into the parts above; the second person compared every label.",
    done="{code} is split.",
    act=_split,
    reasons=("Aliquots for QC", "Dose preparation"),
    template="vials/split.html",
)
STEPS = {
    step.verb.action: step
    for step in (CHECK_OUT, DISCARD, CONSUME, TRANSFER, RELABEL, MISSING, HOLD, SPLIT)
}
