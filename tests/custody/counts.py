"""The ways by which a count comes to where a test needs it."""

from accounts.models import Person
from custody.actions.close_count import close_count
from custody.actions.scan_count import scan_count
from custody.actions.start_count import start_count
from custody.models import Count, CountLine, CountResult
from inventory.models import Container
from tests.world import NOON, World


def counting(
    world: World,
    by: Person | None = None,
    *,
    of: Container | None = None,
    recount_of: Count | None = None,
) -> Count:
    """Return a count that the technician, or somebody else, has begun."""
    return start_count(
        container_id=(of or world.box).pk,
        attribution=world.says(by or world.technician),
        at=NOON,
        recount_of=None if recount_of is None else recount_of.pk,
    )


def scan(world: World, count: Count, *lines: str, by: Person | None = None) -> None:
    """Scan these in a count, in one go."""
    scan_count(
        count_id=count.pk,
        text="\n".join(lines),
        attribution=world.says(by or count.counted_by),
        at=NOON,
    )


def closed(world: World, count: Count) -> Count:
    """Close a count by who counts it."""
    return close_count(count_id=count.pk, intent=world.signs(count.counted_by), at=NOON)


def results(count: Count) -> dict[str, str]:
    """Return the result of each line, by code."""
    rows = CountLine.objects.filter(count=count)
    return {code: CountResult(found).name for code, found in rows.values_list("code", "result")}
