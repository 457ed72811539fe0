"""Somebody's account, roles and scopes as they are this instant, in one statement."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import connection

from accounts.held import LASTS, ROLES_HELD
from audit.authors import Author

# Written by hand: this is asked in every action, and composing it anew each time took longer
# than answering it. `tests/sop/test_authority.py` holds it against the scopes' querysets.
STANDING = f"""
    SELECT p.is_active,
        ARRAY ({ROLES_HELD.format(person="p.id")})::text[],
        EXISTS (
            SELECT 1 FROM unnest(%(programs)s::bigint[]) AS asked(id)
            WHERE NOT EXISTS (
                SELECT 1 FROM inventory_programuserpermission o
                JOIN auth_permission r ON r.id = o.permission_id
                WHERE o.content_object_id = asked.id AND o.user_id = p.id
                    AND r.codename = 'work_on_program')
            AND NOT EXISTS (
                SELECT 1 FROM inventory_programgrouppermission o
                JOIN auth_permission r ON r.id = o.permission_id
                JOIN accounts_rolemembership m ON m.group_id = o.group_id
                WHERE o.content_object_id = asked.id AND m.person_id = p.id
                    AND r.codename = 'work_on_program')
            AND NOT EXISTS (
                SELECT 1 FROM accounts_emergencyaccess e
                WHERE e.person_id = p.id AND e.program_key = asked.id AND {LASTS})),
        EXISTS (
            SELECT 1 FROM unnest(%(sites)s::bigint[]) AS asked(id)
            WHERE NOT EXISTS (
                SELECT 1 FROM inventory_siteuserpermission o
                JOIN auth_permission r ON r.id = o.permission_id
                WHERE o.content_object_id = asked.id AND o.user_id = p.id
                    AND r.codename = 'work_at_site')
            AND NOT EXISTS (
                SELECT 1 FROM inventory_sitegrouppermission o
                JOIN auth_permission r ON r.id = o.permission_id
                JOIN accounts_rolemembership m ON m.group_id = o.group_id
                WHERE o.content_object_id = asked.id AND m.person_id = p.id
                    AND r.codename = 'work_at_site')
            AND NOT EXISTS (
                SELECT 1 FROM accounts_emergencyaccess e
                WHERE e.person_id = p.id AND e.site_key = asked.id AND {LASTS}))
    FROM accounts_person p WHERE p.id = %(person)s
"""  # noqa: S608 - made of this module's own words


@dataclass(frozen=True)
class Standing:
    """What the gate needs to know of a person for one action; `roles` are those held, by name."""

    is_active: bool
    roles: Sequence[str]
    is_outside_a_program: bool
    is_outside_a_site: bool


UNKNOWN = Standing(False, (), True, True)  # noqa: FBT003 - in order


def standing(person: Author, *, programs: Collection[int], sites: Collection[int]) -> Standing:
    """
    Return which roles `person` holds, and how they stand towards these programs and sites.

    programs, sites: keys, all of them are needed.
    """
    asked: dict[str, int | list[int]] = {
        "person": person.pk,
        "programs": sorted(set(programs)),
        "sites": sorted(set(sites)),
    }
    with connection.cursor() as cursor:
        cursor.execute(STANDING, asked)
        row = cursor.fetchone()
    return Standing(*row) if row else UNKNOWN
