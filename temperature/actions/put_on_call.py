"""Putting somebody on call."""

from datetime import datetime

from accounts.authority import require_role
from accounts.models import Person
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import NotFound, refuse_if
from inventory.models import Site
from temperature.models import OnCall
from temperature.queries.duty import can_be_told
from temperature.rules.channels import UNKNOWN_PERSON
from temperature.rules.duty import NO_CONTACT, ORDER_TAKEN, UNKNOWN_SITE, refusals_of_duty


def put_on_call(
    *,
    site_id: int,
    person_id: int,
    order: int,
    begins_at: datetime,
    ends_at: datetime,
    intent: SignedIntent,
    at: datetime,
) -> OnCall:
    """
    Put a person on call for a site, signed by a supervisor or QA.

    order: 1 is told first, 2 when nobody acknowledged in time, and so on.
    Raises NotAuthorised; NotFound (UNKNOWN_SITE, UNKNOWN_PERSON); ActionRefused
    (ORDER_OUT_OF_BOUNDS, ENDS_BEFORE_IT_BEGINS, TOO_LONG, IN_THE_PAST, NO_CONTACT, ORDER_TAKEN).
    Source: URS-107, URS-110.
    """
    with signed_change(intent, action="put_on_call") as change:
        require_role(intent.signer, [Role.SUPERVISOR, Role.QA])
        site = Site.objects.filter(pk=site_id).first()
        if site is None:
            raise NotFound([UNKNOWN_SITE])
        person = Person.objects.filter(pk=person_id, is_active=True, is_shared=False).first()
        if person is None:
            raise NotFound([UNKNOWN_PERSON])
        change.subject.update(site=site.code, person=person.user_id)
        refusals = refusals_of_duty(order, begins_at, ends_at, at=at)
        refuse_if(refusals + ([] if can_be_told(person) else [NO_CONTACT]))
        duty = OnCall(site=site, person=person, order=order, begins_at=begins_at, ends_at=ends_at)
        with refused_by("temperature_one_person_on_call_for_an_order", ORDER_TAKEN):
            duty.save(force_insert=True)
        change.sign([duty])
    return duty
