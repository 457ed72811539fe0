"""Lists, timelines, answers and panels as pages show them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from web.presenters.verdicts import Mark, VerdictMark


@dataclass(frozen=True, kw_only=True)
class Crumb:
    """One step of the way to a page; the last one has no address."""

    label: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Whose therapy and which container, shown large wherever hands touch product."""

    coi: str
    vial_code: str = ""
    pseudonym: str = ""
    product: str = ""


@dataclass(frozen=True, kw_only=True)
class AnswerItem:
    """One line of the answer at the top of a page: Where, Sure because, Why."""

    label: str
    words: str
    url: str = ""
    mark: Mark | None = None


@dataclass(frozen=True, kw_only=True)
class AnswerStrip:
    """The answer that a page gives in its first 200 pixels."""

    items: tuple[AnswerItem, ...]
    verdict: VerdictMark | None = None


@dataclass(frozen=True, kw_only=True)
class TimelineEvent:
    """One thing that happened; `recorded_at` is set when it was entered late."""

    words: str
    who: str
    at: datetime
    recorded_at: datetime | None = None
    second_person: str = ""
    detail: str = ""
    url: str = ""
    mark: Mark | None = None
    signed: bool = False


@dataclass(frozen=True, kw_only=True)
class ChainLink:
    """One dot of the chain line; `broken_before` draws the gap that precedes it."""

    label: str
    at: datetime | None = None
    url: str = ""
    broken_before: str = ""
    pending: bool = False


@dataclass(frozen=True, kw_only=True)
class FilterChip:
    """One filter of a list, with how many rows it would leave."""

    label: str
    url: str
    count: int | None = None
    active: bool = False


@dataclass(frozen=True, kw_only=True)
class Pager:
    """Keyset pages: where the earlier and the later rows are, and what is shown."""

    words: str
    previous_url: str = ""
    next_url: str = ""


@dataclass(frozen=True, kw_only=True)
class EmptyState:
    """What a list says when it has no rows: why, and how to begin."""

    title: str
    words: str
    action_label: str = ""
    action_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One tab of a page; each tab is an address of its own."""

    label: str
    url: str
    active: bool = False
    count: int | None = None


@dataclass(frozen=True, kw_only=True)
class ConfirmPanel:
    """A question before an act that cannot be taken back lightly."""

    title: str
    words: str
    action_url: str
    action_label: str
    consequences: tuple[str, ...] = ()
    cancel_url: str = ""
    grave: bool = False


@dataclass(frozen=True, kw_only=True)
class ScanField:
    """
    The one large field of a scan screen.

    url: where the code is posted. target: CSS selector of the fragment that answers.
    hidden: name and value pairs sent along with every code.
    """

    url: str
    label: str
    target: str
    hint: str = ""
    name: str = "code"
    hidden: tuple[tuple[str, str], ...] = ()
    button: str = "Enter"


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """What went right with the last scan, in a few words."""

    words: str
    code: str = ""
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Clock:
    """
    A running clock: how long something has been going on, and how long it may.

    now: the server's time when the page was made; the page counts on from there.
    """

    since: datetime | None
    now: datetime
    limit: timedelta | None = None

    @property
    def elapsed(self) -> timedelta | None:
        """Give the time that had passed when the page was made."""
        return None if self.since is None else self.now - self.since

    @property
    def elapsed_seconds(self) -> int:
        """Give it in whole seconds, for the script that counts on."""
        return 0 if self.elapsed is None else int(self.elapsed.total_seconds())

    @property
    def limit_seconds(self) -> int:
        """Give the limit in whole seconds; 0 without one."""
        return 0 if self.limit is None else int(self.limit.total_seconds())

    @property
    def is_over(self) -> bool:
        """Say whether the limit was passed when the page was made."""
        return self.limit is not None and self.elapsed is not None and self.elapsed > self.limit
