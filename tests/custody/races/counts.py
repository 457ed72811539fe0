"""Two people and the end of one count."""

from custody.actions.abandon_count import abandon_count
from custody.actions.close_count import close_count
from custody.models import Count, CountStatus, EventKind
from tests.custody.counts import counting, scan
from tests.custody.races.contest import Contest, Race, happened
from tests.world import NOON, World


def two_ends(world: World) -> Contest:
    """Close a count at two screens."""
    [vial] = world.stored()
    count = counting(world)
    scan(world, count, vial.code)

    def close() -> object:
        return close_count(count_id=count.pk, intent=world.signs(world.technician), at=NOON)

    return Contest(close, close, lambda: happened(vial, EventKind.COUNTED) > 1)


def an_end_and_an_abandonment(world: World) -> Contest:
    """Let a supervisor abandon what the counter closes."""
    [vial] = world.stored()
    count = counting(world)
    scan(world, count, vial.code)

    def abandoned_with_a_result() -> bool:
        ended = Count.objects.get(pk=count.pk)
        return happened(vial, EventKind.COUNTED) > 0 and (
            ended.status == CountStatus.ABANDONED or bool(ended.reason)
        )

    return Contest(
        lambda: close_count(count_id=count.pk, intent=world.signs(world.technician), at=NOON),
        lambda: abandon_count(count_id=count.pk, attribution=world.says(world.supervisor), at=NOON),
        abandoned_with_a_result,
    )


RACES = {
    "a count closed twice": Race(
        prepare=two_ends,
        meet_in="custody.actions.close_count.write_results",
        loser=frozenset({"COUNT_ENDED"}),
    ),
    "a count closed and abandoned": Race(
        prepare=an_end_and_an_abandonment,
        meet_in=(
            "custody.actions.close_count.write_results",
            "custody.actions.abandon_count.refusals_of_an_ended",
        ),
        loser=frozenset({"COUNT_ENDED"}),
        caught_by="has no history row",
    ),
}
