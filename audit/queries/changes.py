"""The trail itself: who changed what, when and why, newest first, never counted."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.search import SearchQuery
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from audit.errors import NotFound, Refusal
from audit.models import Change, Signature, in_words
from audit.pages import SIZE, Page, newest_first
from audit.queries.touching import About, FieldChange, changes_about, changes_of_field
from audit.system_event_kinds import SystemEventKind

NOT_FOUND = Refusal("UNKNOWN_CHANGE", "No change that you may see has this number.")
READ_AT_ONCE = 5_000
REACHES = (5_000, 500_000)
"""How many numbers on words are looked for, before they are looked for everywhere."""
CLOCK_MAY_ERR = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class TrailFilter:
    """
    Which changes; what is left out does not restrict.

    actors: the keys of the people. since, until: by the server's time; `until` is the first
    instant that is out. about: what was touched. field: what was given another value.
    but_by: not what this person performed or signed.
    reason: words that all occur; role, device, step: words that follow each other.
    Source: URS-41.
    """

    actors: Collection[int] | None = None
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None
    reason: str = ""
    role: str = ""
    device: str = ""
    step: str = ""
    about: About | None = None
    but_by: int | None = None
    field: FieldChange | None = None


@dataclass(frozen=True, kw_only=True)
class ChangeEntry:
    """
    One change as it was recorded; names and role are those of that time.

    Source: 21 CFR 11.10(e); URS-34.
    """

    id: int
    recorded_at: datetime | None
    action: str
    door: str
    who: str
    user_id: str
    role: str
    device: str
    reason: str
    procedure_step: str
    request_id: str
    app_version: str


def changes(
    *,
    matching: TrailFilter,
    but_not: Q,
    before: int | None = None,
    after: int | None = None,
    size: int = SIZE,
) -> Page[ChangeEntry]:
    """
    Return a page of changes, newest first.

    but_not: the condition of those that the reader may not see.
    A page of a search that reads through may be short or empty; `older` then goes on behind it.
    """
    with _planned_for_its_values():
        rows = _seen(but_not).filter(_condition(matching))
        if matching.field is not None and matching.about is None:
            page = _read_through(rows, matching.field, before, after, size)
        elif _asks_for_words(matching):
            page = _ever_further(rows, before, after, size)
        else:
            page = newest_first(rows, before=before, after=after, size=size)
        return page.shown_as(change_entry)


def _seen(but_not: Q) -> QuerySet[Change]:
    return Change.objects.exclude(but_not) if but_not else Change.objects.all()


@contextmanager
def _planned_for_its_values() -> Iterator[None]:
    """Plan each statement for what it looks for: a plan for any word is wrong for most."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        yield


def _condition(wanted: TrailFilter) -> Q:
    found = Q()
    if wanted.actors is not None:
        people = sorted(wanted.actors)
        found &= Q(actor=people[0]) if len(people) == 1 else Q(actor__in=people)
    if wanted.but_by is not None:
        found &= ~performed_by(wanted.but_by)
    if wanted.action:
        found &= Q(action=wanted.action)
    if wanted.about is not None:
        found &= changes_about(wanted.about)
        if wanted.field is not None:
            found &= changes_of_field(wanted.field, records=wanted.about.records)
    return found & _in_time(wanted) & _with_words(wanted)


def performed_by(person_id: int) -> Q:
    """Return the condition of the changes that somebody made or signed, also as the second."""
    signed = Signature.objects.filter(change=OuterRef("pk"), signer=person_id)
    return Q(actor=person_id) & Q(actor__isnull=False) | Q(Exists(signed))


def matching_changes(matching: TrailFilter, *, but_not: Q, until: int) -> QuerySet[Change]:
    """
    Return every change that matches, for reading through all of them.

    until: the number of the newest change that counts.
    """
    rows = _seen(but_not).filter(_condition(matching), pk__lte=until)
    if matching.field is not None and matching.about is None:
        rows = rows.filter(changes_of_field(matching.field, records=None, below=until + 1))
    return rows


