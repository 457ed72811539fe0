"""The one predicate of what can still be promised to a patient."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from custody.models import Claim, is_held
from custody.rules.leaving import MAY_GO_TO_A_PATIENT
from inventory.models import Custody, Vial


def available(rows: QuerySet[Vial], *, at: datetime) -> QuerySet[Vial]:
    """
    Narrow `rows` to what is stored, released, not expired, not held and not claimed at `at`.

    Source: 21 CFR 1271.265(c)(2); URS-96, URS-103.
    """
    claimed = Exists(Claim.objects.open().filter(vial=OuterRef("pk")))
    return rows.filter(
        ~is_held(),
        ~claimed,
        custody=Custody.IN_STORAGE,
        quality__in=MAY_GO_TO_A_PATIENT,
        expires_at__gt=at,
    )
