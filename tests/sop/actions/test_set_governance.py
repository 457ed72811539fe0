"""Rules that say which procedure governs which action: set by quality, one for each scope."""

import pytest

from audit.changes import machine_change
from audit.errors import NotFound
from audit.models import Meaning
from sop.action import Action
from sop.actions.set_governance import set_governance
from sop.models import Follows, Governance, ProcedureVersion
from sop.setting_rules import WantedRule
from tests.custody.racing import race, winners
from tests.factories.inventory import ProductFactory
from tests.factories.procedures import LONG_AGO, document, in_force
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-23", "URS-25")


def version_of(world: World, code: str = "SOP-T-001") -> ProcedureVersion:
    """Return a version in force that places vials."""
    return in_force(document(code=code), author=world.qa2, approver=world.release)


def rule(version: ProcedureVersion | None, action: Action, **more: object) -> WantedRule:
    """Return a wanted rule; without a version it ends what stands."""
    follows = more.pop("follows", Follows.RUN)
    return WantedRule(
        action=action,
        procedure_id=None if version is None else version.procedure_id,
        follows=Follows(str(follows)),
        **more,  # type: ignore[arg-type]  # the keys of a scope
    )


def put(world: World, *rules: WantedRule) -> list[Governance]:
    """Let quality set rules."""
    intent = world.signs(world.qa, meaning=Meaning.APPROVED)
    return set_governance(rules=rules, intent=intent, at=NOON)


def standing() -> list[tuple[str, str, int | None]]:
    """Return what governs now, by action."""
    rows = Governance.objects.standing().filter(action__in=[Action.PLACE_VIALS, Action.PACK_VIALS])
    return sorted(rows.values_list("action", "procedure__code", "site"))


def test_a_new_rule_takes_the_place_of_the_old_for_the_same_scope_only(world: World) -> None:
    version, other = version_of(world), version_of(world, "SOP-T-002")
    here = {"site_id": world.site.pk}
    old, at_site = put(
        world, rule(version, Action.PLACE_VIALS), rule(version, Action.PLACE_VIALS, **here)
    )

    new, packing = put(
        world,
        rule(other, Action.PLACE_VIALS),
        rule(other, Action.PACK_VIALS, follows=Follows.SCREEN),
    )

    for row in (old, at_site, new, packing, Governance.objects.get(pk=old.pk)):
        assert_signed_and_kept(row, action="set_governance")
    assert Governance.objects.get(pk=old.pk).ended_at == NOON
    assert standing() == [
        ("pack_vials", "SOP-T-002", None),
        ("place_vials", "SOP-T-001", world.site.pk),
        ("place_vials", "SOP-T-002", None),
    ]


def test_a_rule_ends_without_another_in_its_place(world: World) -> None:
    put(world, rule(version_of(world), Action.PLACE_VIALS))

    put(world, rule(None, Action.PLACE_VIALS))

    assert standing() == []
    with refused("NO_RULE"):
        put(world, rule(None, Action.PLACE_VIALS))


def test_refuses_what_could_not_be_followed(world: World) -> None:
    version = version_of(world)
    other = ProductFactory.create()
    put(world, rule(version, Action.PLACE_VIALS))
    with refused("NO_SUCH_STEP"):
        put(world, rule(version, Action.PACK_VIALS))
    with refused("AS_IT_IS"):
        put(world, rule(version, Action.PLACE_VIALS))
    with refused("SCOPE_TWICE"):
        screen = rule(version, Action.PACK_VIALS, follows=Follows.SCREEN)
        put(world, screen, screen)
    with refused("NOTHING_WANTED"):
        put(world)
    with refused("SCOPE_CONTRADICTS"):
        scope = {"program_id": world.program.pk, "product_id": other.pk}
        put(world, rule(version, Action.PLACE_VIALS, **scope))
    with refused("UNKNOWN_PROCEDURE", by=NotFound):
        put(world, WantedRule(action=Action.PLACE_VIALS, procedure_id=0, follows=Follows.RUN))
    with unauthorised():
        set_governance(
            rules=[rule(version, Action.PLACE_VIALS, site_id=world.site.pk)],
            intent=world.signs(world.admin),
            at=NOON,
        )
    assert standing() == [("place_vials", "SOP-T-001", None)]


def test_refuses_a_procedure_that_is_retired_or_not_approved(world: World) -> None:
    draft, retired = version_of(world, "SOP-T-003"), version_of(world, "SOP-T-004")
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        draft.status = "withdrawn"
        draft.save(update_fields=["status"])
        retired.procedure.retired_at = LONG_AGO
        retired.procedure.save(update_fields=["retired_at"])

    with refused("NO_APPROVED_VERSION"):
        put(world, rule(draft, Action.PLACE_VIALS))
    with refused("PROCEDURE_RETIRED", "NO_APPROVED_VERSION"):
        put(world, rule(retired, Action.PLACE_VIALS))


@pytest.mark.parametrize("has_old", [True, False], ids=["in place of one", "the first"])
def test_set_twice_at_once_one_stands(committed_world: World, has_old: bool) -> None:
    world = committed_world
    versions = [version_of(world, f"SOP-T-00{number}") for number in range(1, 4)]
    if has_old:
        put(world, rule(versions[2], Action.PLACE_VIALS))

    outcomes = race(
        lambda: put(world, rule(versions[0], Action.PLACE_VIALS)),
        lambda: put(world, rule(versions[1], Action.PLACE_VIALS)),
        meet_in="sop.actions.set_governance.refuse_if",
    )

    assert len(winners(outcomes)) == 1
    assert ["BUSY"] in [outcome.codes for outcome in outcomes]
    assert len(standing()) == 1
    assert Governance.objects.count() == (2 if has_old else 1)
