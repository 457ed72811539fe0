"""Storing a logger's file that somebody brought."""

from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import NotFound, Refusal
from temperature.feed_states import tell_sent
from temperature.models import Intake
from temperature.months import make_months, months_of
from temperature.rules.taking import take
from temperature.storing import channels_of, store
from temperature.waiting_files import forget, read_waiting, waiting_file

NOT_WAITING = Refusal(
    "NOT_WAITING", "This file does not wait here any more. Nothing was stored: bring it again."
)
BRINGERS = (Role.TECHNICIAN, Role.SUPERVISOR, Role.QA)


def import_readings(*, file_id: int, by: Attribution, at: datetime) -> Intake:
    """
    Store a file that waits, with its bytes and their SHA-256, under the name of who brought it.

    Rows that cannot be taken are counted and told, the others are stored; the same file again
    changes nothing. at: by the server's clock.
    Raises NotAuthorised; NotFound (NOT_WAITING): it does not wait for this person any more;
    ActionRefused (FILE_UNREADABLE, NO_REASON).
    Source: REQUIREMENTS C4; URS-06, URS-28, URS-111.
    """
    file = waiting_file(file_id, brought_by=by.actor.pk)
    arrival = None if file is None else read_waiting(file)
    taken = None
    if file is not None and arrival is not None:
        taken = take(arrival.samples, channels_of(file.feed), received_at=at)
        make_months(months_of(taken.device_at))
    with attributed_change(by, action="import_readings") as change:
        require_role(by.actor, BRINGERS)
        if file is None or arrival is None or taken is None:
            raise NotFound([NOT_WAITING])
        intake = store(change, file.feed, arrival, taken=taken, at=at)
        tell_sent(file.feed, at=at)
        forget(file)
    return intake
