"""
Taking row locks, always in this order: containers, positions, vials, retrievals; by key.

A count is locked before all of them: nothing else that locks them waits for a count.
"""

from collections.abc import Collection, Iterable, Sequence

from audit.errors import NotFound, Refusal
from custody.models import Count, Retrieval
from inventory.models import Container, Position, Vial

UNKNOWN_VIAL = Refusal("UNKNOWN_VIAL", "No such vial. Scan it again, or search for it.")
UNKNOWN_PLACE = Refusal("UNKNOWN_PLACE", "No such place. Scan the box or the position again.")
UNKNOWN_COUNT = Refusal("UNKNOWN_COUNT", "No such count. Open it from the list.")
UNKNOWN_RETRIEVAL = Refusal("UNKNOWN_RETRIEVAL", "No such retrieval. Open it from the list.")


def lock_containers(keys: Collection[int]) -> list[Container]:
    """
    Lock containers against being moved or filled by others; a container locks its contents' moves.

    Raises NotFound: one of them does not exist.
    """
    rows = Container.objects.filter(pk__in=keys).select_related("type", "position")
    locked = list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))
    if len(locked) != len(set(keys)):
        raise NotFound([UNKNOWN_PLACE])
    return locked


def lock_containers_around(position_keys: Collection[int], vial_keys: Collection[int]) -> None:
    """Lock the containers of these positions, and those in which these vials stand now."""
    named = Position.objects.filter(pk__in=position_keys).values("container")
    left = Position.objects.filter(vials__in=vial_keys).values("container")
    # A union: one condition with an OR over the two would read every position there is.
    rows = Container.objects.filter(pk__in=named.union(left)).values_list("pk")
    list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))


def lock_subtree(path: str) -> list[Container]:
    """Lock a container and everything that stands inside it."""
    rows = Container.objects.filter(path__startswith=path)
    return list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))


def lock_positions(keys: Collection[int]) -> dict[int, Position]:
    """
    Lock positions, by key.

    Raises NotFound: one of them does not exist.
    """
    rows = Position.objects.filter(pk__in=keys)
    locked = {
        row.pk: row for row in rows.select_for_update(of=("self",), no_key=True).order_by("pk")
    }
    if len(locked) != len(set(keys)):
        raise NotFound([UNKNOWN_PLACE])
    return locked


WITH_ALL_AROUND = ("batch__product", "therapy__patient", "position__container", "custodian")
WITH_PRODUCT_AND_PLACE = ("batch__product", "position")  # each row more costs every move


def lock_vials(keys: Iterable[int], *, loaded: Sequence[str] = WITH_ALL_AROUND) -> list[Vial]:
    """
    Lock vials, and return them in the order asked for.

    loaded: the rows around each vial that are read with it, for rules and words.
    Raises NotFound: none were named, or one of them does not exist.
    """
    wanted = list(dict.fromkeys(keys))
    rows = Vial.objects.filter(pk__in=wanted).select_related(*loaded)
    locked = {
        row.pk: row for row in rows.select_for_update(of=("self",), no_key=True).order_by("pk")
    }
    if not wanted or len(locked) != len(wanted):
        raise NotFound([UNKNOWN_VIAL])
    return [locked[key] for key in wanted]


def lock_retrieval(key: int) -> Retrieval:
    """
    Lock one retrieval.

    Raises NotFound: it does not exist.
    """
    rows = Retrieval.objects.filter(pk=key).select_related("product", "therapy__patient")
    row = rows.select_for_update(of=("self",), no_key=True).first()
    if row is None:
        raise NotFound([UNKNOWN_RETRIEVAL])
    return row


def lock_count(key: int) -> Count:
    """
    Lock one count.

    Raises NotFound: it does not exist.
    """
    rows = Count.objects.filter(pk=key).select_related("container__type", "counted_by")
    row = rows.select_for_update(of=("self",), no_key=True).first()
    if row is None:
        raise NotFound([UNKNOWN_COUNT])
    return row
