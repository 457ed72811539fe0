"""The gate that every action asks inside its transaction, so that authority is as of now."""

from collections.abc import Collection

from accounts.authority import insist_on_role
from accounts.roles import Role
from audit.authors import Author
from audit.errors import NotAuthorised, Refusal
from sop.action import Action
from sop.standing import Standing, standing

ON_THE_FLOOR = frozenset({Role.TECHNICIAN, Role.SUPERVISOR})
QUALITY = frozenset({Role.QA, Role.RELEASE})
FLOOR_OR_QUALITY = ON_THE_FLOOR | QUALITY

AUTHORITY: dict[Action, frozenset[Role]] = {
    Action.REGISTER_BATCHES: frozenset({Role.SERVICE, Role.SUPERVISOR}),
    Action.RECEIVE_BATCH: ON_THE_FLOOR,
    Action.PLACE_VIALS: ON_THE_FLOOR,
    Action.MOVE_VIALS: ON_THE_FLOOR,
    Action.MOVE_CONTAINER: ON_THE_FLOOR,
    Action.STORE_LATE: ON_THE_FLOOR,
    Action.CHECK_OUT_VIALS: ON_THE_FLOOR,
    Action.PUT_BACK_VIALS: ON_THE_FLOOR,
    Action.PACK_VIALS: ON_THE_FLOOR,
    Action.HAND_OVER_VIALS: ON_THE_FLOOR,
    Action.CONFIRM_ARRIVAL: ON_THE_FLOOR,
    Action.RECORD_ADMINISTRATION: ON_THE_FLOOR | {Role.SERVICE},
    Action.RETURN_VIALS: ON_THE_FLOOR,
    Action.CONSUME_VIALS: ON_THE_FLOOR,
    Action.DISCARD_VIALS: ON_THE_FLOOR,
    Action.TRANSFER_VIALS: frozenset({Role.SUPERVISOR}),
    Action.REPORT_MISSING: FLOOR_OR_QUALITY,
    Action.RECORD_FOUND: frozenset({Role.QA}),
    Action.COUNT: FLOOR_OR_QUALITY,
    Action.SPLIT_VIAL: ON_THE_FLOOR,
    Action.RELABEL_VIAL: ON_THE_FLOOR,
    Action.PLACE_HOLD: QUALITY,
    Action.RELEASE_HOLD: QUALITY,
    Action.DECIDE_QUALITY: QUALITY,
    Action.REQUEST_RETRIEVAL: frozenset({Role.SERVICE, Role.SUPERVISOR, Role.RELEASE}),
    Action.CLAIM_VIALS: ON_THE_FLOOR,
    Action.RELEASE_CLAIM: FLOOR_OR_QUALITY,
    Action.WITNESS_PICK: FLOOR_OR_QUALITY,
    Action.SCAN_PICK: FLOOR_OR_QUALITY,
    Action.PRINT_LABELS: FLOOR_OR_QUALITY,
    Action.EXPORT_DOSSIER: FLOOR_OR_QUALITY | {Role.INSPECTOR},
}
AS_SECOND_PERSON = FLOOR_OR_QUALITY


def require_authority(
    actor: Author,
    action: Action,
    *,
    programs: Collection[int],
    sites: Collection[int] = (),
    second_person: Author | None = None,
) -> None:
    """
    Insist that `actor` may do `action` in all these programs and at all these sites.

    programs, sites: keys; decided by object permissions as they are now.
    second_person: must be trusted on the floor or in quality, within the same scopes.
    Raises NotAuthorised: the account is closed, the role is missing, roles exclude each other, or
    a scope is missing. Source: 21 CFR 11.10(d), (g); URS-14, URS-15, URS-27.
    """
    _require(actor, AUTHORITY[action], programs, sites)
    if second_person is not None:
        require_second_person(second_person, programs=programs, sites=sites)


def require_second_person(
    person: Author, *, programs: Collection[int], sites: Collection[int]
) -> None:
    """
    Insist that a second person is trusted on the floor or in quality, within these scopes.

    Raises NotAuthorised. Source: 21 CFR 211.188(b)(11); URS-31.
    """
    _require(person, AS_SECOND_PERSON, programs, sites)


def _require(
    person: Author, roles: Collection[Role], programs: Collection[int], sites: Collection[int]
) -> None:
    insist_on_standing(standing(person, programs=programs, sites=sites), roles)


def insist_on_standing(found: Standing, roles: Collection[Role]) -> None:
    """
    Refuse somebody who stands outside of what was asked, or holds none of the roles.

    Raises NotAuthorised.
    """
    insist_on_role(found.is_active, found.roles, roles)
    if found.is_outside_a_program:
        raise NotAuthorised(
            [Refusal("OUTSIDE_PROGRAM", "This belongs to a program you do not work on.")]
        )
    if found.is_outside_a_site:
        raise NotAuthorised(
            [Refusal("OUTSIDE_SITE", "This stands at a site where you do not work.")]
        )


def may(actor: Author, action: Action) -> bool:
    """Say whether any role of `actor` allows `action` somewhere; for showing buttons only."""
    return not AUTHORITY[action].isdisjoint(actor.role_names())
