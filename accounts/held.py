"""Which roles somebody holds at this instant: their own, or an emergency's while it lasts."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from accounts.sides import side_of

# Asked by the database's clock in the statement itself: access ends without anybody ending it.
LASTS = (
    "e.started_at <= clock_timestamp() AND e.expires_at > clock_timestamp() AND e.ended_at IS NULL"
)
ROLES_HELD = f"""
    SELECT h_g.name FROM accounts_rolemembership h_m JOIN auth_group h_g ON h_g.id = h_m.group_id
    WHERE h_m.person_id = {{person}} AND NOT EXISTS (
        SELECT 1 FROM accounts_emergencyaccess e
        WHERE e.person_id = {{person}} AND e.role <> '' AND {LASTS}
            AND {side_of("e.role")} <> {side_of("h_g.name")})
    UNION
    SELECT e.role FROM accounts_emergencyaccess e
    WHERE e.person_id = {{person}} AND e.role <> '' AND {LASTS}
"""  # noqa: S608 - made of this module's own words; the caller names a column or a parameter
_HELD = f"""
    SELECT name, NULL, NULL, NULL FROM ({ROLES_HELD.format(person="%(person)s")}) AS held
    UNION ALL
    SELECT e.role, e.id, e.what, e.expires_at FROM accounts_emergencyaccess e
    WHERE e.person_id = %(person)s AND {LASTS}
    ORDER BY 1, 2 NULLS FIRST
"""  # noqa: S608 - as above
_STANDS = f"""
    SELECT p.is_active, ARRAY({ROLES_HELD.format(person="p.id")})::text[]
    FROM accounts_person p WHERE p.id = %s
"""  # noqa: S608 - as above


@dataclass(frozen=True, kw_only=True)
class Emergency:
    """Emergency access that lasts now: its number, what it gives in words, until when."""

    id: int
    what: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Held:
    """What somebody holds now: names of roles in alphabetical order, and emergencies."""

    roles: tuple[str, ...] = ()
    emergencies: tuple[Emergency, ...] = ()

    @property
    def words(self) -> str:
        """Write the roles as a Change records them: what is of an emergency says so."""
        numbers = [f"emergency access {each.id}" for each in self.emergencies]
        return ", ".join([*self.roles, *numbers])


def held_by(person_id: int) -> Held:
    """
    Return what somebody holds at this instant; one statement.

    While an emergency lasts that gives a role of another side, their own roles count for nothing.
    Source: draft Annex 11 section 11; URS-15, URS-22.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HELD, {"person": person_id})
        rows = cursor.fetchall()
    return Held(
        roles=tuple(name for name, number, _, _ in rows if number is None),
        emergencies=tuple(
            Emergency(id=number, what=what, expires_at=until)
            for _, number, what, until in rows
            if number is not None
        ),
    )


def stands(person_id: int) -> tuple[bool, list[str]]:
    """Return whether an account is open, and the roles it holds, at this instant."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDS, [person_id])
        row = cursor.fetchone()
    return (row[0], row[1]) if row else (False, [])
