"""Whatever comes together: RED beats GREY, GREY beats AMBER, and nothing is GREEN by default."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest

from custody.findings import PRECEDENCE, Verdict
from custody.viability import Evidence, judge
from inventory.models import Custody, Quality
from tests.custody.test_viability import GOOD, HOLD
from tests.world import NOON

# what speaks against a vial, by the verdict of REQUIREMENTS B7; each changes a fact of its own
FACTS: Mapping[str, tuple[Verdict, Mapping[str, object]]] = {
    "rejected": (Verdict.RED, {"quality": Quality.REJECTED}),
    "recalled": (Verdict.RED, {"quality": Quality.RECALLED}),
    "marked as expired": (Verdict.RED, {"quality": Quality.EXPIRED}),
    "expired this instant": (Verdict.RED, {"expires_at": NOON}),
    "discarded": (Verdict.RED, {"custody": Custody.DISCARDED}),
    "missing": (Verdict.GREY, {"custody": Custody.MISSING}),
    "identity broken": (Verdict.GREY, {"identity_agrees": False}),
    "chain broken": (Verdict.GREY, {"chain_is_intact": False}),
    "custody gap": (Verdict.GREY, {"custody_is_unbroken": False}),
    "place in doubt": (Verdict.GREY, {"place_in_doubt": True}),
    "never seen": (Verdict.GREY, {"seen_at": None}),
    "held": (Verdict.AMBER, {"holds": (HOLD,)}),
    "in quarantine": (Verdict.AMBER, {"quality": Quality.QUARANTINE}),
    "released on condition": (Verdict.AMBER, {"quality": Quality.COND_RELEASED}),
    "supplied out of specification": (Verdict.AMBER, {"quality": Quality.OOS_SUPPLY}),
    "not seen for a year": (Verdict.AMBER, {"seen_at": NOON - timedelta(days=366)}),
}


def found(evidence: Evidence) -> list[Verdict]:
    """Return the verdicts of all findings but of the temperature, which has tests of its own."""
    findings = judge(evidence, at=NOON).findings
    return [finding.verdict for finding in findings if finding.evidence != "temperature"]


def together(*names: str) -> Evidence:
    """Return good evidence with these facts against it."""
    changed: dict[str, object] = {}
    for name in names:
        changed |= FACTS[name][1]
    return replace(GOOD, **changed)  # type: ignore[arg-type] # facts by name


@pytest.mark.parametrize("name", FACTS)
def test_each_fact_alone_gives_the_verdict_of_the_requirement(name: str) -> None:
    assert min(found(together(name)), key=PRECEDENCE.index) == FACTS[name][0]


PAIRS = [
    (one, other)
    for one, other in combinations(FACTS, 2)
    if not set(FACTS[one][1]) & set(FACTS[other][1])
]


@pytest.mark.urs("URS-103")
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_worse_of_two_facts_decides(one: str, other: str) -> None:
    worse = min(FACTS[one][0], FACTS[other][0], key=PRECEDENCE.index)

    assert min(found(together(one, other)), key=PRECEDENCE.index) == worse


@pytest.mark.urs("URS-103", "URS-115")
@pytest.mark.parametrize("name", [name for name, (verdict, _) in FACTS.items() if verdict == "red"])
def test_red_is_red_also_under_a_hold_and_without_any_evidence(name: str) -> None:
    worst_of_all = replace(
        GOOD,
        holds=(HOLD,),
        identity_agrees=False,
        chain_is_intact=False,
        custody_is_unbroken=False,
        seen_at=None,
    )
    facts = FACTS[name][1]

    judgement = judge(replace(worst_of_all, **facts), at=NOON)  # type: ignore[arg-type] # by name

    assert judgement.verdict == Verdict.RED
    assert "ON_HOLD" in {finding.code for finding in judgement.findings}


@pytest.mark.urs("URS-99")
def test_a_supply_out_of_specification_is_never_green_and_red_once_expired() -> None:
    supplied = together("supplied out of specification")

    assert Verdict.AMBER in found(supplied)
    assert judge(replace(supplied, expires_at=NOON), at=NOON).verdict == Verdict.RED
