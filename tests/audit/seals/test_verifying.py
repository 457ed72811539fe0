"""Whatever is done to the trail behind its triggers, verifying it names the exact row."""

import pytest
from django.db import connection

from audit.models import Change, RefusedAttempt, Seal, SealedChange
from audit.seals.findings import Finding, Kind
from audit.seals.sealing import seal_trail
from audit.seals.verifying import verify_trail
from custody.models import CustodyEvent
from custody.models.event import canonical
from inventory.models import Vial
from tests.audit.seals.conftest import Tamper
from tests.world import World

pytestmark = pytest.mark.urs("URS-02", "URS-38")


def named(findings: list[Finding]) -> list[tuple[Kind, str, int | None]]:
    """Return what is wrong with which row."""
    return [(finding.kind, finding.table, finding.key) for finding in findings]


def test_finds_nothing_wrong_with_an_honest_trail(sealed: World) -> None:
    outcome = verify_trail()

    assert outcome.findings == []
    assert (outcome.seals, outcome.waiting) == (3, 0)
    assert outcome.changes == Change.objects.count() > 60
    assert outcome.records > Vial.objects.count()
