"""Adding a profile of limits: what the limits to come are for."""

from dataclasses import dataclass

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import NotFound, Refusal, refuse_if
from inventory.models import ContainerType
from inventory.rules.naming import refusals_of_name
from temperature.models import LimitProfile, Quantity
from temperature.registering import unit_in_use

LONGEST_NAME = 60
UNKNOWN_TYPE = Refusal("UNKNOWN_TYPE", "No such type of freezer or tank. Choose it from the list.")
ADDED_MEANWHILE = Refusal("NAME_TAKEN", "Somebody else has just added a profile of this name.")
PROFILE_EXISTS = Refusal(
    "PROFILE_EXISTS", "There is a profile for this already: set a new version of its limits."
)
NOT_ONE_THING = Refusal(
    "NOT_ONE_THING", "A profile is for one unit, or one type, or one storage class: choose one."
)


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a profile is for; exactly one of the three is given."""

    unit_id: int | None = None
    container_type_id: int | None = None
    storage_class: str = ""


def add_limit_profile(
    *, name: str, quantity: Quantity, target: Target, intent: SignedIntent
) -> LimitProfile:
    """
    Add a profile, signed by QA; nothing is in force until its first version is.

    Raises NotFound (UNKNOWN_UNIT, UNKNOWN_TYPE); NotAuthorised; ActionRefused (NAME_*,
    NOT_ONE_THING, PROFILE_EXISTS).
    Source: 21 CFR 1271.260(e); URS-104, URS-107.
    """
    with signed_change(intent, action="add_limit_profile") as change:
        change.subject.update(profile=name)
        require_role(intent.signer, [Role.QA])
        _insist_on(target)
        given = vars(target)
        taken = LimitProfile.objects.filter(name=name.strip()).exists()
        exists = LimitProfile.objects.filter(quantity=quantity, **given).exists()
        refuse_if(
            refusals_of_name(name, taken=taken, what="profile", longest=LONGEST_NAME)
            + ([PROFILE_EXISTS] if exists else [])
        )
        profile = LimitProfile(name=name.strip(), quantity=quantity, **given)
        with (
            refused_by("temperature_limitprofile_name_key", ADDED_MEANWHILE),
            refused_by("temperature_one_profile_for_each_thing", PROFILE_EXISTS),
        ):
            profile.save(force_insert=True)
        change.sign([profile])
        return profile


def _insist_on(target: Target) -> None:
    """Insist that the target is one thing, and there."""
    named = [name for name in vars(target).values() if name]
    refuse_if([NOT_ONE_THING] if len(named) != 1 else [])
    if target.unit_id is not None:
        unit_in_use(target.unit_id)
    if target.container_type_id is not None:
        kind = ContainerType.objects.filter(pk=target.container_type_id).first()
        if kind is None or not kind.is_unit:
            raise NotFound([UNKNOWN_TYPE])
