"""Posting each seal to a receiver outside, in order; a receiver that is dead holds nobody up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from audit.models import Seal, SealPost
from audit.posting import Event, Receiver, post, wait_after
from audit.seals.anchor import line_of
from audit.seals.canonical import canonical

MOST_AT_ONCE = 100
DEAD_AFTER = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class PostState:
    """
    How posting goes, for the page and for the machines that watch.

    state: `off`, `ok`, `late` while the receiver does not take one, `dead` after an hour of it.
    waiting: how many seals it lacks.
    """

    state: str
    receiver: str = ""
    posted_upto: int | None = None
    waiting: int = 0
    tries: int = 0
    failing_since: datetime | None = None
    last_error: str = ""


def receiver() -> Receiver | None:
    """Return where seals are posted to; nothing when that is not wanted."""
    url, secret = settings.SEAL_WEBHOOK_URL, settings.SEAL_WEBHOOK_SECRET
    return Receiver(url=url, secret=secret) if url else None


def post_waiting_seals(*, at: datetime) -> int:
    """
    Post the seals that wait, oldest first, until one is not taken; return how many were.

    A seal is never passed over: the receiver gets them in the order of their numbers, and the
    same one again rather than never.
    Source: 21 CFR 11.10(e); URS-38.
    """
    to = receiver()
    if to is None:
        return 0
    _begin()
    posted = 0
    while posted < MOST_AT_ONCE and _post_next(to, at):
        posted += 1
    return posted


def _begin() -> None:
    """Begin with the newest seal there is when posting is first wanted."""
    newest = Seal.objects.order_by("-number").values_list("number", flat=True).first()
    if newest is not None:
        SealPost.objects.get_or_create(pk=1, defaults={"posted_upto": newest - 1})


def _post_next(to: Receiver, at: datetime) -> bool:
    with transaction.atomic():
        row = SealPost.objects.select_for_update(skip_locked=True).filter(pk=1).first()
        if row is None or (row.next_try_at is not None and row.next_try_at > at):
            return False
        seals = Seal.objects.select_related("layout", "after_gap").order_by("number")
        seal = seals.filter(number__gt=row.posted_upto).first()
        if seal is None:
            return False
        try:
            post(event_of(seal), to, at=at)
        except Exception as fault:  # noqa: BLE001 - whatever it was, it is kept and tried again
            row.tries += 1
            row.failing_since = row.failing_since or at
            row.next_try_at = at + wait_after(row.tries)
            row.last_error = f"{type(fault).__name__}: {fault}"[:500]
        else:
            row.posted_upto, row.posted_at, row.tries, row.last_error = seal.number, at, 0, ""
            row.failing_since = row.next_try_at = None
        fields = ["posted_upto", "posted_at", "tries", "last_error", "failing_since"]
        row.save(update_fields=[*fields, "next_try_at"])
        return row.tries == 0


def event_of(seal: Seal) -> Event:
    """
    Say what a seal is: numbers and digests only, nothing of people or product.

    text: what the signature signs, so that the receiver can verify it by itself.
    """
    return Event(
        id=f"seal-{seal.number}-{seal.digest[:16]}",
        source="audit/seals",
        type="audit.seal",
        told={
            "number": seal.number,
            "previous": seal.previous_digest,
            "digest": seal.digest,
            "signature": seal.signature,
            "public_key": seal.public_key,
            "text": canonical(seal, layout=seal.layout.digest).decode("ascii"),
            "anchor_line": line_of(seal),
        },
    )


def post_state(now: datetime) -> PostState:
    """Say how posting goes; two queries."""
    to = receiver()
    if to is None:
        return PostState(state="off")
    row = SealPost.objects.filter(pk=1).first()
    if row is None:
        return PostState(state="ok", receiver=to.host)
    since = row.failing_since
    state = "ok" if since is None else "dead" if now - since >= DEAD_AFTER else "late"
    return PostState(
        state=state,
        receiver=to.host,
        posted_upto=row.posted_upto,
        waiting=Seal.objects.filter(number__gt=row.posted_upto).count(),
        tries=row.tries,
        failing_since=since,
        last_error=row.last_error,
    )
