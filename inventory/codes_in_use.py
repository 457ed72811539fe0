"""Commissioning codes of our own: the next number of each kind, taken under a lock."""

from django.db import connection

from inventory.codes.own import OwnKind, new_code
from inventory.models import Identifier


def next_own_code(kind: OwnKind) -> str:
    """
    Return the next code of this kind; call it inside the Change that commissions it.

    Waits for another Change that is commissioning the same kind, so no number comes twice.
    Source: 21 CFR 1271.290(c); URS-94.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"own code {kind.value}"]
        )
    rows = Identifier.objects.filter(code__startswith=f"{kind.value}-").order_by("-pk")
    last = rows.values_list("code", flat=True).first()
    number = 1 if last is None else int(last.split("-")[1]) + 1
    return new_code(kind, number)
