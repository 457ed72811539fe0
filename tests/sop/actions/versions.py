"""The ways by which a version of a procedure comes to be where a test needs it."""

from datetime import datetime, timedelta

from audit.models import Meaning
from sop.actions.approve_version import approve_version
from sop.actions.begin_procedure import begin_procedure
from sop.actions.edit_draft import edit_draft
from sop.actions.submit_version import submit_version
from sop.models import ProcedureVersion
from sop.models.procedure import ProcedureVersionQuerySet
from sop.versions import digest_of
from tests.factories.procedures import HOUSE, document
from tests.world import NOON, World

PDF = b"%PDF-1.7 a drawing"
LATER = NOON + timedelta(days=7)


def ours() -> ProcedureVersionQuerySet:
    """Return the versions of these tests, without the one by which the world works."""
    rows: ProcedureVersionQuerySet = ProcedureVersion.objects.exclude(procedure__code=HOUSE)
    return rows


def draft(world: World, code: str = "SOP-T-001") -> ProcedureVersion:
    """Return the supervisor's draft."""
    return begin_procedure(document=document(code=code), by=world.says(world.supervisor))


def in_review(world: World, code: str = "SOP-T-001") -> ProcedureVersion:
    """Return a version that the supervisor submitted."""
    return submit_version(version_id=draft(world, code).pk, intent=world.signs(world.supervisor))


def approved(world: World, since: datetime | None = None) -> ProcedureVersion:
    """Return a version that quality approved."""
    return approve_version(
        version_id=in_review(world).pk,
        effective_at=since,
        intent=world.signs(world.qa, meaning=Meaning.APPROVED),
        at=NOON,
    )


def edited(version: ProcedureVersion, world: World, title: str, read: str = "") -> ProcedureVersion:
    """Let QA give a draft another title."""
    return edit_draft(
        version_id=version.pk,
        document=document(code="SOP-T-001").model_copy(update={"title": title}),
        read_digest=read or digest_of(version.document),
        by=world.says(world.qa),
    )
