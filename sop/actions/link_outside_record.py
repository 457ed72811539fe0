"""Naming the record of another quality system that goes with a deviation."""

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import Refusal, refuse_if
from sop.deviation_locks import lock_deviation
from sop.models import Deviation
from sop.rules.deviations import refusals_to_change

NO_REFERENCE = Refusal("NO_REFERENCE", "Enter the number of the record in the other system.")
UNSAFE_LINK = Refusal("UNSAFE_LINK", "The address must begin with https://")


def link_outside_record(
    *, deviation_id: int, reference: str, url: str, attribution: Attribution
) -> Deviation:
    """
    Name the number, and perhaps the address, of the record in another quality system.

    reference: at most 60 characters. url: https, or empty.
    Raises NotFound; NotAuthorised; ActionRefused (DEVIATION_CLOSED, NO_REFERENCE, UNSAFE_LINK).
    Source: 21 CFR 211.192; URS-113.
    """
    with attributed_change(attribution, action="link_outside_record") as change:
        deviation = lock_deviation(deviation_id, seen_by=attribution.actor)
        change.subject.update(deviation=deviation.number)
        require_role(attribution.actor, [Role.QA])
        refuse_if(
            refusals_to_change(deviation)
            + ([] if reference.strip() else [NO_REFERENCE])
            + ([] if not url or url.startswith("https://") else [UNSAFE_LINK])
        )
        deviation.outside_reference, deviation.outside_url = reference.strip(), url
        deviation.save(update_fields=["outside_reference", "outside_url"])
        return deviation
