"""Two people who judge: decisions, holds, and the clock."""

from datetime import timedelta

from accounts.models import Person
from audit.models import Meaning
from custody.actions.decide_quality import decide_quality
from custody.actions.expire_vials import expire_vials
from custody.actions.place_hold import place_hold
from custody.actions.release_hold import release_hold
from custody.actions.split_vial import split_vial
from custody.models import EventKind, HeldVial, HoldScope
from inventory.models import Quality, Vial
from tests.custody.races.contest import Contest, Race, happened
from tests.custody.races.ends import part
from tests.custody.racing import Step
from tests.world import NOON, World

DECIDING = "custody.actions.decide_quality.snapshot"


def deciding(world: World, vial: Vial, decision: Quality, person: Person) -> Step:
    """Let somebody decide on a vial."""
    return lambda: decide_quality(
        vial_ids=[vial.pk],
        decision=decision,
        evidence="Certificate 1",
        intent=world.signs(person, meaning=Meaning.APPROVED),
        at=NOON,
    )


def is_released(vial: Vial) -> bool:
    """Say whether a vial could go to its patient."""
    return Vial.objects.filter(pk=vial.pk, quality=Quality.RELEASED).exists()


def a_release_and_a_rejection(world: World) -> Contest:
    """One person releases what another rejects."""
    vial = world.stored()[0]
    return Contest(
        deciding(world, vial, Quality.RELEASED, world.release),
        deciding(world, vial, Quality.REJECTED, world.qa),
        lambda: is_released(vial),
    )


def two_releases(world: World) -> Contest:
    """Send the same release twice."""
    vial = world.stored()[0]
    step = deciding(world, vial, Quality.RELEASED, world.release)
    return Contest(step, step, lambda: happened(vial, EventKind.QUALITY_DECIDED) > 1)


def a_release_and_the_clock(world: World) -> Contest:
    """One person releases a vial in the minute in which it expires."""
    vial = world.stored(expires_at=NOON + timedelta(seconds=1))[0]
    return Contest(
        deciding(world, vial, Quality.RELEASED, world.release),
        lambda: expire_vials(at=NOON + timedelta(seconds=2)),
        lambda: is_released(vial),
    )


def two_releases_of_a_hold(world: World) -> Contest:
    """Two people release one hold."""
    vial = world.stored()[0]
    hold = place_hold(
        scope=HoldScope.VIALS, subject=vial.code, intent=world.signs(world.release), at=NOON
    )

    def by(person: Person) -> Step:
        return lambda: release_hold(hold_id=hold.pk, intent=world.signs(person), at=NOON)

    return Contest(by(world.qa), by(world.qa2), lambda: happened(vial, EventKind.HOLD_RELEASED) > 1)


def a_hold_and_a_split(world: World) -> Contest:
    """QA holds a vial from which somebody splits a part off."""
    vial = world.checked_out(world.stored())[0]
    return Contest(
        lambda: place_hold(
            scope=HoldScope.VIALS, subject=vial.code, intent=world.signs(world.qa), at=NOON
        ),
        lambda: split_vial(
            vial_id=vial.pk,
            parts=[part("PART-1", vial.volume_ml / 2)],
            intent=world.signs(world.technician, world.witness),
            at=NOON,
        ),
        lambda: not HeldVial.objects.open().filter(vial__code="PART-1").exists(),
    )


RACES = {
    "a release and a rejection": Race(
        prepare=a_release_and_a_rejection,
        meet_in=DECIDING,
        loser=frozenset({"WRONG_QUALITY"}),
        both_win=True,
    ),
    "one release sent twice": Race(
        prepare=two_releases, meet_in=DECIDING, loser=frozenset({"WRONG_QUALITY"})
    ),
    "a release and the expiry clock": Race(
        prepare=a_release_and_the_clock,
        meet_in=(DECIDING, "custody.actions.expire_vials.snapshot"),
        loser=frozenset({"WRONG_QUALITY"}),
        both_win=True,
    ),
    "two releases of one hold": Race(
        prepare=two_releases_of_a_hold,
        meet_in="custody.actions.release_hold.snapshot",
        loser=frozenset({"ALREADY_RELEASED"}),
    ),
    "a hold and a split": Race(
        prepare=a_hold_and_a_split,
        meet_in=("custody.actions.place_hold.hold_vials", "custody.actions.split_vial._make"),
        both_win=True,
    ),
}
