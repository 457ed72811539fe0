"""Who may go on with a run: the one who holds it, in scope, qualified for its version."""

from audit.authors import Author, SignedIntent
from audit.errors import ActionRefused, NotAuthorised, Refusal
from sop.authority import FLOOR_OR_QUALITY, insist_on_standing, require_second_person
from sop.models import Execution, ExecutionStatus, ProcedureVersion
from sop.qualification import is_qualified
from sop.standing import standing


def insist_on_runner(run: Execution, actor: Author) -> None:
    """
    Insist that the run is at the person's hands and that they may go on with it now.

    Raises NotAuthorised (RUN_OF_ANOTHER, NOT_TRAINED, and those of roles and scopes);
    ActionRefused (RUN_PAUSED, RUN_ENDED).
    Source: 21 CFR 11.10(f), (g), (i); URS-07, URS-23, URS-27.
    """
    if run.held_by_id != actor.pk:
        words = f"{run} is at the hands of {run.held_by}. Take it over first, or start your own."
        raise NotAuthorised([Refusal("RUN_OF_ANOTHER", words)])
    insist_on_running(run)
    insist_on_scope(run, actor)
    insist_on_training(run.version_id, actor)


def insist_on_running(run: Execution) -> None:
    """
    Insist that the run goes on.

    Raises ActionRefused (RUN_PAUSED, RUN_ENDED).
    """
    if run.status == ExecutionStatus.PAUSED:
        raise ActionRefused([Refusal("RUN_PAUSED", f"{run} is paused. Resume it first.")])
    if run.status != ExecutionStatus.RUNNING:
        raise ActionRefused([RUN_ENDED])


def insist_on_open(run: Execution) -> None:
    """
    Insist that the run has not ended.

    Raises ActionRefused (RUN_ENDED).
    """
    if run.ended_at is not None:
        raise ActionRefused([RUN_ENDED])


def insist_on_scope(run: Execution, actor: Author, *, program_id: int | None = None) -> None:
    """
    Insist on a role on the floor or in quality, and on the run's site and program.

    program_id: of a vial that comes into the run.
    Raises NotAuthorised.
    """
    programs = [key for key in (run.program_id, program_id) if key is not None]
    stands = standing(actor, programs=programs, sites=[run.site_id])
    insist_on_standing(stands, FLOOR_OR_QUALITY)


def insist_on_second_person(run: Execution, intent: SignedIntent) -> Author:
    """
    Insist on a second person, somebody else, in the run's scopes; return them.

    Raises ActionRefused (SECOND_PERSON_MISSING, SAME_PERSON); NotAuthorised.
    Source: 21 CFR 211.188(b)(11); URS-05, URS-31.
    """
    if intent.second is None:
        raise ActionRefused([SECOND_PERSON_MISSING])
    second = intent.second.signer
    if second.pk == intent.signer.pk:
        raise ActionRefused([SAME_PERSON])
    programs = [] if run.program_id is None else [run.program_id]
    require_second_person(second, programs=programs, sites=[run.site_id])
    return second


def insist_on_training(version_id: int, actor: Author) -> None:
    """
    Insist that the person is qualified for the version.

    Raises NotAuthorised (NOT_TRAINED). Source: 21 CFR 211.25; URS-07.
    """
    if not is_qualified(actor.pk, version_id):
        version = ProcedureVersion.objects.select_related("procedure").get(pk=version_id)
        raise not_trained(version.procedure.code, version.number)


def not_trained(code: str, number: int | None) -> NotAuthorised:
    """Refuse somebody who is not trained for a version, in words."""
    return NotAuthorised(
        [
            Refusal(
                "NOT_TRAINED",
                f"You are not trained for {code} version {number}. Read and sign it under "
                "Procedures, Training; ask your supervisor where an assessment is missing.",
            )
        ]
    )


SECOND_PERSON_MISSING = Refusal("SECOND_PERSON_MISSING", "A second person must confirm this step.")
SAME_PERSON = Refusal("SAME_PERSON", "The second person must be somebody else.")
RUN_ENDED = Refusal("RUN_ENDED", "This run has ended. Start another one.")
