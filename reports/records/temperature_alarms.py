"""The tables of alarms: what was raised, who took it on, what was silenced, who reviewed it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from inventory.models import Container
from reports.dossier.ledger import named
from reports.records.record import Listing, Shown
from temperature.models import LOUD, Alarm, AlarmPause
from temperature.queries.reviews import ReviewLine, reviews_touching
from temperature.rules.alarms import late_in_words

READ_WITH = ("probe", "acknowledged_by", "excursion", "gap")


@dataclass(frozen=True, kw_only=True)
class AlarmListings:
    """The tables, what was counted, and what may be signed, each by key and how it is called."""

    listings: tuple[Listing, ...]
    counts: dict[str, int]
    reviews: dict[int, str]
    pauses: dict[int, str]


def alarm_listings(
    unit: Container, *, since: datetime, until: datetime, at: datetime
) -> AlarmListings:
    """
    Gather the alarms raised in a period, the pauses and the reviews that touch it.

    Source: draft Annex 11 section 8; URS-107; REQUIREMENTS D2 no. 5.
    """
    raised = Alarm.objects.filter(unit=unit, raised_at__gte=since, raised_at__lt=until)
    alarms = list(raised.select_related(*READ_WITH).order_by("raised_at", "pk"))
    still = Q(ended_at__gt=since) | Q(ended_at__isnull=True, until__gt=since)
    silenced = AlarmPause.objects.filter(still, unit=unit, began_at__lt=until)
    pauses = list(silenced.select_related("paused_by", "ended_by").order_by("began_at", "pk"))
    reviews = reviews_touching(unit, since=since, until=until)
    waiting = [row for row in alarms if row.level in LOUD and row.acknowledged_at is None]
    return AlarmListings(
        listings=(_alarms(alarms), _pauses(pauses, at), _reviews(reviews)),
        counts={
            "alarms": len(alarms),
            "unacknowledged": len(waiting),
            "reviews": len(reviews),
        },
        reviews={line.review.pk: _called(line) for line in reviews},
        pauses={row.pk: f"silence no. {row.pk}" for row in pauses},
    )


def _called(line: ReviewLine) -> str:
    return f"review no. {line.review.pk} of {line.review.get_kind_display().lower()}"


def _alarms(rows: Sequence[Alarm]) -> Listing:
    return Listing(
        name="alarms",
        title="Alarms raised, and who took them on",
        header=(
            *("alarm", "probe", "cause", "level", "raised_at", "is_late", "acknowledged_at"),
            *("acknowledged_by", "comment", "took_seconds", "resolved_at"),
        ),
        rows=[
            (
                *(row.pk, "" if row.probe is None else row.probe.code),
                *(row.what, row.get_level_display()),
                *(row.raised_at, late_in_words(row), row.acknowledged_at),
                *(named(row.acknowledged_by), row.comment),
                None if row.acknowledged_at is None else row.acknowledged_at - row.told_from,
                row.resolved_at,
            )
            for row in rows
        ],
        shown=(
            Shown(title="No.", names=("alarm",), share=0.7),
            Shown(title="Cause, level", names=("cause", "level", "probe"), share=1.8),
            Shown(title="Raised", names=("raised_at", "is_late"), share=2),
            Shown(title="Acknowledged", names=("acknowledged_at", "acknowledged_by"), share=2.4),
            Shown(title="After", names=("took_seconds",)),
            Shown(title="Comment", names=("comment",), share=3),
            Shown(title="Over", names=("resolved_at",), share=2),
        ),
        empty="None was raised.",
    )


def _pauses(rows: Sequence[AlarmPause], at: datetime) -> Listing:
    return Listing(
        name="pauses",
        title="When alarms were silenced",
        header=("pause", "what", "began_at", "ended_at", "paused_by", "ended_by", "reason"),
        rows=[
            (
                *(row.pk, "the unit" if row.alarm_id is None else f"alarm {row.alarm_id}"),
                *(row.began_at, row.ended_at or (row.until if row.until <= at else None)),
                *(named(row.paused_by), named(row.ended_by), row.reason),
            )
            for row in rows
        ],
        shown=(
            Shown(title="No.", names=("pause",), share=0.7),
            Shown(title="What", names=("what",), share=1.2),
            Shown(title="Began, ended", names=("began_at", "ended_at"), share=2.2),
            Shown(title="By, ended by", names=("paused_by", "ended_by"), share=2.4),
            Shown(title="Why", names=("reason",), share=3.5),
        ),
    )


def _reviews(lines: Sequence[ReviewLine]) -> Listing:
    return Listing(
        name="reviews",
        title="Reviews that cover a part of the period",
        note="What each saw is in its own record; its signature stands at the end.",
        header=("review", "kind", "from", "to", "reviewed_at", "findings", "today", "digest"),
        rows=[
            (
                *(line.review.pk, line.review.get_kind_display()),
                *(line.review.since, line.review.until, line.review.reviewed_at),
                line.review.findings,
                "▲ changed since" if line.changed & {row.pk for row in line.units} else "as seen",
                line.units[0].digest,
            )
            for line in lines
        ],
        shown=(
            Shown(title="No.", names=("review",), share=0.7),
            Shown(title="Of", names=("kind",), share=1.2),
            Shown(title="Covers", names=("from", "to"), share=2.2),
            Shown(title="Reviewed", names=("reviewed_at",), share=2),
            Shown(title="Findings", names=("findings",), share=3),
            Shown(title="Today", names=("today",), share=1.2),
        ),
        empty="None: nobody has reviewed it.",
    )
