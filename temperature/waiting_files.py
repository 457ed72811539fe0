"""Logger files that somebody looks at before they are stored."""

from datetime import datetime, timedelta

from accounts.models import Person
from accounts.roles import Role
from audit.errors import ActionRefused, Refusal
from inventory.models import Site
from temperature.arrivals import Arrival
from temperature.feeds.adapter import FeedFailed
from temperature.feeds.logger_file import LoggerProfile, read_file
from temperature.feeds.registry import refusals_of_settings
from temperature.models import Feed, FeedKind, WaitingFile
from temperature.storing import channels_of

LARGEST_BYTES = 20_000_000
LONGEST_NAME = 200
WAITS_FOR = timedelta(days=1)

EMPTY = Refusal("FILE_EMPTY", "The file is empty. Choose another.")
TOO_LARGE = Refusal(
    "FILE_TOO_LARGE", f"The file is larger than {LARGEST_BYTES // 1_000_000} MB. Export less of it."
)


def file_feeds_of(person: Person) -> list[Feed]:
    """Return the sources whose files a person may bring: those of the sites they see."""
    rows = Feed.objects.filter(kind=FeedKind.LOGGER_FILE, retired_at__isnull=True)
    if Role.ADMINISTRATOR not in person.role_names():
        rows = rows.filter(site__in=Site.objects.visible_to(person))
    return list(rows.select_related("site").order_by("site__code", "name"))


def read_body(feed: Feed, *, name: str, body: bytes) -> Arrival:
    """
    Read a file as its source writes them; nothing is stored.

    Raises ActionRefused (FILE_EMPTY, FILE_TOO_LARGE, FILE_UNREADABLE, SETTINGS_MALFORMED).
    """
    if not body or len(body) > LARGEST_BYTES:
        raise ActionRefused([TOO_LARGE if body else EMPTY])
    if malformed := refusals_of_settings(feed.kind, feed.settings):
        raise ActionRefused(malformed)
    profile = LoggerProfile.model_validate(feed.settings)
    try:
        return read_file(profile, name=name, body=body, channels=frozenset(channels_of(feed)))
    except FeedFailed as failed:
        raise ActionRefused([Refusal("FILE_UNREADABLE", failed.words)]) from failed


def put_aside(
    feed: Feed, *, name: str, body: bytes, brought_by: Person, at: datetime
) -> WaitingFile:
    """
    Keep a file until it is stored or a day has gone by; it can be read, that is sure.

    Raises ActionRefused (FILE_EMPTY, FILE_TOO_LARGE, FILE_UNREADABLE).
    """
    name = name[-LONGEST_NAME:]
    read_body(feed, name=name, body=body)
    forget_old(at=at)
    return WaitingFile.objects.create(
        feed=feed, name=name, body=body, brought_by=brought_by, brought_at=at
    )


def waiting_file(file_id: int, *, brought_by: int) -> WaitingFile | None:
    """Return a file that waits for this person; None when there is none any more."""
    rows = WaitingFile.objects.filter(pk=file_id, brought_by=brought_by)
    return rows.select_related("feed__site").filter(feed__retired_at__isnull=True).first()


def read_waiting(file: WaitingFile) -> Arrival:
    """Read a file that waits. Raises ActionRefused, as `read_body` does."""
    return read_body(file.feed, name=file.name, body=bytes(file.body))


def forget(file: WaitingFile) -> None:
    """Let go of a file that was stored."""
    WaitingFile.objects.filter(pk=file.pk).delete()


def forget_old(*, at: datetime) -> int:
    """Let go of files that were left lying; return how many."""
    return WaitingFile.objects.filter(brought_at__lt=at - WAITS_FOR).delete()[0]
