"""Setting what vials may be carried in, and for how long each carrier keeps cold."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import MEANWHILE, refused_by
from audit.errors import Refusal, refuse_if
from custody.models import Carrier, CarrierKind

LONGEST = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class CarrierFacts:
    """
    A carrier as its qualification describes it.

    cold_for: for how long it keeps cold; qualification: the report that says so. storage_class:
    empty for any. is_in_use: False to take it out of use.
    """

    name: str
    kind: CarrierKind
    storage_class: str
    cold_for: timedelta
    qualification: str
    qualified_until: datetime | None
    is_in_use: bool = True


def set_carrier(*, facts: CarrierFacts, intent: SignedIntent, at: datetime) -> Carrier:
    """
    Put a new version of a carrier in force, at once, signed by QA; what left in it stays as it was.

    Raises NotAuthorised; ActionRefused (NAME_MISSING, COLD_FOR_OUT_OF_BOUNDS, NO_QUALIFICATION,
    ENDS_IN_THE_PAST, BUSY).
    Source: REQUIREMENTS B5; URS-104, URS-112.
    """
    with signed_change(intent, action="set_carrier") as change:
        name = " ".join(facts.name.split())
        change.subject.update(carrier=name)
        require_role(intent.signer, [Role.QA])
        refuse_if(_refusals(facts, name, at))
        rows = Carrier.objects.filter(name=name)
        newest = rows.aggregate(newest=Max("version"))["newest"] or 0
        row = Carrier(
            name=name,
            version=newest + 1,
            kind=facts.kind,
            storage_class=facts.storage_class,
            cold_for=facts.cold_for,
            qualification=facts.qualification.strip(),
            qualified_until=facts.qualified_until,
            is_in_use=facts.is_in_use,
        )
        with refused_by("custody_each_carrier_version_once", MEANWHILE):
            row.save(force_insert=True)
        change.sign([row])
    return row


def _refusals(facts: CarrierFacts, name: str, at: datetime) -> list[Refusal]:
    refusals = []
    if not name:
        refusals.append(Refusal("NAME_MISSING", "Name the carrier as its label does."))
    if not timedelta(0) <= facts.cold_for <= LONGEST:
        words = "A carrier keeps cold for 0 minutes to 30 days, as it was qualified."
        refusals.append(Refusal("COLD_FOR_OUT_OF_BOUNDS", words))
    if facts.cold_for and not facts.qualification.strip():
        words = "Name the report of its qualification, or enter 0 minutes."
        refusals.append(Refusal("NO_QUALIFICATION", words))
    if facts.qualified_until is not None and facts.qualified_until <= at:
        words = "Its qualification would have ended already: set a later day."
        refusals.append(Refusal("ENDS_IN_THE_PAST", words))
    return refusals
