"""Enrolling one's own device for one-time codes."""

from datetime import datetime

from accounts.authority import require_own_account
from accounts.models import Person, SecondFactor
from accounts.second_factor import (
    RECOVERY_CODES,
    give_device,
    has_app,
    matched_step,
    new_recovery_code,
)
from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import ActionRefused, Refusal, refuse_if

WRONG_CODE = Refusal(
    "WRONG_CODE", "This is not the code that the app shows now. Scan the picture, enter the newest."
)
ENROLLED = Refusal("ALREADY_ENROLLED", "You have a second factor. An administrator can reset it.")


def enrol_second_factor(
    *, person_id: int, key: str, code: str, attribution: Attribution, at: datetime
) -> list[str]:
    """
    Enrol the device that shows this code; return the recovery codes, which are shown once.

    key: in hex, as the device was given it. code: that it shows now, which proves that it was.
    Raises NotAuthorised; ActionRefused (WRONG_CODE, ALREADY_ENROLLED).
    Source: draft Annex 11 section 11; URS-21.
    """
    step = matched_step(key, "".join(code.split()), seconds=at.timestamp())
    recovery_codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    with attributed_change(attribution, action="enrol_second_factor") as change:
        person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
        change.subject.update(user_id=person.user_id)
        require_own_account(attribution.actor, person)
        refuse_if([ENROLLED] if has_app(person) else [])
        if step is None:
            raise ActionRefused([WRONG_CODE])
        SecondFactor(person=person, enrolled_at=at).save(force_insert=True)
        give_device(person, key, recovery_codes, last_step=step)
    return recovery_codes
