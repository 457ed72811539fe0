"""What may be registered as a source of readings; pure."""

from datetime import timedelta

from audit.errors import Refusal
from temperature.models import FeedKind

SHORTEST, LONGEST = timedelta(seconds=10), timedelta(days=1)
LONGEST_WAIT = timedelta(minutes=5)

UNKNOWN_SITE = Refusal("UNKNOWN_SITE", "No such site. Choose it from the list.")
UNKNOWN_FEED = Refusal("UNKNOWN_FEED", "No such source, or it was retired. Choose another.")
STILL_IN_USE = Refusal(
    "PROBES_IN_SERVICE",
    "Probes of this source are in service. Retire them, or register them with another source.",
)
NOT_A_SERVICE_ACCOUNT = Refusal(
    "NOT_A_SERVICE_ACCOUNT", "Choose an active account that has the service role and is not shared."
)
NOTHING_CHANGES = Refusal("NOTHING_CHANGES", "This is so already. Nothing was changed.")


def refusals_of_interval(every: timedelta) -> list[Refusal]:
    """Say whether a source may be asked so often."""
    if SHORTEST <= every <= LONGEST:
        return []
    return [Refusal("EVERY_OUT_OF_BOUNDS", "Ask it at most every 10 s and at least once a day.")]


def refusals_of_account(kind: str, account_id: int | None) -> list[Refusal]:
    """Say whether a source that sends by itself has an account, and no other has one."""
    if kind == FeedKind.PUSH and account_id is None:
        words = "Choose the service account with whose token it sends its readings."
        return [Refusal("ACCOUNT_MISSING", words)]
    if kind != FeedKind.PUSH and account_id is not None:
        words = "Only a source that sends by itself has an account: leave it empty."
        return [Refusal("ACCOUNT_NOT_NEEDED", words)]
    return []


def wait_after(every: timedelta, failures: int) -> timedelta:
    """
    Return how long to wait before a source that failed `failures` times in a row is asked again.

    Twice as long each time, up to five minutes; a source that is asked seldom keeps its interval.
    """
    times: int = 2 ** min(max(failures - 1, 0), 10)
    doubled = every * times
    return min(doubled, max(every, LONGEST_WAIT))
