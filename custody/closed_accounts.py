"""When an account is closed, the orders that its person had claimed are everybody's again."""

from datetime import datetime

from django.db.models import Q

from accounts.models import Person
from audit.changes import OpenChange
from custody.claimed import let_go, lock_claimed, lock_vials_with_places
from custody.models import Claim, Retrieval, RetrievalStatus
from inventory.models import IN_HAND


def return_to_the_queue(change: OpenChange, person: Person, at: datetime) -> None:
    """
    Release every order that `person` holds as picker or witness, and of which nothing is out.

    Scans that were made for it end with its claims: two people who are still here make them anew.
    Vials in hand stay with the name they are with: whoever takes over puts them back, or returns.
    Source: 21 CFR 11.10(d); URS-17, URS-32.
    """
    theirs = Q(claimed_by=person.pk) | Q(witness=person.pk)
    orders = Retrieval.objects.filter(theirs, status=RetrievalStatus.CLAIMED).order_by("pk")
    keys = list(orders.values_list("pk", flat=True))
    claims = Claim.objects.open().filter(retrieval__in=keys).order_by("vial")
    vials = list(claims.values_list("vial", flat=True))
    if vials:
        lock_vials_with_places(vials)
    for key in keys:
        claimed = lock_claimed(key)
        is_still_so = person.pk in (claimed.retrieval.claimed_by_id, claimed.retrieval.witness_id)
        is_out = any(vial.custody in IN_HAND for vial in claimed.vials)
        if claimed.claims and is_still_so and not is_out:
            let_go(change, claimed, reason=f"The account of {person.full_name} was closed", at=at)
