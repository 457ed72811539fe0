"""What the database refuses of versions and their files, whoever goes round the actions."""

import pytest
from django.db import connection

from audit.changes import machine_change
from sop.actions.attach_file import attach_file
from sop.actions.submit_version import submit_version
from sop.models import VersionStatus
from sop.models.procedure import FROZEN_DOCUMENT
from tests.audit.conftest import refused
from tests.sop.actions.versions import PDF, approved, draft
from tests.world import NOON, World

FORBIDDEN = {
    "another document": "document = '{}'",
    "another title": "title = 'Other'",
    "another author": "author_id = approved_by_id",
    "another approver": "approved_by_id = author_id",
    "an earlier date": "effective_at = effective_at - interval '1 year'",
    "back to draft": "status = 'draft'",
}


@pytest.mark.urs("URS-08", "URS-37")
@pytest.mark.parametrize("what", FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_the_database_keeps_an_approved_version_as_it_is(world: World, what: str) -> None:
    version = approved(world)

    with (
        machine_change("attacker", action="attack", reason="To see"),
        refused(FROZEN_DOCUMENT),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE sop_procedureversion SET {what} WHERE id = {version.pk}")


@pytest.mark.urs("URS-08", "URS-37")
def test_the_database_keeps_the_files_of_a_submitted_version(world: World) -> None:
    version = draft(world)
    by = world.says(world.supervisor)
    file = attach_file(version_id=version.pk, name="a.pdf", content=PDF, by=by)
    submit_version(version_id=version.pk, intent=world.signs(world.supervisor))

    with (
        machine_change("attacker", action="attack", reason="To see"),
        refused(FROZEN_DOCUMENT),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE sop_procedurefile SET name = 'b' WHERE id = {file.pk}")


@pytest.mark.urs("URS-25")
def test_no_version_skips_its_review_in_the_database(world: World) -> None:
    version = draft(world)
    version.status, version.approved_by = VersionStatus.APPROVED, world.qa
    version.approved_at = version.effective_at = NOON

    with machine_change("attacker", action="attack", reason="To see"), refused(FROZEN_DOCUMENT):
        version.save(update_fields=["status", "approved_by", "approved_at", "effective_at"])
