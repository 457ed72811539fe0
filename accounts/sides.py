"""The sides that roles are on; nobody stands on two of them."""

from collections.abc import Collection

import pgtrigger
from django.db import models

from accounts.roles import Role
from audit.errors import Refusal

ONE_SIDE = "accounts_roles_of_one_side"


class Side(models.TextChoices):
    """
    What an account is for.

    Source: draft Annex 11 (2025) section 11; MHRA GXP data integrity (2018) 6.16; URS-15.
    """

    PRODUCT = "product", "work with product"
    ADMINISTRATION = "administration", "administration"
    INSPECTION = "inspection", "inspection"
    MACHINE = "machine", "another system's work"


SIDES: dict[Role, Side] = {
    Role.TECHNICIAN: Side.PRODUCT,
    Role.SUPERVISOR: Side.PRODUCT,
    Role.QA: Side.PRODUCT,
    Role.RELEASE: Side.PRODUCT,
    Role.ADMINISTRATOR: Side.ADMINISTRATION,
    Role.INSPECTOR: Side.INSPECTION,
    Role.SERVICE: Side.MACHINE,
}

_CASES = " ".join(f"WHEN '{role.value}' THEN '{side.value}'" for role, side in SIDES.items())


def side_of(column: str) -> str:
    """Return the SQL expression for the side of the role that a column names."""
    return f"(CASE {column} {_CASES} ELSE {column} END)"


SIDES_OF_PERSON = f"""
    SELECT count(DISTINCT CASE s_g.name {_CASES} ELSE s_g.name END)
    FROM public.accounts_rolemembership s_m JOIN public.auth_group s_g ON s_g.id = s_m.group_id
    WHERE s_m.person_id =
"""  # noqa: S608 - made of this module's own words; the caller ends it with a column


def refusals_to_combine(roles: Collection[str]) -> list[Refusal]:
    """
    Say why nobody may hold all these roles together; empty when somebody may.

    roles: by their names; one that is not known counts for nothing.
    Source: draft Annex 11 (2025) section 11; URS-15.
    """
    known = [role for role in Role if role.value in set(roles)]
    if len({SIDES[role] for role in known}) <= 1:
        return []
    names = " and ".join(str(role.label).lower() for role in known)
    return [
        Refusal(
            "ROLES_EXCLUDE_EACH_OTHER",
            f"One account cannot hold {names} together: who looks after the system does not "
            "handle or judge product, and who inspects does neither. Take the other role back "
            "first, or give the role to somebody else.",
        )
    ]


def roles_of_one_side() -> pgtrigger.Trigger:
    """
    Refuse a role on another side than those that the person holds, whoever writes it.

    The person's row is locked first, so of two grants at once the later sees the earlier; that
    holds for the isolation which the product uses, so any other is refused.
    """
    return pgtrigger.Trigger(
        name="roles_of_one_side",
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=f"""
            IF current_setting('transaction_isolation') <> 'read committed' THEN
                RAISE EXCEPTION 'roles are given in read committed transactions only'
                    USING ERRCODE = 'check_violation', CONSTRAINT = '{ONE_SIDE}';
            END IF;
            PERFORM 1 FROM public.accounts_person p WHERE p.id = NEW.person_id FOR NO KEY UPDATE;
            IF ({SIDES_OF_PERSON} NEW.person_id) > 1 THEN
                RAISE EXCEPTION 'the roles of person % exclude each other', NEW.person_id
                    USING ERRCODE = 'check_violation', CONSTRAINT = '{ONE_SIDE}';
            END IF;
            RETURN NULL;
        """,
    )
