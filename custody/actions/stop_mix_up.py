"""Stopping another patient's vial that is scanned while vials are put away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from audit.authors import Attribution
from audit.changes import OpenChange, attributed_change
from audit.errors import NotFound, Refusal, refuse_if
from custody.locks import lock_vials
from custody.mix_ups import MixUp, is_mix_up, keep_mix_up, undone
from custody.rules.putting_away import Subject, refusals_to_take_up
from inventory.models import Therapy, Vial
from sop.action import Action
from sop.gate import Scope, admit

MOST_NAMED = 5
RIGHT_PATIENT = Refusal("RIGHT_PATIENT", "This vial belongs here. Scan it again.")
UNKNOWN_THERAPY = Refusal("UNKNOWN_THERAPY", "Begin the put-away again: scan its first vial.")


@dataclass(frozen=True, kw_only=True)
class WrongVial:
    """
    What was scanned while the vials of one patient are put away.

    therapy_id: of that patient. vial_in_hand: the code of the vial taken up before, if any.
    box_id: of the box that is being filled.
    """

    vial_id: int
    therapy_id: int
    vial_in_hand: str
    box_id: int | None


def stop_mix_up(*, wrong: WrongVial, attribution: Attribution, at: datetime) -> NoReturn:
    """
    Refuse the vial; the refused scan, a deviation and a hold are one commit.

    Raises NotFound; NotAuthorised; ActionRefused (WRONG_PATIENT, and what else speaks against it;
    RIGHT_PATIENT). Source: 21 CFR 211.192; REQUIREMENTS B3, B9; URS-29, URS-89, URS-113.
    """
    with attributed_change(attribution, action=Action.PLACE_VIALS) as change:
        [vial] = lock_vials([wrong.vial_id])
        therapy = _therapy(wrong.therapy_id)
        _note(change, wrong, vial, therapy)
        with undone(when=True):
            admit(change, Action.PLACE_VIALS, Scope(programs={vial.program_id}, vials=[vial]))
        why = refusals_to_take_up(vial, Subject(therapy_id=therapy.pk))
        refuse_if([] if is_mix_up(why) else why or [RIGHT_PATIENT])
        mix_up = MixUp(
            vial=vial,
            work="a put-away",
            expected=_expected(therapy, attribution),
            coi=therapy.coi,
            about=f"put-away of therapy {therapy.pk}, vial {vial.pk}",
        )
        stop = keep_mix_up(change, why, mix_up, at=at)
    raise stop


def _therapy(key: int) -> Therapy:
    """
    Return the therapy that is being put away.

    Raises NotFound.
    """
    therapy = Therapy.objects.filter(pk=key).first()
    if therapy is None:
        raise NotFound([UNKNOWN_THERAPY])
    return therapy


def _note(change: OpenChange, wrong: WrongVial, vial: Vial, therapy: Therapy) -> None:
    change.subject.update(
        vial_in_hand=wrong.vial_in_hand,
        scanned=vial.code,
        box=wrong.box_id,
        expected_therapy=therapy.coi,
        scanned_therapies=[] if vial.therapy is None else [vial.therapy.coi],
    )


def _expected(therapy: Therapy, attribution: Attribution) -> Sequence[Vial]:
    """Return the patient's vials in this person's hands; without any, the last one they had."""
    mine = Vial.objects.filter(therapy=therapy)
    in_hand = list(mine.filter(custodian=attribution.actor.pk).order_by("pk")[:MOST_NAMED])
    return in_hand or list(mine.order_by("-pk")[:1])