def newest_change() -> int:
    """Return the number of the newest change; 0 before the first."""
    return Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _in_time(wanted: TrailFilter) -> Q:
    """
    Bound the numbers beside the times, so that older pages do not read all that is newer.

    Numbers and times rise together but for a clock that was set; a day is left for that.
    """
    found = Q()
    if wanted.since is not None:
        found &= Q(recorded_at__gte=wanted.since)
        behind = Change.objects.filter(recorded_at__gte=wanted.since - CLOCK_MAY_ERR)
        first = behind.order_by("recorded_at").values_list("pk", flat=True).first()
        found &= Q(pk__in=[]) if first is None else Q(pk__gte=first)
    if wanted.until is not None:
        found &= Q(recorded_at__lt=wanted.until)
        ahead = Change.objects.filter(recorded_at__lt=wanted.until + CLOCK_MAY_ERR)
        last = ahead.order_by("-recorded_at").values_list("pk", flat=True).first()
        found &= Q(pk__in=[]) if last is None else Q(pk__lte=last)
    return found


def _with_words(wanted: TrailFilter) -> Q:
    said = {"role": wanted.role, "device": wanted.device, "procedure_step": wanted.step}
    found = Q()
    for column, text in said.items():
        if text:
            follow = SearchQuery(text, config="simple", search_type="phrase")
            found &= Q(in_words(column, follow))
    if wanted.reason:
        words = SearchQuery(wanted.reason, config="simple", search_type="websearch")
        found &= Q(in_words("reason", words))
    return found


def _asks_for_words(wanted: TrailFilter) -> bool:
    return bool(wanted.reason or wanted.role or wanted.device or wanted.step)


def _ever_further(
    rows: QuerySet[Change], before: int | None, after: int | None, size: int
) -> Page[Change]:
    """
    Look for words near by first, then further on, then everywhere.

    PostgreSQL cannot know how rare a word is: for a common one it would collect millions of rows,
    for a rare one read through all of them by number. What is common fills a page near by; for
    the rest only the index over the words is left to it.
    """
    top = newest_change() + 1 if before is None else before
    for reach in REACHES:
        near = Q(pk__gte=top - reach) if after is None else Q(pk__lte=after + reach)
        page = newest_first(rows.filter(near), before=before, after=after, size=size)
        if (page.older if after is None else page.newer) is not None:
            return page
        _leave_only_the_index_over_words()
    return newest_first(rows, before=before, after=after, size=size)


def _leave_only_the_index_over_words() -> None:
    """Bar every way but bitmaps to the statements of this transaction that follow."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_indexscan = off")
        cursor.execute("SET LOCAL enable_seqscan = off")


def _read_through(
    rows: QuerySet[Change],
    wanted: FieldChange,
    before: int | None,
    after: int | None,
    size: int,
) -> Page[Change]:
    """Read one stretch of the trail, and say where the next begins."""
    newest = newest_change()
    top = before or newest + 1  # not read itself
    above = max(0, top - 1 - READ_AT_ONCE)
    if after is not None:
        above, top = after, after + 1 + READ_AT_ONCE
    found = changes_of_field(wanted, records=None, above=above, below=top)
    page = newest_first(rows.filter(found), after=above if after is not None else None, size=size)
    older = after + 1 if after is not None else page.older or (above + 1 if above else None)
    newer = page.newer or (top - 1 if top <= newest else None)
    return Page(rows=page.rows, newer=newer, older=older)


def find_change(change_id: int, *, but_not: Q) -> ChangeEntry:
    """
    Return one change.

    Raises NotFound: there is none with this number that the reader may see.
    """
    row = _seen(but_not).filter(pk=change_id).first()
    if row is None:
        raise NotFound([NOT_FOUND])
    return change_entry(row)


def entries_by_number(numbers: Collection[int]) -> dict[int, ChangeEntry]:
    """Return changes by their numbers; one query."""
    rows = Change.objects.in_bulk(list(numbers))
    return {key: change_entry(row) for key, row in rows.items()}


def change_entry(row: Change) -> ChangeEntry:
    """Show a change as it was recorded."""
    return ChangeEntry(
        id=row.pk,
        recorded_at=row.recorded_at,
        action=action_words(row.action),
        door=row.get_door_display(),
        who=row.actor_name or row.device,
        user_id=row.actor_user_id,
        role=row.role,
        device=row.device,
        reason=row.reason,
        procedure_step=row.procedure_step,
        request_id=row.request_id,
        app_version=row.app_version,
    )


def action_words(action: str) -> str:
    """Say an action's name as people read it."""
    if action in SystemEventKind.values:
        return str(SystemEventKind(action).label)
    return action.replace("_", " ").capitalize()
