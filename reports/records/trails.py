"""The changes of a record, and the attempts that were refused, as tables of its paper."""

from collections.abc import Collection, Sequence

from django.db.models import Q

from audit.models import RefusedAttempt
from reports.dossier.contents import AuditEntry
from reports.dossier.trail import Subjects, trail_of
from reports.records.record import Listing, Shown


def changes_of(subjects: Subjects, *, only: Collection[str] = ()) -> list[AuditEntry]:
    """
    Return every change of these records, oldest first.

    only: the fields that matter here, and the making of the record; empty for all.
    """
    return [
        entry for entry in trail_of(subjects) if not only or not entry.old or entry.field in only
    ]


def changes_listing(entries: Sequence[AuditEntry], *, title: str) -> Listing:
    """Give the table of changes."""
    return Listing(
        name="changes",
        title=title,
        header=(
            *("change", "recorded_at", "who", "role", "action", "record", "field", "old", "new"),
            *("reason", "device"),
        ),
        rows=[
            (
                *(entry.change, entry.recorded_at, entry.who, entry.role, entry.action),
                *(entry.record, entry.field, entry.old, entry.new, entry.reason, entry.device),
            )
            for entry in entries
        ],
        shown=(
            Shown(title="No.", names=("change",), share=0.7),
            Shown(title="When, who", names=("recorded_at", "who", "role"), share=2.2),
            Shown(title="Record, field", names=("record", "field"), share=1.8),
            Shown(title="Before", names=("old",), share=2.2),
            Shown(title="After", names=("new",), share=3.2),
            Shown(title="Why", names=("action", "reason"), share=2),
        ),
    )


def refused_listing(matching: Q) -> Listing:
    """Give the table of attempts that were refused; one query."""
    rows = RefusedAttempt.objects.filter(matching).order_by("pk")
    return Listing(
        name="refused",
        title="Refused attempts",
        header=("refused_at", "who", "role", "action", "codes", "words", "device"),
        rows=[
            (
                row.refused_at,
                f"{row.actor_name} ({row.actor_user_id})",
                row.role,
                row.action,
                " ".join(row.codes),
                row.words,
                row.device,
            )
            for row in rows
        ],
        shown=(
            Shown(title="When", names=("refused_at",), share=1.6),
            Shown(title="Who", names=("who", "role"), share=2),
            Shown(title="What", names=("action", "device"), share=1.6),
            Shown(title="Why not", names=("words",), share=5),
        ),
    )
