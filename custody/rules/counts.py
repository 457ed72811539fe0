"""Rules about who may begin, go on with, close, abandon or repeat a cycle count."""

from audit.authors import Author
from audit.errors import Refusal
from custody.models import Count, CountStatus
from custody.rules.counting import MOST_VIALS
from inventory.models import Container


def refusals_to_start(container: Container, *, expected: int) -> list[Refusal]:
    """
    Say why `container` may not be counted now.

    expected: how many vials the record has there.
    """
    if container.retired_at is not None:
        return [
            Refusal("CONTAINER_RETIRED", f"{container.name} is out of use. Nothing stands in it.")
        ]
    if expected > MOST_VIALS:
        return [
            Refusal(
                "TOO_MANY_VIALS",
                f"{container.name} holds more than {MOST_VIALS:,} vials. Count it part by part: "
                "choose a rack or a box inside it.",
            )
        ]
    return []


def refusals_to_recount(
    original: Count, container: Container, *, by: Author, differing: int
) -> list[Refusal]:
    """
    Say why the differing lines of `original` may not be counted again by this person.

    Source: REQUIREMENTS B9; URS-31, a second person is another person.
    """
    if original.status != CountStatus.CLOSED or original.container_id != container.pk:
        return [
            Refusal("NOT_CLOSED", f"{original} is not closed. Only a closed count is repeated.")
        ]
    refusals = []
    if not differing:
        refusals.append(Refusal("NOTHING_DIFFERS", f"{original} has no line that differs."))
    if original.counted_by_id == by.pk:
        refusals.append(
            Refusal(
                "SAME_COUNTER",
                f"You counted {original} yourself. Ask a colleague to count it again.",
            )
        )
    return refusals


def refusals_to_count(count: Count, by: Author) -> list[Refusal]:
    """Say why this person may not scan in, or close, the count."""
    refusals = refusals_of_an_ended(count)
    if not refusals and count.counted_by_id != by.pk:
        refusals.append(
            Refusal(
                "NOT_YOUR_COUNT",
                f"{count} is counted by {count.counted_by}. One person counts; start your own when "
                "it has ended.",
            )
        )
    return refusals


def refusals_of_an_ended(count: Count) -> list[Refusal]:
    """Say that a count has ended."""
    if count.status == CountStatus.COUNTING:
        return []
    ended = count.get_status_display().lower()
    return [Refusal("COUNT_ENDED", f"{count} is {ended} already. Open it from the list.")]


NOTHING_COUNTED = Refusal(
    "NOTHING_COUNTED",
    "Nothing was counted yet. Scan what stands there; if it is empty, enter 0.",
)
COUNTED_BY_ANOTHER = Refusal(
    "BEING_COUNTED", "A colleague counts this already. Wait for the end, or count another place."
)
