"""Rules of emptying a unit in an emergency: what binds always, and what is put right later."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from audit.authors import Author
from audit.errors import Refusal
from custody.models import EmptiedRack, Emptying
from inventory.models import Container

DEFERRED = frozenset({"WRONG_ZONE", "WRONG_PROGRAM", "WRONG_PATIENT"})
"""Segregation that may be put right later: it is recorded and listed; all else binds always."""
MOST_COUNT_HOURS = 72
TO_CONFIRM = "place_to_confirm"
"""In the event of a vial: the key of the emptying that left its rack's place to be confirmed."""

UNKNOWN_EMPTYING = Refusal("UNKNOWN_EMPTYING", "This emptying is not known. Open it from the list.")
UNKNOWN_RACK = Refusal("UNKNOWN_RACK", "This rack was not carried here. Open the list of racks.")
NOT_A_UNIT = Refusal("NOT_A_UNIT", "Only a freezer or tank is emptied. Open its page.")
EMPTIED_ALREADY = Refusal(
    "EMPTIED_ALREADY", "This unit is being emptied already: open that, and scan the next rack."
)
EMPTYING_ENDED = Refusal(
    "EMPTYING_ENDED", "This emptying has ended. A supervisor or QA begins another."
)
NOTHING_INSIDE = Refusal("NOTHING_INSIDE", "No vial stands in it by the record.")
COUNT_HOURS = Refusal(
    "COUNT_HOURS", f"Say within how many hours it is counted: 1 to {MOST_COUNT_HOURS}."
)
NO_FREE_PLACE = "{name} has no free place for a {kind}. Nothing was changed: scan another unit."


def refusals_to_begin(unit: Container, vials: int, *, is_going_on: bool) -> list[Refusal]:
    """Say why the emptying of `unit`, with so many vials in it, may not begin."""
    if not unit.type.is_unit:
        return [NOT_A_UNIT]
    if is_going_on:
        return [EMPTIED_ALREADY]
    return [] if vials else [NOTHING_INSIDE]


def refusals_to_take_out(
    emptying: Emptying, taken: Container, before: Sequence[EmptiedRack]
) -> list[Refusal]:
    """
    Say why a rack or box may not be taken out of the unit that is emptied.

    before: what was taken out of it so far, the containers and people loaded, the newest last.
    Source: REQUIREMENTS scenario 10; URS-105, URS-106.
    """
    if emptying.ended_at is not None:
        return [EMPTYING_ENDED]
    if taken.unit_id != emptying.unit_id:
        return [_of_what_stands_elsewhere(emptying, taken, before)]
    if taken.type.is_unit or not taken.type.is_taken_out:
        words = f"{taken.name} is not taken out of its unit. Scan a rack or a box inside it."
        return [Refusal("NOT_TAKEN_OUT", words)]
    around = [row for row in before if row.put_down_at is None and _overlap(row.container, taken)]
    return [
        Refusal(
            "GOES_WITH_ANOTHER",
            f"{row.container.name} is on the way already with {row.carried_by.full_name}, and "
            f"{taken.name} with it. Scan {row.container.name}.",
        )
        for row in around
        if row.container_id != taken.pk
    ]


def refusals_to_carry_on(row: EmptiedRack, by: Author, *, takes_over: bool) -> list[Refusal]:
    """Say that somebody else has it in hand, unless it was handed over."""
    if takes_over or row.carried_by_id == by.pk:
        return []
    return [
        Refusal(
            "CARRIED_BY_ANOTHER",
            f"{row.container.name} is on the way with {row.carried_by.full_name}. Nothing was "
            "changed. If it was handed to you, choose “I have it now” beside it.",
        )
    ]


def not_on_the_way(emptying: Emptying, carried: Container) -> Refusal:
    """Say that nobody has it in hand to put it down."""
    if emptying.ended_at is not None:
        return EMPTYING_ENDED
    words = f"{carried.name} is not on the way: somebody put it down. Scan the next rack."
    return Refusal("NOT_ON_THE_WAY", words)


def refusals_to_confirm(row: EmptiedRack, unit_id: int, place: str) -> list[Refusal]:
    """Say why a place in the unit with this key is not confirmed as that of a rack."""
    name = row.container.name
    if row.put_down_at is None:
        return [Refusal("ON_THE_WAY", f"{name} is on the way. Put it down first.")]
    if row.confirmed_at is not None:
        return [Refusal("CONFIRMED_ALREADY", f"The place of {name} is confirmed already.")]
    if row.to_unit_id != unit_id:
        words = (
            f"By the record {name} is in {'' if row.to_unit is None else row.to_unit.name}, and "
            f"{place} is elsewhere. Scan again; if it truly stands here, call QA and move it."
        )
        return [Refusal("OTHER_UNIT", words)]
    return []


def refusals_to_end(emptying: Emptying, on_the_way: Sequence[EmptiedRack]) -> list[Refusal]:
    """Say why it may not be ended."""
    if emptying.ended_at is not None:
        return [EMPTYING_ENDED]
    return [
        Refusal(
            "RACK_ON_THE_WAY",
            f"{row.container.name} is still on the way with {row.carried_by.full_name}. "
            "Put it down first, or bring it back.",
        )
        for row in on_the_way
    ]


def _of_what_stands_elsewhere(
    emptying: Emptying, taken: Container, before: Sequence[EmptiedRack]
) -> Refusal:
    moved = [row for row in before if row.container_id == taken.pk and row.to_unit is not None]
    if moved:
        last = moved[-1]
        by = "" if last.put_down_by is None else f" by {last.put_down_by.full_name}"
        return Refusal(
            "MOVED_ALREADY", f"{taken.name} was moved already{by}: it is in {last.place}."
        )
    return Refusal(
        "FOREIGN_RACK",
        f"{taken.name} does not belong to {emptying.unit.name}. Leave it where it stands.",
    )


def _overlap(one: Container, other: Container) -> bool:
    return one.pk in other.path_ids or other.pk in one.path_ids


def words_of(row: EmptiedRack) -> str:
    """Say in one line what became of a rack, for the deviation; times in UTC."""
    name = f"{row.container.name} ({row.container.code}), {vials_in_words(row.vials)}"
    if row.put_down_at is None or row.put_down_by is None:
        return f"{name}: on the way."
    out = row.put_down_at - row.taken_out_at
    where = "brought back" if row.to_unit_id == row.emptying.unit_id else f"put into {row.place}"
    said = [
        f"{name}: taken out {row.taken_out_at:%Y-%m-%d %H:%M:%S} UTC by "
        f"{row.taken_out_by.full_name}, out {minutes(out)}, {where} by {row.put_down_by.full_name}",
        *row.deferred,
    ]
    if row.confirmed_at is None:
        said.append("its place there is to be confirmed")
    return f"{'; '.join(part.rstrip('.') for part in said)}."


def vials_in_words(number: int) -> str:
    """Write how many vials, such as `1 vial`."""
    return f"{number} vial{'' if number == 1 else 's'}"


def minutes(span: timedelta) -> str:
    """Write a span as minutes and seconds, such as `2 min 5 s`."""
    whole, seconds = divmod(int(span.total_seconds()), 60)
    return f"{whole} min {seconds} s" if whole else f"{seconds} s"


def is_counted(row: EmptiedRack, counts: Sequence[tuple[str, datetime]]) -> bool:
    """
    Say whether a rack was counted since it was put down.

    counts: of closed counts, the path of what was counted and when it was begun.
    """
    return row.put_down_at is not None and any(
        row.container.path.startswith(path) and begun_at >= row.put_down_at
        for path, begun_at in counts
    )
