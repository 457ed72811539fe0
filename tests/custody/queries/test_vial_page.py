"""What the page of a vial shows around it, held against the querysets."""

import pytest
from django.db.models import Q

from custody.actions.relabel_vial import relabel_vial
from custody.actions.release_claim import release_claim
from custody.models import Claim
from custody.queries.facts import facts_of_vial
from custody.queries.vial_page import ClaimLine, LabelLine, PartLine, VialStory, story_of
from inventory.models import Identifier, Vial
from tests.custody.retrievals import claimed_retrieval, picked_retrieval
from tests.custody.test_time_out import split
from tests.world import NOON, World


def story(world: World, vial: Vial) -> VialStory:
    """Return the story as QA reads it."""
    return story_of(facts_of_vial(vial.pk, seen_by=world.qa, at=NOON), seen_by=world.qa, at=NOON)


def claims_of(vial: Vial) -> tuple[ClaimLine, ...]:
    """Return the claims as the queryset tells them, newest first."""
    rows = Claim.objects.filter(vial=vial).select_related("retrieval", "claimed_by")
    return tuple(
        ClaimLine(
            row.retrieval.pk,
            row.retrieval.order_number,
            row.claimed_by.full_name,
            row.claimed_at,
            row.released_at,
        )
        for row in rows.order_by("-pk")
    )


def labels_of(vial: Vial) -> tuple[LabelLine, ...]:
    """Return the labels as the queryset tells them."""
    rows = Identifier.objects.filter(vial=vial).select_related("replaced_by").order_by("pk")
    return tuple(
        LabelLine(row.code, "" if row.replaced_by is None else row.replaced_by.code) for row in rows
    )


def family_of(vial: Vial) -> dict[int, PartLine]:
    """Return the parts, and what the vial was split from, as the queryset tells them."""
    rows = Vial.objects.filter(Q(parent=vial) | Q(pk=vial.parent_id))
    return {row.pk: PartLine(row.pk, row.code, row.custody, row.quality) for row in rows}


def test_tells_claims_that_stand_and_that_ended(world: World) -> None:
    retrieval, vial = claimed_retrieval(world)
    standing = story(world, vial).claims
    release_claim(retrieval_id=retrieval.pk, attribution=world.says(world.technician), at=NOON)

    told = story(world, vial).claims

    assert [claim.released_at for claim in standing] == [None]
    assert told == claims_of(vial)
    assert told[0].released_at is not None


@pytest.mark.urs("URS-90")
def test_tells_parts_their_parent_and_every_label(world: World) -> None:
    _, taken = picked_retrieval(world)
    parent = world.checked_out(world.released())[0]
    part = split(world, parent, "A9990260000010-901")
    split(world, parent, "A9990260000010-902")
    relabel_vial(
        vial_id=part.pk,
        new_code="A9990260000010-903",
        intent=world.signs(world.technician, world.witness),
        at=NOON,
    )

    for vial in (parent, part, taken):
        told, family = story(world, vial), family_of(vial)
        assert told.parent == family.pop(vial.parent_id or 0, None)
        assert told.parts == tuple(family[key] for key in sorted(family))
        assert told.labels == labels_of(vial)
    assert len(story(world, part).labels) == 2
    assert len(story(world, parent).parts) == 2
