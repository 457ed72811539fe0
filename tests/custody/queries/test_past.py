"""The one statement over ledger, holds and claims, held against the querysets."""

import pytest

from custody.actions.place_hold import place_hold
from custody.burdens import NONE, Burdens, burdens_on
from custody.chain import check_chains
from custody.models import Claim, HeldVial, HoldScope
from custody.queries.past import ClaimFact, Past, pasts
from custody.queries.whereabouts import whereabouts
from custody.released import released_as
from custody.viability import DeviationFact, HoldFact
from inventory.models import Vial
from sop.models import DeviationVial, Impact
from tests.custody.retrievals import claimed_retrieval, picked_retrieval
from tests.custody.test_time_out import split
from tests.factories.deviations import opened_deviation
from tests.world import NOON, World


def told_by_querysets(vial: Vial) -> Past:
    """Return the past of a vial as the querysets tell it."""
    where = whereabouts([vial.pk])[vial.pk]
    held = HeldVial.objects.open().filter(vial=vial).select_related("hold").order_by("hold")
    standing = DeviationVial.objects.standing().filter(vial=vial)
    deviated = standing.select_related("deviation").order_by("deviation")
    claim = Claim.objects.open().filter(vial=vial).select_related("retrieval", "claimed_by").first()
    return Past(
        chain=check_chains([vial.pk])[vial.pk],
        way=where.crumbs,
        last_sighting=where.last_sighting,
        here_since=where.since,
        to_confirm=None,
        last_count=where.last_count,
        released_as=released_as([vial.pk]).get(vial.pk, ""),
        burdens=Burdens(
            holds=tuple(
                HoldFact(row.hold.pk, row.hold.subject, row.hold.reason, row.hold.placed_at)
                for row in held
            ),
            deviations=tuple(
                DeviationFact(row.deviation.pk, row.deviation.number, Impact(row.impact))
                for row in deviated
            ),
        ),
        claim=None
        if claim is None
        else ClaimFact(
            claim.retrieval.pk,
            claim.retrieval.order_number,
            claim.claimed_by.full_name,
            claim.claimed_at,
        ),
    )


@pytest.mark.urs("URS-117")
def test_says_what_the_querysets_say(world: World) -> None:
    _, claimed = claimed_retrieval(world)
    _, picked = picked_retrieval(world)
    parent = world.checked_out(world.released())[0]
    held = world.released()[0]
    for _ in range(2):
        place_hold(scope=HoldScope.VIALS, subject=held.code, intent=world.signs(world.qa), at=NOON)
    for _ in range(2):
        opened_deviation(world, vials=[held, claimed])
    vials = [
        *world.expected(),
        *world.received(),
        *world.stored(),
        claimed,
        picked,
        split(world, parent, "A9990260000010-901"),
        parent,
        held,
    ]

    found = pasts([vial.pk for vial in vials])

    assert found == {vial.pk: told_by_querysets(vial) for vial in vials}
    assert found == {key: past for vial in vials for key, past in pasts([vial.pk]).items()}
    assert {key: past.burdens for key, past in found.items() if past.burdens != NONE} == (
        burdens_on(list(found))
    )
    assert len(found[held.pk].burdens.holds) == 2
    assert len(found[held.pk].burdens.deviations) == 2
    assert found[claimed.pk].claim is not None
    assert found[vials[0].pk].last_sighting is None
