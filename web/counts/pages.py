"""What the pages of cycle counts show."""

from collections.abc import Iterator, Sequence

from django.urls import reverse

from accounts.models import Person
from audit.queries.signatures import blocks_under
from custody.models import Count, CountStatus
from custody.queries.counts import (
    ResultLine,
    ShownCounts,
    counts,
    progress_of,
    result_lines,
    words_of_result,
)
from sop.action import Action
from sop.authority import may
from web.http import Request
from web.keyset import cursor, pager_of
from web.links import with_query
from web.presenters import Crumb, EmptyState, FilterChip, ScanField
from web.sheets import SignSheet

LIST = Crumb(label="Counts", url="/counts/")
NOTHING = EmptyState(
    title="No counts here",
    words="Scan a box or a rack and choose Count, or start one here.",
)
HEADS = ("Result", "Vial", "Recorded at", "Seen at", "What else", "Deviation")
LIST_HEADS = ("Count", "Place", "State", "Result", "By", "Begun (UTC)", "Ended (UTC)")


def list_context(request: Request) -> dict[str, object]:
    """Gather the list that the chips ask for."""
    shown = _shown(request)
    here = reverse("counts:index")
    page = counts(shown, seen_by=request.user, **cursor(request))
    return {
        "chips": [
            FilterChip(
                label=str(each.label),
                url=with_query(here, show=each.value),
                active=each is shown,
            )
            for each in ShownCounts
        ],
        "lines": [(row, words_of_result(row)) for row in page.rows],
        "pager": pager_of(page, with_query(here, show=shown.value)),
        "csv_url": with_query(here, show=shown.value, format="csv"),
        "may_count": may(request.user, Action.COUNT),
        "empty": NOTHING,
    }


def csv_of_list(request: Request) -> Iterator[Sequence[object]]:
    """Yield the rows that the list shows, as cells."""
    page = counts(_shown(request), seen_by=request.user, **cursor(request))
    for row in page.rows:
        yield (
            str(row),
            row.place,
            CountStatus(row.status).label,
            words_of_result(row),
            row.counted_by.full_name,
            f"{row.started_at:%Y-%m-%d %H:%M}",
            "" if row.ended_at is None else f"{row.ended_at:%Y-%m-%d %H:%M}",
        )


def _shown(request: Request) -> ShownCounts:
    asked = request.GET.get("show", "")
    return ShownCounts(asked) if asked in ShownCounts.values else ShownCounts.ALL


def scan_field(count: Count) -> ScanField:
    """Give the one field of the counting screen."""
    return ScanField(
        url=reverse("counts:count", args=[count.pk]),
        label="Scan each vial that stands there",
        target="#scan-result",
        hint="Name a place first, such as A1: each vial after it is at the next place. "
        "0 says that the place is empty, ? that the label cannot be read.",
    )


def counting_context(count: Count, person: Person) -> dict[str, object]:
    """Gather a count that goes on; nothing of what is expected."""
    return {
        "count": count,
        "crumbs": (LIST, Crumb(label=str(count))),
        "is_mine": count.counted_by_id == person.pk,
        "may_abandon": may(person, Action.COUNT),
        "progress": progress_of(count),
        "field": scan_field(count),
    }


def result_context(count: Count, person: Person) -> dict[str, object]:
    """Gather what came of a count that has ended."""
    lines = result_lines(count, seen_by=person)
    is_another = count.counted_by_id != person.pk
    differs = any(line.differs for line in lines)
    signatures = blocks_under([(Count, count.pk)]).get((Count, count.pk), [])
    return {
        "count": count,
        "crumbs": (LIST, Crumb(label=str(count))),
        "said": words_of_result(count),
        "differing": [line for line in lines if line.differs],
        "agreeing": [line for line in lines if not line.differs],
        "may_recount": differs and is_another and may(person, Action.COUNT),
        "asks_another": differs and not is_another,
        "recounts": list(count.recounts.order_by("pk")),
        "signatures": signatures,
    }


def csv_rows(lines: Sequence[ResultLine]) -> Iterator[Sequence[object]]:
    """Yield the lines of a result as cells."""
    for line in lines:
        cells = (line.result.label, line.code, line.place, line.found_place, line.words)
        yield (*cells, line.deviation)


def close_sheet(count: Count) -> SignSheet:
    """Ask the counter to sign what they saw."""
    counted = progress_of(count).counted
    where = (
        count.place if count.recount_of_id is None else f"again the places named in {count.place}"
    )
    seen = f"{counted} vial{'' if counted == 1 else 's'}"
    return SignSheet(
        heading=f"Close {count}",
        words=f"You counted {seen} in {count.place}. After the signature nothing can be added: "
        "the record is compared, and each difference opens a deviation. A vial that you did not "
        "see is missing from then on, and every vial of its patient is held.",
        statement=f"I counted {where} without a list and saw {seen} there.",
        action_label="Close the count",
        cancel_url=reverse("counts:count", args=[count.pk]),
        crumbs=(LIST, Crumb(label=str(count)), Crumb(label="Close")),
        reasons=("Cycle count", "Count after a mass move", "Count after a mismatch"),
        covers=((Count, count.pk),),
        grave=True,
    )
