"""What a review of the trail looks at, and the reviews that were made."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db.models import Exists, OuterRef, Q

from audit.authors import Author
from audit.errors import NotFound, Refusal
from audit.models import RefusedAttempt
from audit.pages import Page, newest_first
from audit.queries.changes import TrailFilter, matching_changes, newest_change
from audit.queries.refusals import attempts_by_number
from custody.models import ReviewedEntry, ReviewScope, TrailReview
from custody.queries.about import vials_of_batch, vials_of_therapy
from custody.queries.critical import critical_among, critical_of
from custody.queries.trail import hidden_from, refusals_shown_to
from custody.rules.critical import REFUSED, REFUSED_AT_ALL
from custody.rules.reviewing import MOST_CHANGES
from custody.rules.sampling import RULE, drawn
from inventory.models import Batch, Program, Therapy

NOT_FOUND = Refusal("UNKNOWN_REVIEW", "No review that you may see has this number.")
SHOWN_BESIDE = 250
PERIOD_ONLY = frozenset({"since", "until"})


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """
    What a reviewer sets out to look at.

    said: the filter in words; query: as the address says it.
    vials: keys of those whose refused scans belong to it; None for a period, with all attempts.
    """

    scope: ReviewScope
    subject: str
    program_id: int | None
    said: str
    query: str
    matching: TrailFilter
    vials: Collection[int] | None = ()


@dataclass(frozen=True, kw_only=True)
class Seen:
    """
    The entries in scope as they were at one time.

    read_until, attempts_until: the newest change and the newest refused attempt that count.
    changes: how many. digest: over the numbers of all of them. critical: why, by `c12` or `r7`.
    sample: further changes that were drawn. newest: the newest in scope, by key.
    """

    read_until: int
    attempts_until: int
    changes: int
    first: int | None
    last: int | None
    attempts: Sequence[int]
    digest: str
    critical: dict[str, str]
    newest: Sequence[str] = ()
    sample: Sequence[int] = ()
    drawn_by: dict[str, Any] = field(default_factory=dict)

    @property
    def keys(self) -> list[str]:
        """Name every entry that is looked at by itself, the critical ones first."""
        return [
            *self.critical,
            *(f"c{key}" for key in self.sample if f"c{key}" not in self.critical),
        ]


def reviewed_by(
    code: str,
    *,
    said: str,
    query: str,
    matching: TrailFilter,
    only: frozenset[str],
    seen_by: Author,
) -> Reviewed:
    """
    Say what the filters of the trail make a review of.

    code: as it was searched for; empty for none. only: the names of the filters in force.
    """
    programs = Program.objects.visible_to(seen_by)
    batch = Batch.objects.filter(number=code, product__program__in=programs)
    therapy = Therapy.objects.filter(coi=code, program__in=programs)
    scope, program = ReviewScope.SEARCH, None
    vials: Collection[int] | None = ()
    if code and (found := batch.values_list("pk", "product__program").first()):
        scope, program = ReviewScope.BATCH, found[1]
        vials = vials_of_batch(found[0])
    elif code and (found := therapy.values_list("pk", "program").first()):
        scope, program = ReviewScope.THERAPY, found[1]
        vials = vials_of_therapy(found[0])
    elif only and only <= PERIOD_ONLY:
        scope, vials = ReviewScope.PERIOD, None
    return Reviewed(
        scope=scope,
        subject=code,
        program_id=program,
        said=said,
        query=query,
        matching=matching,
        vials=vials,
    )


def seen_in(
    what: Reviewed,
    *,
    seen_by: Author,
    until: tuple[int, int] | None = None,
    seed: str = "",
    size: int = 0,
) -> Seen:
    """
    Read what is in scope; the number of queries does not grow with it.

    until: the newest change and the newest refused attempt that count; None for all there are.
    seed, size: of the sample that is drawn beside what is critical.
    """
    read_until, attempts_until = until or (newest_change(), newest_attempt())
    rows = matching_changes(what.matching, but_not=hidden_from(seen_by), until=read_until)
    numbers = list(rows.order_by("pk").values_list("pk", "door")[: MOST_CHANGES + 1])
    critical = {f"c{key}": why for key, why in sorted(critical_among(rows).items())}
    attempts = _attempts(what, attempts_until, seen_by)
    why = REFUSED_AT_ALL if what.vials is None else REFUSED
    critical |= dict.fromkeys((f"r{key}" for key in attempts), why)
    told = "".join(f"c{key}\n" for key, _ in numbers) + "".join(f"r{key}\n" for key in attempts)
    return Seen(
        read_until=read_until,
        attempts_until=attempts_until,
        changes=len(numbers),
        first=numbers[0][0] if numbers else None,
        last=numbers[-1][0] if numbers else None,
        attempts=attempts,
        digest=sha256(told.encode()).hexdigest(),
        critical=critical,
        newest=[f"c{key}" for key, _ in numbers[: -SHOWN_BESIDE - 1 : -1]],
        sample=drawn(numbers, seed=seed, size=size) if size else (),
        drawn_by={"rule": RULE, "seed": seed, "size": size} if size else {},
    )


def newest_attempt() -> int:
    """Return the number of the newest refused attempt; 0 before the first."""
    return RefusedAttempt.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _attempts(what: Reviewed, until: int, seen_by: Author) -> list[int]:
    """Return the refused attempts in scope, up to the newest that counts."""
    if what.vials is not None:
        found = {entry.attempt for entry in critical_of(list(what.vials)) if entry.attempt}
        rows = RefusedAttempt.objects.filter(pk__in=found)
    else:
        rows = RefusedAttempt.objects.all()
        if what.matching.since is not None:
            rows = rows.filter(refused_at__gte=what.matching.since)
        if what.matching.until is not None:
            rows = rows.filter(refused_at__lt=what.matching.until)
    if what.matching.but_by is not None:
        rows = rows.exclude(actor=what.matching.but_by)
    rows = rows.filter(pk__lte=until)
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:MOST_CHANGES])
    if what.vials is not None:
        return keys
    shown = refusals_shown_to(seen_by, list(attempts_by_number(keys).values()))
    return sorted(entry.id for entry in shown)


@dataclass(frozen=True, kw_only=True)
class ReviewCard:
    """A review as lists and its own page show it."""

    id: int
    scope: str
    outcome: str
    is_deferred: bool
    subject: str
    said: str
    query: str
    changes: int
    attempts: int
    first_change: int | None
    last_change: int | None
    digest: str
    findings: str
    sample: dict[str, Any]
    due_on: date | None
    reviewed_at: datetime


def reviews(
    *, seen_by: Author, before: int | None = None, after: int | None = None
) -> Page[ReviewCard]:
    """Return a page of reviews and deferrals, newest first."""
    rows = TrailReview.objects.visible_to(seen_by)
    return newest_first(rows, before=before, after=after).shown_as(_card)


def overdue_deferrals(*, seen_by: Author, on: date) -> set[int]:
    """
    Return the deferrals whose day is past while an entry in them still waits for its review.

    on: today, in UTC. A newer deferral that still runs, or a review, takes the entry over.
    Source: URS-44.
    """
    later = ReviewedEntry.objects.filter(
        Q(review__due_on__isnull=True) | Q(review__due_on__gte=on)
    ).filter(
        Q(reviewed__isnull=False, reviewed=OuterRef("reviewed"))
        | Q(attempt__isnull=False, attempt=OuterRef("attempt"))
    )
    waiting = ReviewedEntry.objects.filter(~Exists(later), review__due_on__lt=on)
    rows = TrailReview.objects.visible_to(seen_by).filter(pk__in=waiting.values("review"))
    return set(rows.values_list("pk", flat=True))


def find_review(review_id: int, *, seen_by: Author) -> ReviewCard:
    """
    Return one review.

    Raises NotFound: there is none with this number that they may see.
    """
    row = TrailReview.objects.visible_to(seen_by).filter(pk=review_id).first()
    if row is None:
        raise NotFound([NOT_FOUND])
    return _card(row)


def entries_of(review_id: int) -> list[ReviewedEntry]:
    """Return the entries that were looked at by themselves, with what they are; one query."""
    rows = ReviewedEntry.objects.filter(review=review_id).select_related("reviewed", "attempt")
    return list(rows.order_by("pk"))


def _card(row: TrailReview) -> ReviewCard:
    return ReviewCard(
        id=row.pk,
        scope=row.get_scope_display(),
        outcome=row.get_outcome_display(),
        is_deferred=row.due_on is not None,
        subject=row.subject,
        said=row.said,
        query=row.query,
        changes=row.changes,
        attempts=row.attempts,
        first_change=row.first_change,
        last_change=row.last_change,
        digest=row.digest,
        findings=row.findings,
        sample=row.sample,
        due_on=row.due_on,
        reviewed_at=row.reviewed_at,
    )
