"""Scopes as part of the query: django-guardian's object permissions, read in the same statement."""

from django.db.models.expressions import RawSQL
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from accounts.held import LASTS
from audit.authors import Author

# Written by hand: every page and every scan asks it, and composing it anew each time took longer
# than answering it. `tests/inventory/test_scope.py` holds it against django-guardian's own answer.
GRANTED = f"""
    SELECT o.content_object_id FROM {{to_people}} o
    JOIN auth_permission r ON r.id = o.permission_id
    WHERE o.user_id = %s AND r.codename = %s
    UNION ALL
    SELECT o.content_object_id FROM {{to_groups}} o
    JOIN auth_permission r ON r.id = o.permission_id
    JOIN accounts_rolemembership m ON m.group_id = o.group_id
    WHERE m.person_id = %s AND r.codename = %s
    UNION ALL
    SELECT e.{{emergency}} FROM accounts_emergencyaccess e
    WHERE e.person_id = %s AND e.{{emergency}} IS NOT NULL AND {LASTS}"""  # noqa: S608 - own words


def granted(
    person: Author,
    codename: str,
    to_people: type[UserObjectPermissionBase],
    to_groups: type[GroupObjectPermissionBase],
) -> RawSQL:
    """
    Return the keys of the rows on which `person`, or a group of theirs, holds `codename`.

    Emergency access to a program or site brings both rights while it lasts.
    """
    is_program = codename.endswith("_program")
    statement = GRANTED.format(
        to_people=to_people._meta.db_table,
        to_groups=to_groups._meta.db_table,
        emergency="program_key" if is_program else "site_key",
    )
    parameters = [person.pk, codename, person.pk, codename, person.pk]
    return RawSQL(statement, parameters)  # noqa: S611 - our tables
