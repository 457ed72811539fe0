"""The one piece of SQL that says whether somebody is qualified for a version."""

from django.db import connection

QUALIFIED = """(
    EXISTS (
        SELECT 1 FROM sop_readunderstood q_r
        WHERE q_r.person_id = {person} AND q_r.version_id = {version}.id)
    AND (NOT {version}.needs_assessment OR COALESCE((
        SELECT q_a.is_passed AND q_a.ended_at IS NULL AND q_a.counts_until > statement_timestamp()
        FROM sop_assessment q_a
        JOIN sop_procedureversion q_v ON q_v.id = q_a.version_id
        WHERE q_a.person_id = {person} AND q_v.procedure_id = {version}.procedure_id
            AND (NOT {version}.again_for_this_version OR q_a.version_id = {version}.id)
        ORDER BY q_a.assessed_at DESC, q_a.id DESC LIMIT 1), false))
)"""
"""
With `{person}`, SQL for a person's key, and `{version}`, the alias of a row of versions.

The newest assessment decides; time is the database's. Source: 21 CFR 11.10(i), 211.25; URS-07.
"""

_ASKED = f"""
    SELECT {QUALIFIED.format(person="%s", version="v")} FROM sop_procedureversion v WHERE v.id = %s
"""  # noqa: S608 - made of this module's own words


def is_qualified(person_id: int, version_id: int) -> bool:
    """Say whether a person is qualified for a version now, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [person_id, person_id, version_id])
        row = cursor.fetchone()
    return bool(row and row[0])
