"""What is outside the database convicts whoever rewrote all that is inside."""

from pathlib import Path
from typing import Any

import pytest

from audit.models import Seal
from audit.seals.findings import Finding, Kind
from audit.seals.key import new_key
from audit.seals.sealing import seal_trail
from audit.seals.verifying import verify_trail
from custody.models import CustodyEvent
from tests.audit.seals.tampering import tamper
from tests.world import World

pytestmark = pytest.mark.urs("URS-02", "URS-38")


def findings() -> list[Finding]:
    """Verify."""
    return verify_trail().findings


def forge_the_last_seal(settings: Any, folder: Path, key: str) -> None:
    """Edit a row, take its seal away, and seal it again with `key` and a made-up anchor."""
    honest = settings.SEAL_ANCHOR
    event = CustodyEvent.objects.latest("id")
    tamper("UPDATE custody_custodyevent SET device = 'other' WHERE id = %s", event.pk)
    tamper("DELETE FROM audit_sealedchange WHERE seal_id = 3")
    tamper("DELETE FROM audit_sealedattempt WHERE seal_id = 3")
    tamper("DELETE FROM audit_seal WHERE number = 3")
    settings.SEAL_ANCHOR, settings.SEAL_KEY = str(folder / "made-up.txt"), key
    seal_trail()
    settings.SEAL_ANCHOR, settings.SEAL_KEY = honest, ""


def test_names_the_seal_that_was_rewritten_with_the_real_key(
    sealed: World, anchor: Path, settings: Any, tmp_path: Path
) -> None:
    forge_the_last_seal(settings, tmp_path, anchor.with_name("seal_key.pem").read_text())

    [finding] = findings()
    assert (finding.kind, finding.table, finding.key) == (Kind.NOT_ANCHORED, "audit_seal", 3)
    assert finding.words == "line 5 of the anchor has another seal of this number"


def test_names_the_seal_that_was_rewritten_with_a_key_of_its_own(
    sealed: World, settings: Any, tmp_path: Path
) -> None:
    forge_the_last_seal(settings, tmp_path, new_key())

    assert [(finding.kind, finding.key) for finding in findings()] == [
        (Kind.NOT_ANCHORED, 3),
        (Kind.NOT_SIGNED, 3),
    ]


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("signature = repeat('0', 128)", "its signature is not of this content and key"),
        ("key = repeat('0', 16)", "its key has another fingerprint"),
    ],
)
def test_names_a_seal_that_nobody_signed(sealed: World, column: str, words: str) -> None:
    tamper(f"UPDATE audit_seal SET {column} WHERE number = 2")

    assert words in {one.words for one in findings() if one.kind == Kind.NOT_SIGNED} or (
        "key" in column and (Kind.ALTERED, 2) in {(one.kind, one.key) for one in findings()}
    )


def test_says_that_the_anchor_is_gone(sealed: World, anchor: Path) -> None:
    anchor.unlink()

    [finding] = findings()
    assert (finding.kind, finding.table) == (Kind.MISSING, "anchor")


def test_names_the_seals_that_the_anchor_lost_at_its_end(sealed: World, anchor: Path) -> None:
    lines = anchor.read_text().splitlines(keepends=True)
    anchor.write_text("".join(lines[:-2]))

    [finding] = findings()
    assert (finding.kind, finding.key) == (Kind.NOT_ANCHORED, 2)
    assert finding.words == "lines from here up to seal 3 are missing from the anchor"
    seal_trail()
    assert not verify_trail().is_intact, "two lines are more than a crash leaves"


def test_names_the_line_that_was_written_by_somebody_else(sealed: World, anchor: Path) -> None:
    lines = anchor.read_text().splitlines(keepends=True)
    anchor.write_text("".join([*lines[:3], "hello\n", *lines[3:]]))

    [finding] = findings()
    assert (finding.kind, finding.table, finding.key) == (Kind.NOT_READABLE, "anchor", 4)


def test_names_the_line_that_was_altered(sealed: World, anchor: Path) -> None:
    root = Seal.objects.get(number=2).root
    anchor.write_text(anchor.read_text().replace(root, "0" * 64))

    [finding] = findings()
    assert (finding.kind, finding.key) == (Kind.NOT_ANCHORED, 2)


def test_says_what_the_database_lost_when_it_is_behind_its_anchor(sealed: World) -> None:
    tamper("DELETE FROM audit_sealedchange WHERE seal_id > 1")
    tamper("DELETE FROM audit_seal WHERE number > 1")

    lost = [finding for finding in findings() if finding.table == "audit_seal"]

    assert [(finding.kind, finding.key) for finding in lost] == [(Kind.MISSING, 2)]
    assert lost[0].words.startswith("the database ends at seal 1, the anchor at 3")


def test_goes_on_sealing_into_a_new_anchor_and_says_what_it_lacks(
    sealed: World, anchor: Path
) -> None:
    anchor.rename(anchor.with_suffix(".away"))
    sealed.expected()
    seal_trail()

    kinds = [(finding.kind, finding.key) for finding in findings()]

    assert kinds[-1] == (Kind.NOT_ANCHORED, 1)
    assert Seal.objects.count() == 4


def test_reads_only_the_lines_behind_where_it_begins(sealed: World, anchor: Path) -> None:
    root = Seal.objects.get(number=1).root
    anchor.write_text(anchor.read_text().replace(root, "0" * 64))

    assert verify_trail(since=2).is_intact
    assert not verify_trail().is_intact
