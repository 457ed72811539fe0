"""Rules that say which procedure governs which action: set by quality, one for each scope."""

from contextlib import nullcontext

import pytest

from audit.changes import machine_change
from audit.errors import NotFound
from audit.models import Meaning
from sop.action import Action
from sop.actions.set_governance import set_governance
from sop.models import Follows, Governance, ProcedureVersion, VersionStatus
from sop.setting_rules import WantedRule, Way, newest_rule_change
from tests.custody.racing import race, winners, without_locks
from tests.factories.inventory import ProductFactory
from tests.factories.procedures import LONG_AGO, document, in_force
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-23", "URS-25")


def version_of(world: World, code: str = "SOP-T-001") -> ProcedureVersion:
    """Return a version in force that places vials."""
    return in_force(document(code=code), author=world.qa2, approver=world.release)


def rule(version: ProcedureVersion, action: Action, **more: object) -> WantedRule:
    """Return a wanted rule."""
    return WantedRule(action=action, procedure_id=version.procedure_id, **more)  # type: ignore[arg-type]  # the names of a rule


def put(world: World, *rules: WantedRule, seen_until: int | None = None) -> list[Governance]:
    """Let quality set rules."""
    return set_governance(
        rules=rules,
        seen_until=newest_rule_change() if seen_until is None else seen_until,
        intent=world.signs(world.qa, meaning=Meaning.APPROVED),
        at=NOON,
    )


def standing(action: Action = Action.PLACE_VIALS) -> list[tuple[str, int | None]]:
    """Return what governs an action now."""
    rows = Governance.objects.standing().filter(action=action)
    return sorted(rows.values_list("procedure__code", "site"), key=str)


def test_a_rule_takes_the_place_of_what_stands_for_the_same_scope_only(world: World) -> None:
    version, other = version_of(world), version_of(world, "SOP-T-002")
    old, at_site = put(
        world,
        rule(version, Action.PLACE_VIALS),
        rule(version, Action.PLACE_VIALS, site_id=world.site.pk),
    )
    assert standing() == [("SOP-T-001", world.site.pk), ("SOP-T-001", None)]

    new, packing = put(
        world,
        rule(other, Action.PLACE_VIALS),
        rule(other, Action.PACK_VIALS, follows=Follows.SCREEN),
    )

    for row in (old, at_site, new, packing, Governance.objects.get(pk=old.pk)):
        assert_signed_and_kept(row, action="set_governance")
    assert Governance.objects.get(pk=old.pk).ended_at == NOON
    assert standing() == [("SOP-T-001", world.site.pk), ("SOP-T-002", None)]
    assert standing(Action.PACK_VIALS) == [("SOP-T-002", None)]


def test_procedures_of_one_scope_are_other_ways_and_end_one_by_one(world: World) -> None:
    version, other = version_of(world), version_of(world, "SOP-T-002")
    put(world, rule(version, Action.PLACE_VIALS))

    put(world, rule(other, Action.PLACE_VIALS, way=Way.BESIDE))
    assert standing() == [("SOP-T-001", None), ("SOP-T-002", None)]
    put(world, rule(other, Action.PLACE_VIALS, way=Way.BESIDE, follows=Follows.SCREEN))
    assert standing() == [("SOP-T-001", None), ("SOP-T-002", None)], "it follows in another way"
    put(world, rule(version, Action.PLACE_VIALS, way=Way.END))

    assert standing() == [("SOP-T-002", None)]
    with refused("NO_RULE"):
        put(world, rule(version, Action.PLACE_VIALS, way=Way.END))
    with refused("AS_IT_IS"):
        put(world, rule(other, Action.PLACE_VIALS, follows=Follows.SCREEN))


def test_refuses_what_could_not_be_followed(world: World) -> None:
    version = version_of(world)
    other = ProductFactory.create()
    before = newest_rule_change()
    put(world, rule(version, Action.PLACE_VIALS))
    with refused("RULES_CHANGED"):
        put(world, rule(version, Action.PLACE_VIALS, site_id=world.site.pk), seen_until=before)
    with refused("NO_SUCH_STEP"):
        put(world, rule(version, Action.PACK_VIALS))
    with refused("NEVER_GOVERNED"):
        put(world, rule(version, Action.EXPORT_DOSSIER, follows=Follows.SCREEN))
    with refused("SCOPE_TWICE"):
        screen = rule(version, Action.PACK_VIALS, follows=Follows.SCREEN)
        put(world, screen, screen)
    with refused("NOTHING_WANTED"):
        put(world)
    with refused("SCOPE_CONTRADICTS"):
        scope = {"program_id": world.program.pk, "product_id": other.pk}
        put(world, rule(version, Action.PLACE_VIALS, **scope))
    with refused("UNKNOWN_PROCEDURE", by=NotFound):
        put(world, WantedRule(action=Action.PLACE_VIALS, procedure_id=0))
    with unauthorised():
        set_governance(
            rules=[rule(version, Action.PLACE_VIALS, site_id=world.site.pk)],
            seen_until=newest_rule_change(),
            intent=world.signs(world.admin),
            at=NOON,
        )
    assert standing() == [("SOP-T-001", None)]


def test_refuses_a_procedure_that_is_retired_or_not_approved(world: World) -> None:
    draft, retired = version_of(world, "SOP-T-003"), version_of(world, "SOP-T-004")
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        draft.status = VersionStatus.WITHDRAWN
        draft.save(update_fields=["status"])
        retired.procedure.retired_at = LONG_AGO
        retired.procedure.save(update_fields=["retired_at"])

    with refused("NO_APPROVED_VERSION"):
        put(world, rule(draft, Action.PLACE_VIALS))
    with refused("PROCEDURE_RETIRED", "NO_APPROVED_VERSION"):
        put(world, rule(retired, Action.PLACE_VIALS))


@pytest.mark.parametrize("is_locked", [True, False], ids=["with the lock", "without it"])
def test_set_twice_at_once_one_stands(
    committed_world: World, is_locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = committed_world
    versions = [version_of(world, f"SOP-T-00{number}") for number in (1, 2)]
    if not is_locked:
        monkeypatch.setattr("sop.setting_rules._ONE_AFTER_THE_OTHER", "SELECT 1")
    seen = newest_rule_change()
    here = {"site_id": world.site.pk}  # where no rule stands yet that could be locked

    with nullcontext() if is_locked else without_locks():
        outcomes = race(
            lambda: put(world, rule(versions[0], Action.PLACE_VIALS, **here), seen_until=seen),
            lambda: put(world, rule(versions[1], Action.PLACE_VIALS, **here), seen_until=seen),
            meet_in="sop.actions.set_governance.refuse_if",
        )

    at_site = Governance.objects.standing().filter(site=world.site)
    assert at_site.count() == len(winners(outcomes)) == (1 if is_locked else 2)
    if is_locked:
        assert ["RULES_CHANGED"] in [outcome.codes for outcome in outcomes]
