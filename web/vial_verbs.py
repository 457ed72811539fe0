"""What may be done with a vial now: each verb with its address, or every reason why not."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import get_script_prefix

from audit.authors import Author
from audit.errors import Refusal
from custody.queries.facts import VialFacts
from custody.rules.claiming import held_by
from custody.rules.leaving import (
    refusals_to_consume,
    refusals_to_discard,
    refusals_to_transfer,
)
from custody.rules.standing import (
    refusals_to_relabel,
    refusals_unless_here,
    refusals_unless_in_hand,
    refusals_unless_missing,
    refusals_unless_out,
    refusals_unless_stored,
)
from custody.rules.statuses import refusals_to_enter
from custody.rules.warm import Step, refusals_of_warmth
from inventory.models import GONE, Custody, Quality
from sop.action import Action
from sop.authority import may
from web.links import scan_url, vial_url, with_query

Rule = Callable[[VialFacts], list[Refusal]]


@dataclass(frozen=True, kw_only=True)
class Verb:
    """
    One thing that people do with a vial.

    name: of the address and the page; rule: says every reason why not, as the action does.
    """

    name: str
    label: str
    icon: str
    action: Action
    rule: Rule


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A verb as a page shows it: open to this person, or with the reasons why not."""

    name: str
    label: str
    icon: str
    url: str
    refusals: tuple[Refusal, ...] = ()


def refusals_to_check_out(facts: VialFacts) -> list[Refusal]:
    """Say why a vial does not leave its place without an order."""
    return refusals_to_enter(facts.vial, Custody.CHECKED_OUT) + _of_a_claim(facts)


def _of_a_claim(facts: VialFacts) -> list[Refusal]:
    """Say for which order a vial is held, by whom, since when."""
    if facts.claim is None:
        return []
    claim = facts.claim
    return [held_by(facts.vial.code, claim.claimed_by, claim.claimed_at, claim.order_number)]


def refusals_to_hold(facts: VialFacts) -> list[Refusal]:
    """Say why there is nothing to hold."""
    if facts.vial.custody not in GONE:
        return []
    label = Custody(facts.vial.custody).label
    return [Refusal("VIAL_GONE", f"{facts.vial.code} ended as “{label}”; nothing can be held.")]


def refusals_to_send_away(facts: VialFacts) -> list[Refusal]:
    """Say why a vial may not go to another organisation, even under a quarantine statement."""
    vial, at = facts.vial, facts.judgement.as_of
    in_quarantine = vial.quality == Quality.QUARANTINE
    refusals = _of_a_claim(facts) + refusals_to_transfer(
        vial, in_quarantine=in_quarantine, is_held=bool(facts.holds), at=at
    )
    if in_quarantine:
        return refusals
    return refusals + refusals_of_warmth(vial, facts.warmth, Step.HAND_OVER, at=at)


def _entering(custody: Custody) -> Rule:
    return lambda facts: refusals_to_enter(facts.vial, custody)


VERBS = (
    Verb(
        name="put-back",
        label="Put back",
        icon="arrow-back-up",
        action=Action.PUT_BACK_VIALS,
        rule=lambda facts: refusals_unless_out(facts.vial),
    ),
    Verb(
        name="found",
        label="Record as found",
        icon="map-pin-check",
        action=Action.RECORD_FOUND,
        rule=lambda facts: refusals_unless_missing(facts.vial),
    ),
    Verb(
        name="check-out",
        label="Check out",
        icon="package-export",
        action=Action.CHECK_OUT_VIALS,
        rule=refusals_to_check_out,
    ),
    Verb(
        name="move",
        label="Move",
        icon="arrows-move",
        action=Action.MOVE_VIALS,
        rule=lambda facts: refusals_unless_stored(facts.vial),
    ),
    Verb(
        name="split",
        label="Split",
        icon="arrows-split",
        action=Action.SPLIT_VIAL,
        rule=lambda facts: refusals_unless_in_hand(facts.vial),
    ),
    Verb(
        name="consume",
        label="Use up in QC",
        icon="microscope",
        action=Action.CONSUME_VIALS,
        rule=lambda facts: refusals_to_consume(facts.vial),
    ),
    Verb(
        name="transfer",
        label="Transfer away",
        icon="building-warehouse",
        action=Action.TRANSFER_VIALS,
        rule=refusals_to_send_away,
    ),
    Verb(
        name="discard",
        label="Discard",
        icon="trash",
        action=Action.DISCARD_VIALS,
        rule=lambda facts: refusals_to_discard(facts.vial),
    ),
    Verb(
        name="hold",
        label="Hold",
        icon="hand-stop",
        action=Action.PLACE_HOLD,
        rule=refusals_to_hold,
    ),
    Verb(
        name="relabel",
        label="Relabel",
        icon="tag",
        action=Action.RELABEL_VIAL,
        rule=lambda facts: refusals_to_relabel(facts.vial),
    ),
    Verb(
        name="missing",
        label="Report missing",
        icon="map-pin-question",
        action=Action.REPORT_MISSING,
        rule=_entering(Custody.MISSING),
    ),
    Verb(
        name="store-late",
        label="Enter late",
        icon="history",
        action=Action.STORE_LATE,
        rule=lambda facts: refusals_unless_here(facts.vial),
    ),
)
BY_NAME = {verb.name: verb for verb in VERBS}


def choices_for(facts: VialFacts, person: Author) -> tuple[Choice, ...]:
    """
    List what the roles of `person` allow with this vial: what is open first, what leads on first.

    Source: DESIGN 3, one rule for the action and its button.
    """
    listed = [_choice(verb, facts) for verb in VERBS if may(person, verb.action)]
    ready = [choice for choice in listed if not choice.refusals]
    blocked = [choice for choice in listed if choice.refusals]
    return (*_elsewhere(facts, person), *ready, *blocked)


def _choice(verb: Verb, facts: VialFacts) -> Choice:
    return Choice(
        name=verb.name,
        label=verb.label,
        icon=verb.icon,
        url=f"{vial_url(facts.vial.pk)}{verb.name}/",
        refusals=tuple(verb.rule(facts)),
    )


def _elsewhere(facts: VialFacts, person: Author) -> list[Choice]:
    """List what is done on other screens: putting an arrival away, going on with an order."""
    choices = []
    if facts.vial.custody == Custody.RECEIVED and may(person, Action.PLACE_VIALS):
        url = f"{get_script_prefix()}put-away/"
        choices.append(Choice(name="put-away", label="Put away", icon="inbox", url=url))
    if facts.vial.custody == Custody.NOT_RECEIVED and may(person, Action.RECEIVE_BATCH):
        url = scan_url(facts.vial.batch.number)
        choices.append(
            Choice(name="receive", label="Receive its batch", icon="package-import", url=url)
        )
    if facts.vial.quality == Quality.QUARANTINE and may(person, Action.DECIDE_QUALITY):
        url = with_query(f"{get_script_prefix()}quality/vials/", batch=facts.vial.batch.pk)
        choices.append(Choice(name="decide", label="Decide quality", icon="shield-check", url=url))
    if facts.claim is not None:
        url = f"{get_script_prefix()}retrievals/{facts.claim.retrieval_id}/"
        label = f"Open {facts.claim.order_number}"
        choices.append(Choice(name="retrieval", label=label, icon="clipboard-list", url=url))
    return choices
