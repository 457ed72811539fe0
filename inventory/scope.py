"""Scopes as part of the query: django-guardian's object permissions, read in the same statement."""

from django.db.models.expressions import RawSQL
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from audit.authors import Author

# Written by hand: every page and every scan asks it, and composing it anew each time took longer
# than answering it. `tests/inventory/test_scope.py` holds it against django-guardian's own answer.
GRANTED = """
    SELECT o.content_object_id FROM {to_people} o
    JOIN auth_permission r ON r.id = o.permission_id
    WHERE o.user_id = %s AND r.codename = %s
    UNION ALL
    SELECT o.content_object_id FROM {to_groups} o
    JOIN auth_permission r ON r.id = o.permission_id
    JOIN accounts_rolemembership m ON m.group_id = o.group_id
    WHERE m.person_id = %s AND r.codename = %s"""


def granted(
    person: Author,
    codename: str,
    to_people: type[UserObjectPermissionBase],
    to_groups: type[GroupObjectPermissionBase],
) -> RawSQL:
    """Return the keys of the rows on which `person`, or a group of theirs, holds `codename`."""
    statement = GRANTED.format(
        to_people=to_people._meta.db_table, to_groups=to_groups._meta.db_table
    )
    return RawSQL(statement, [person.pk, codename, person.pk, codename])  # noqa: S611 - our tables
