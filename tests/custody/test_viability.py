"""The verdict, as a table of cases without a database."""

from dataclasses import replace
from datetime import timedelta

import pytest

from custody.findings import Verdict, worst
from custody.viability import DeviationFact, Evidence, HoldFact, Judgement, judge, seen_as
from custody.warmth_facts import TemperatureFacts
from inventory.models import GONE, Custody, Quality
from sop.models import Impact
from tests.custody.warmth import KEPT_COLD
from tests.world import NOON

GOOD = Evidence(
    quality=Quality.RELEASED,
    custody=Custody.IN_STORAGE,
    expires_at=NOON + timedelta(days=1),
    holds=(),
    identity_agrees=True,
    chain_is_intact=True,
    custody_is_unbroken=True,
    seen_at=NOON - timedelta(days=2),
    place_in_doubt=False,
    temperature=KEPT_COLD,
)
HOLD = HoldFact(hold_id=7, subject="B-1", reason="Donor test pending", placed_at=NOON)

DEVIATION = DeviationFact(deviation_id=9, number="DEV-2026-0001", impact=Impact.TO_ASSESS)


def codes(judgement: Judgement, verdict: Verdict) -> set[str]:
    """Return the codes of the findings with this verdict."""
    return {finding.code for finding in judgement.findings if finding.verdict == verdict}


def test_is_green_when_everything_is_known_and_good() -> None:
    judgement = judge(GOOD, at=NOON)

    assert judgement.verdict == Verdict.GREEN
    assert all(finding.verdict == Verdict.GREEN for finding in judgement.findings)


@pytest.mark.parametrize("days", [None, 0, 1, 364.9, 365, 365.1, 366, 9999])
def test_vials_seen_alike_share_their_verdict(days: float | None) -> None:
    seen = None if days is None else NOON - timedelta(days=days)
    shared = seen_as(seen, NOON)

    assert judge(replace(GOOD, seen_at=shared), at=NOON) == judge(
        replace(GOOD, seen_at=seen), at=NOON
    )
    assert seen_as(shared, NOON) == shared


@pytest.mark.urs("URS-108")
def test_is_grey_only_for_the_missing_temperature_when_all_else_is_good() -> None:
    judgement = judge(replace(GOOD, temperature=TemperatureFacts(product_id=1)), at=NOON)

    assert judgement.verdict == Verdict.GREY
    assert codes(judgement, Verdict.GREY) == {"NO_TEMPERATURE"}
    assert not codes(judgement, Verdict.RED) | codes(judgement, Verdict.AMBER)


@pytest.mark.urs("URS-103")
@pytest.mark.parametrize(
    ("changed", "verdict", "code"),
    [
        ({"quality": Quality.REJECTED}, Verdict.RED, "QUALITY_REJECTED"),
        ({"quality": Quality.RECALLED}, Verdict.RED, "QUALITY_RECALLED"),
        ({"quality": Quality.EXPIRED}, Verdict.RED, "QUALITY_EXPIRED"),
        ({"quality": Quality.QUARANTINE}, Verdict.AMBER, "QUALITY_QUARANTINE"),
        ({"quality": Quality.COND_RELEASED}, Verdict.AMBER, "QUALITY_COND_RELEASED"),
        ({"quality": Quality.OOS_SUPPLY}, Verdict.AMBER, "QUALITY_OOS_SUPPLY"),
        ({"quality": Quality.EXPECTED}, Verdict.GREY, "QUALITY_EXPECTED"),
        ({"changed_since_release": True}, Verdict.AMBER, "CHANGED_SINCE_RELEASE"),
        ({"expires_at": NOON}, Verdict.RED, "EXPIRED"),
        ({"expires_at": NOON + timedelta(microseconds=1)}, Verdict.GREEN, "NOT_EXPIRED"),
        ({"holds": (HOLD,)}, Verdict.AMBER, "ON_HOLD"),
        ({"deviations": (DEVIATION,)}, Verdict.AMBER, "OPEN_DEVIATION"),
        ({"identity_agrees": False}, Verdict.GREY, "IDENTITY_BROKEN"),
        ({"chain_is_intact": False}, Verdict.GREY, "CHAIN_BROKEN"),
        ({"custody_is_unbroken": False}, Verdict.GREY, "CUSTODY_GAP"),
        ({"custody": Custody.MISSING}, Verdict.GREY, "MISSING"),
        ({"custody": Custody.DISCARDED}, Verdict.RED, "DISCARDED"),
        ({"place_in_doubt": True}, Verdict.GREY, "PLACE_IN_DOUBT"),
        ({"seen_at": None}, Verdict.GREY, "NEVER_SEEN"),
        ({"seen_at": NOON - timedelta(days=365)}, Verdict.GREEN, "PLACE_KNOWN"),
        ({"seen_at": NOON - timedelta(days=366)}, Verdict.AMBER, "NOT_SEEN_LATELY"),
    ],
)
def test_finds(changed: dict[str, object], verdict: Verdict, code: str) -> None:
    judgement = judge(replace(GOOD, **changed), at=NOON)  # type: ignore[arg-type] # facts by name

    assert code in codes(judgement, verdict)


@pytest.mark.parametrize("custody", GONE)
def test_never_calls_usable_what_is_gone(custody: Custody) -> None:
    assert judge(replace(GOOD, custody=custody), at=NOON).verdict == Verdict.RED


def test_names_every_hold_with_its_key() -> None:
    other = replace(HOLD, hold_id=8, reason="Seal broken")

    judgement = judge(replace(GOOD, holds=(HOLD, other)), at=NOON)

    held = [finding for finding in judgement.findings if finding.code == "ON_HOLD"]
    assert [finding.reference for finding in held] == [7, 8]
    assert [finding.words for finding in held] == [
        "On hold: Donor test pending",
        "On hold: Seal broken",
    ]


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([], Verdict.GREY),
        ([Verdict.GREEN], Verdict.GREEN),
        ([Verdict.GREEN, Verdict.AMBER], Verdict.AMBER),
        ([Verdict.AMBER, Verdict.GREY], Verdict.GREY),
        ([Verdict.GREY, Verdict.RED, Verdict.GREEN], Verdict.RED),
    ],
)
def test_lets_the_worst_verdict_win(verdicts: list[Verdict], expected: Verdict) -> None:
    assert worst(verdicts) == expected


def test_says_as_of_when_and_by_which_rules() -> None:
    judgement = judge(GOOD, at=NOON)

    assert (judgement.as_of, judgement.version) == (NOON, 8)
