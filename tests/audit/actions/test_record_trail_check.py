"""Each check of the trail is recorded; a break stays open until quality closes it."""

import pytest

from accounts.actions.close_trail_check import close_trail_check
from audit.actions.record_trail_check import record_trail_check
from audit.errors import ActionRefused, NotAuthorised
from audit.models import Change, Signature, TrailCheck, Verdict
from audit.queries.checks import checks, open_break
from audit.seals.sealing import seal_trail
from audit.seals.verifying import verify_trail
from audit.tasks import seal_now, verify_tonight
from tests.audit.seals.tampering import tamper
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-02", "URS-38")


def checked() -> TrailCheck:
    """Verify and record it."""
    return record_trail_check(outcome=verify_trail(), device="bench 1", at=NOON)


def broken() -> TrailCheck:
    """Seal, tamper, and record the check that finds it."""
    seal_trail()
    tamper("UPDATE inventory_site SET name = 'Elsewhere'")
    return checked()


def test_records_an_intact_trail_by_a_machine(world: World) -> None:
    seal_trail()

    check = checked()

    assert (check.verdict, check.found, check.findings) == (Verdict.INTACT, 0, [])
    assert (check.first_seal, check.last_seal) == (1, 1)
    change = Change.objects.get(pk=check.history.get().change_id)
    assert (change.door, change.action, change.device) == ("machine", "check_trail", "bench 1")
    assert open_break() is None


def test_records_what_is_broken_and_leaves_it_open(world: World) -> None:
    check = broken()

    assert (check.verdict, check.found) == (Verdict.BROKEN, 1)
    [finding] = check.findings
    assert (finding["kind"], finding["table"]) == ("altered", "inventory_site")
    assert open_break() == check.pk
    assert checks().rows[0].findings[0].startswith("altered: inventory_site")


def test_is_closed_by_quality_with_reason_and_signature(world: World) -> None:
    check = broken()

    close_trail_check(check_id=check.pk, intent=world.signs(world.qa, reason="Deviation 7"))

    assert TrailCheck.objects.get(pk=check.pk).verdict == Verdict.CLOSED
    signature = Signature.objects.get(record_table="audit_trailcheck", record_id=check.pk)
    assert (signature.signer, signature.reason) == (world.qa, "Deviation 7")
    assert open_break() is None


def test_does_not_open_a_closed_break_again_but_every_new_one(world: World) -> None:
    close_trail_check(check_id=broken().pk, intent=world.signs(world.qa))

    assert checked().verdict == Verdict.KNOWN
    assert open_break() is None
    first = Change.objects.earliest("pk")
    tamper("UPDATE audit_change SET reason = 'other' WHERE id = %s", first.pk)
    assert checked().verdict == Verdict.BROKEN


def test_is_not_closed_by_anybody_else(world: World) -> None:
    check = broken()

    for person in (world.technician, world.admin, world.inspector):
        with pytest.raises(NotAuthorised):
            close_trail_check(check_id=check.pk, intent=world.signs(person))
    assert open_break() == check.pk


def test_closes_only_what_is_open(world: World) -> None:
    seal_trail()
    for key in (checked().pk, 987654):
        with pytest.raises(ActionRefused) as refused:
            close_trail_check(check_id=key, intent=world.signs(world.qa))
        assert refused.value.codes == ["CHECK_NOT_OPEN"]


def test_happens_by_the_clock(world: World) -> None:
    seal_now()
    verify_tonight()
    tamper("UPDATE inventory_site SET name = 'Elsewhere'")
    verify_tonight()

    verdicts = list(TrailCheck.objects.order_by("id").values_list("verdict", flat=True))
    assert verdicts == [Verdict.INTACT, Verdict.BROKEN]
