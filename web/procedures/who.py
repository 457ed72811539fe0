"""Who may do what with procedures, for showing buttons; the actions ask again."""

from accounts.models import Person
from sop.queries.procedures import ProcedureCard, VersionCard
from sop.queries.writers import writers_of
from sop.rules.versions import VersionState
from sop.versions import APPROVERS, WRITERS


def writes(person: Person) -> bool:
    """Say whether somebody's roles draft procedures."""
    return not set(WRITERS).isdisjoint(person.role_names())


def approves(person: Person) -> bool:
    """Say whether somebody's roles approve procedures."""
    return not set(APPROVERS).isdisjoint(person.role_names())


def verbs_for(person: Person, procedure: ProcedureCard, version: VersionCard) -> frozenset[str]:
    """Name what somebody may do with a version as it stands: names of addresses."""
    if procedure.retired_at is not None or not writes(person):
        return frozenset()
    is_writer = person.pk in writers_of(version.id)
    verbs = set()
    if version.state == VersionState.DRAFT:
        verbs |= {"edit"} | ({"submit"} if is_writer else set())
    if version.state == VersionState.IN_REVIEW and approves(person):
        verbs |= {"return_version"} | (set() if is_writer else {"approve"})
    open_states = {VersionState.DRAFT, VersionState.IN_REVIEW}
    if (version.state in open_states and (is_writer or approves(person))) or (
        version.state == VersionState.APPROVED and approves(person)
    ):
        verbs.add("withdraw")
    return frozenset(verbs)


def verbs_on(person: Person, procedure: ProcedureCard) -> frozenset[str]:
    """Name what somebody may do with a procedure as it stands."""
    if procedure.retired_at is not None or not writes(person):
        return frozenset()
    verbs = set() if procedure.in_work else {"draft"}
    return frozenset(verbs | ({"retire"} if approves(person) else set()))
