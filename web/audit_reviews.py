"""Reviews of the trail on screen: what stands out first, the rest folded, and what was signed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.forms import BoundField
from django.urls import reverse
from django.utils import timezone

from audit.models import Meaning
from audit.queries.changes import ChangeEntry, entries_by_number
from audit.queries.differences import Differences, differences_of
from audit.queries.refusals import RefusedEntry, attempts_by_number
from audit.signing import signature_blocks
from custody.models import TrailReview
from custody.queries.reviews import (
    ReviewCard,
    Reviewed,
    Seen,
    entries_of,
    overdue_deferrals,
    reviewed_by,
    reviews,
    seen_in,
)
from custody.rules.reviewing import MOST_ALONE
from web.audit_pages import LIST, masked_for, tabs_at
from web.audit_search import filter_of, said_in_words
from web.forms.audit import TrailForm
from web.forms.reviews import OF_ENTRY, ReviewForm, SampleForm
from web.gates import TRAIL_REVIEWERS
from web.http import Request
from web.keyset import cursor, pager_of
from web.links import with_query
from web.presenters import Crumb, EmptyState
from web.sheets import SignSheet
from web.signing import SignAs

REVIEWED_AS = SignAs(meaning=Meaning.REVIEWED)
APPROVED_AS = SignAs(meaning=Meaning.APPROVED)
SAMPLE = 20
MOST_FOLDED = 50
EMPTY = EmptyState(
    title="Nothing was reviewed yet",
    words="Search the trail, for a batch or a period, and choose Review these entries.",
)


@dataclass(frozen=True, kw_only=True)
class EntryLine:
    """One entry of a review: why it stands out, what it wrote, and what is found of it."""

    key: str
    why: str
    url: str
    change: ChangeEntry | None
    attempt: RefusedEntry | None
    wrote: Differences
    finding: BoundField | None = None
    found: str = ""


@dataclass(frozen=True, kw_only=True)
class ReviewSheet(SignSheet):
    """The sheet of a review: the entries that stand out, then how many more there are."""

    entries: tuple[EntryLine, ...]
    folded: tuple[EntryLine, ...]
    seen: Seen
    what: Reviewed
    trail_url: str
    without_own_url: str
    defer_url: str
    draw_url: str


def asked_for(request: Request) -> Reviewed:
    """Read from the address what is to be reviewed."""
    form = TrailForm(request.GET)
    chosen = form.chosen()
    leaves_out = request.GET.get("own") == "out"
    said = said_in_words(form) or "every change"
    query = {name: value for name, (value, _) in chosen.items()}
    if leaves_out:
        said, query["own"] = f"{said}; without what the reviewer performed", "out"
    return reviewed_by(
        query.get("code", ""),
        said=said,
        query=with_query("", **query).removeprefix("?"),
        matching=filter_of(request, form, but_by=request.user.pk if leaves_out else None),
        only=frozenset(chosen),
        seen_by=request.user,
    )


def seen_for(request: Request, what: Reviewed, until: tuple[int, int] | None = None) -> Seen:
    """Read what is in scope, with the sample that the address asks for."""
    form = SampleForm(request.GET)
    size = form.size()
    return seen_in(
        what, seen_by=request.user, until=until, seed=form.cleaned_data.get("seed") or "", size=size
    )


def shown_before(seen: Seen, form: ReviewForm) -> Seen:
    """Return what the page showed when it was opened, as the form says it."""
    said = form.cleaned_data
    return replace(
        seen,
        digest=said["digest"],
        read_until=said["read_until"],
        attempts_until=said["attempts_until"],
    )


def review_sheet(request: Request, what: Reviewed, seen: Seen, form: ReviewForm) -> ReviewSheet:
    """Give the sheet on which a review is signed."""
    keys = seen.keys[:MOST_ALONE]
    lines = entry_lines(request, keys, seen.critical, form)
    is_shown = set(seen.keys)
    further = [key for key in seen.newest if key not in is_shown][:MOST_FOLDED]
    number = f"{seen.changes:,} changes and {len(seen.attempts):,} refused attempts"
    here = f"{reverse('audit:new_review')}?{what.query}"
    return ReviewSheet(
        heading="Review the audit trail",
        words=f"{what.scope.label}: {what.said}. {number} are in scope; what stands out comes "
        "first. Open each, and say below what you find.",
        statement=f"I reviewed these {number}, and found what is written here.",
        action_label="Sign the review",
        cancel_url=f"{reverse('audit:index')}?{what.query}",
        crumbs=_crumbs("Review"),
        hidden=(
            ("digest", seen.digest),
            ("read_until", str(seen.read_until)),
            ("attempts_until", str(seen.attempts_until)),
        ),
        reasons=("Review before release", "Periodic review"),
        entries=tuple(lines),
        folded=tuple(entry_lines(request, further, {}, None)),
        seen=seen,
        what=what,
        trail_url=f"{reverse('audit:index')}?{what.query}",
        without_own_url=f"{here}&own=out" if "own=out" not in what.query else "",
        defer_url=f"{reverse('audit:defer_review')}?{what.query}",
        draw_url=f"{here}&sample={SAMPLE}&seed={seen.read_until}",
    )


def entry_lines(
    request: Request, keys: Sequence[str], why: dict[str, str], form: ReviewForm | None
) -> list[EntryLine]:
    """Show entries by their keys, with what each wrote and the field of its finding."""
    numbers = [int(key[1:]) for key in keys if key.startswith("c")]
    changes = entries_by_number(numbers)
    wrote = differences_of(numbers, masked=masked_for(request))
    attempts = attempts_by_number([int(key[1:]) for key in keys if key.startswith("r")])
    lines = []
    for key in keys:
        number, is_change = int(key[1:]), key.startswith("c")
        url = reverse("audit:change", args=[number]) if is_change else ""
        lines.append(
            EntryLine(
                key=key,
                why=why.get(key, "drawn" if form is not None else ""),
                url=url,
                change=changes.get(number) if is_change else None,
                attempt=None if is_change else attempts.get(number),
                wrote=wrote.get(number, Differences()) if is_change else Differences(),
                finding=form[f"{OF_ENTRY}{key}"] if form is not None else None,
            )
        )
    return lines


def deferral_sheet(what: Reviewed, seen: Seen) -> SignSheet:
    """Give the sheet on which a review is deferred."""
    number = len(seen.critical)
    return SignSheet(
        heading="Defer the review",
        words=f"{what.scope.label}: {what.said}. {number} critical entries wait for a review. "
        "With this signature they block no release; the review stays due.",
        statement="The review of these entries may wait until this day, for the reason given.",
        action_label="Sign the deferral",
        cancel_url=f"{reverse('audit:new_review')}?{what.query}",
        crumbs=_crumbs("Defer"),
        grave=True,
    )


def reviews_context(request: Request) -> dict[str, object]:
    """Gather the list of reviews and deferrals."""
    page = reviews(seen_by=request.user, **cursor(request))
    return {
        "tabs": tabs_at("reviews", request.user),
        "rows": page.rows,
        "overdue": overdue_deferrals(seen_by=request.user, on=timezone.now().date()),
        "pager": pager_of(page, reverse("audit:reviews")),
        "empty": EMPTY,
        "may_review": may_review(request),
    }


def may_review(request: Request) -> bool:
    """Say whether this person's roles sign reviews."""
    return not TRAIL_REVIEWERS.isdisjoint(request.user.role_names())


def review_context(request: Request, card: ReviewCard) -> dict[str, object]:
    """Gather the evidence of one review."""
    rows = entries_of(card.id)
    keys = {_key(row.reviewed_id, row.attempt_id): row for row in rows}
    shown = list(keys)[:MOST_ALONE]
    lines = entry_lines(request, shown, {key: row.why for key, row in keys.items()}, None)
    return {
        "crumbs": _crumbs(f"Review {card.id}"),
        "card": card,
        "lines": [(line, keys[line.key].finding) for line in lines],
        "number": len(rows),
        "trail_url": f"{reverse('audit:index')}?{card.query}",
        "signatures": signature_blocks(TrailReview, card.id),
    }


def _key(change: int | None, attempt: int | None) -> str:
    return f"r{attempt}" if change is None else f"c{change}"


def _crumbs(here: str) -> tuple[Crumb, ...]:
    return (LIST, Crumb(label="Reviews", url=reverse("audit:reviews")), Crumb(label=here))
