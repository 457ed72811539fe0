"""The demo's procedures: the whole library in force, a next version in review, and a draft."""

from collections.abc import Callable
from decimal import Decimal

from django.utils import timezone

from audit.models import Meaning
from freezer_inventory.demo_data.cast import Cast
from sop.actions.approve_version import approve_version
from sop.actions.begin_procedure import begin_procedure
from sop.actions.draft_version import draft_version
from sop.actions.edit_draft import edit_draft
from sop.actions.submit_version import submit_version
from sop.documents.document import ProcedureDocument
from sop.documents.reading import stored_document
from sop.documents.steps import ConfirmStep, MeasurementStep
from sop.library import library
from sop.models import ProcedureVersion
from sop.versions import digest_of

AUTHOR, APPROVER = "supervisor", "qa"
FILL_CHECK, COUNT = "SOP-ST-011", "SOP-ST-008"


def put_in_force(cast: Cast) -> dict[str, ProcedureVersion]:
    """Let every document of the library be written, submitted and approved; return them by code."""
    versions = {said.code: _approved(cast, said) for said in library().values()}
    cast.tell()
    return versions


def _approved(cast: Cast, said: ProcedureDocument) -> ProcedureVersion:
    draft = begin_procedure(document=said, by=cast.says(AUTHOR, "From the library"))
    submit_version(
        version_id=draft.pk, intent=cast.signs(AUTHOR, "Adapted to this site, ready for review")
    )
    return approve_version(
        version_id=draft.pk,
        effective_at=None,
        intent=cast.signs(APPROVER, "Reviewed and suitable", meaning=Meaning.APPROVED),
        at=timezone.now(),
    )


def work_on_the_next(cast: Cast, versions: dict[str, ProcedureVersion]) -> None:
    """Put a stricter fill check into review, and begin another way to count."""
    filled = _draft(cast, versions[FILL_CHECK], AUTHOR, _stricter)
    submit_version(version_id=filled.pk, intent=cast.signs(AUTHOR, "After the fill alarm in May"))
    _draft(cast, versions[COUNT], "technician", _with_a_lamp)
    cast.tell()


def _draft(
    cast: Cast,
    version: ProcedureVersion,
    who: str,
    change: Callable[[ProcedureDocument], ProcedureDocument],
) -> ProcedureVersion:
    by = cast.says(who, "Periodic review")
    draft = draft_version(procedure_id=version.procedure_id, by=by)
    return edit_draft(
        version_id=draft.pk,
        document=change(stored_document(draft.document)),
        read_digest=digest_of(draft.document),
        by=by,
    )


def _stricter(said: ProcedureDocument) -> ProcedureDocument:
    """Demand more liquid, and measure before the settings are looked at."""
    steps = tuple(
        step.model_copy(update={"limit_low": Decimal(15)})
        if isinstance(step, MeasurementStep) and step.key == "level"
        else step
        for step in said.steps
    )
    words = "The lowest level is 15 cm instead of 12 cm, after the fill alarm in May."
    return said.model_copy(update={"steps": steps, "changes": words})


def _with_a_lamp(said: ProcedureDocument) -> ProcedureDocument:
    """Look under the rack before anybody counts."""
    lamp = ConfirmStep(
        key="look-below",
        title="Look below the rack with a lamp",
        instruction="Vials that fell lie on the floor of the unit.",
    )
    words = "A look below the rack comes before the count."
    return said.model_copy(
        update={"steps": (*said.steps[:4], lamp, *said.steps[4:]), "changes": words}
    )
