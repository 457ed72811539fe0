"""Keeping what somebody types into a draft, until they save it or throw it away."""

from datetime import datetime, timedelta

from django.db import transaction

from audit.authors import Author
from audit.errors import ActionRefused, Refusal
from sop.models import EditingDraft

LASTS = timedelta(days=90)
MOST_SIGNS = 2_000_000
"""Longest text as it is sent; a hundred full steps have a quarter of it."""

OTHER_WINDOW = Refusal(
    "OTHER_WINDOW",
    "You typed into this draft in another window too, and that text is kept. What stands here is "
    "in this window only: save it, or open the page anew to see the other.",
)
TOO_LONG = Refusal(
    "TEXT_TOO_LONG", "This text is too long to be kept while you type. Save the draft."
)


def keep_text(
    *, version_id: int, person: Author, typed: str, read_digest: str, revision: int, at: datetime
) -> EditingDraft:
    """
    Keep a text in the place of the one that was kept before; texts that nobody came back for go.

    typed: the form as it is sent. revision: of the text that this one follows; 0 for the first.
    Raises ActionRefused (OTHER_WINDOW, TEXT_TOO_LONG): nothing is written over.
    Source: URS-32.
    """
    if len(typed) > MOST_SIGNS:
        raise ActionRefused([TOO_LONG])
    said = {"typed": typed, "read_digest": read_digest, "revision": revision + 1, "kept_at": at}
    with transaction.atomic():
        EditingDraft.objects.filter(kept_at__lt=at - LASTS).delete()
        rows = EditingDraft.objects.select_for_update(of=("self",), no_key=True)
        row, is_new = rows.get_or_create(version_id=version_id, person_id=person.pk, defaults=said)
        if is_new:
            return row
        if row.revision != revision:
            raise ActionRefused([OTHER_WINDOW])
        for name, value in said.items():
            setattr(row, name, value)
        row.save(update_fields=list(said))
    return row


def find_text(version_id: int, person: Author) -> EditingDraft | None:
    """Return what somebody typed into a draft and did not save, or nothing."""
    return EditingDraft.objects.filter(version=version_id, person=person.pk).first()


def drop_text(version_id: int, person: Author) -> None:
    """Throw away what somebody typed into a draft."""
    EditingDraft.objects.filter(version=version_id, person=person.pk).delete()
