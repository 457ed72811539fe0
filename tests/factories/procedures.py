"""Procedures as they stand once they are in force, and people trained for them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from accounts.models import Person
from audit.changes import machine_change
from audit.writes import create_all
from inventory.models import Site
from sop.action import Action
from sop.documents.document import ProcedureDocument
from sop.documents.reading import as_kept
from sop.documents.steps import ActStep, ConfirmStep, Step
from sop.governed import GOVERNED
from sop.models import (
    Assessment,
    EmergencyWork,
    Execution,
    Follows,
    Governance,
    Procedure,
    ProcedureFile,
    ProcedureVersion,
    ReadUnderstood,
    StepFile,
    StepOutcome,
    StepRecord,
    VersionStatus,
)

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
HOUSE = "SOP-HOUSE"
FOLLOWED = {"procedure": {"code": HOUSE, "version": 1}}
GOVERNED_HERE = sorted(GOVERNED)


def document(*steps: Step, code: str = "SOP-T-001", **said: object) -> ProcedureDocument:
    """Return a document with these steps, or with one that places vials."""
    kept = steps or (
        ConfirmStep(key="gloves", title="Put on cryo gloves"),
        ActStep(key="place", title="Put the vial in its place", action=Action.PLACE_VIALS),
    )
    return ProcedureDocument.model_validate(
        {"code": code, "title": f"Procedure {code}", "steps": kept, **said}
    )


def in_force(
    said: ProcedureDocument,
    *,
    author: Person,
    approver: Person,
    since: datetime = LONG_AGO,
    number: int = 1,
) -> ProcedureVersion:
    """Return an approved version of this document, in force since then."""
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        procedure = Procedure.objects.filter(code=said.code).first()
        if procedure is None:
            procedure = Procedure(code=said.code)
            procedure.save(force_insert=True)
        version = ProcedureVersion(
            procedure=procedure,
            number=number,
            title=said.title,
            document=as_kept(said),
            needs_assessment=said.training.assessment,
            again_for_this_version=said.training.again_for_this_version,
            status=VersionStatus.APPROVED,
            author=author,
            approved_by=approver,
            approved_at=since,
            effective_at=since,
        )
        version.save(force_insert=True)
    return version


def govern(
    action: Action, version: ProcedureVersion, follows: Follows = Follows.RUN, **scope: object
) -> Governance:
    """Let this procedure govern an action, in the place of the rules for the same scope."""
    wanted = {"site": None, "program": None, "product": None, **scope}
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        for rule in Governance.objects.standing().filter(action=action):
            if all(getattr(rule, name) == value for name, value in wanted.items()):
                rule.ended_at = LONG_AGO
                rule.save(update_fields=["ended_at"])
        rule = Governance(action=action, procedure=version.procedure, follows=follows, **wanted)
        rule.save(force_insert=True)
    return rule


def train(person: Person, version: ProcedureVersion, *, at: datetime = LONG_AGO) -> ReadUnderstood:
    """Let a person have read and understood a version."""
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        row = ReadUnderstood(person=person, version=version, read_at=at)
        row.save(force_insert=True)
    return row


def house_procedure(*, author: Person, approver: Person) -> ProcedureVersion:
    """Put a procedure in force by which every action is done on its own screen."""
    steps = [ActStep(key=str(a).replace("_", "-"), title=a.label, action=a) for a in GOVERNED_HERE]
    version = in_force(document(*steps, code=HOUSE), author=author, approver=approver)
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        create_all(
            [
                Governance(action=action, procedure=version.procedure, follows=Follows.SCREEN)
                for action in GOVERNED_HERE
            ]
        )
    return version


def train_for_the_house(people: Sequence[Person]) -> None:
    """Let people have read and understood the house procedure, where there is one."""
    version = ProcedureVersion.objects.filter(procedure__code=HOUSE).first()
    if version is not None:
        with machine_change("test set-up", action="set_up", reason="Set up a test"):
            create_all(
                [
                    ReadUnderstood(person=person, version=version, read_at=LONG_AGO)
                    for person in people
                ]
            )


def a_row_of_each(*, by: Person, other: Person, site: Site) -> None:
    """Write one row into every table of procedures."""
    version = in_force(document(code="SOP-ROWS"), author=by, approver=other)
    govern(Action.EXPORT_DOSSIER, version, Follows.SCREEN, site=site)
    train(by, version)
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        draft = ProcedureVersion(
            procedure=version.procedure,
            number=2,
            title="Next",
            document=version.document,
            needs_assessment=False,
            again_for_this_version=False,
            author=by,
        )
        draft.save(force_insert=True)
        ProcedureFile(
            version=draft, name="a.txt", content_type="text/plain", content=b"a", sha256="a"
        ).save(force_insert=True)
        Assessment(
            person=by,
            version=version,
            assessor=other,
            is_passed=True,
            observed="Three vials",
            assessed_at=LONG_AGO,
            counts_until=LONG_AGO + timedelta(days=700),
        ).save(force_insert=True)
        run = Execution(version=version, site=site, held_by=by, started_by=by, started_at=LONG_AGO)
        run.save(force_insert=True)
        record = StepRecord(
            execution=run,
            version=version,
            step_key="gloves",
            outcome=StepOutcome.DONE,
            person=by,
            recorded_at=LONG_AGO,
        )
        record.save(force_insert=True)
        StepFile(
            record=record, name="a.png", content_type="image/png", content=b"a", sha256="a"
        ).save(force_insert=True)
        EmergencyWork(
            site=site,
            reason="The tank fails",
            begun_by=by,
            begun_at=LONG_AGO,
            ends_at=LONG_AGO + timedelta(hours=1),
            deviation="DEV-2020-0001",
        ).save(force_insert=True)
