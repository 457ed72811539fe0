"""No action of the day's work with product is open to administrators, and the reverse."""

import ast
from collections.abc import Iterator
from importlib import import_module

import pytest

from accounts.roles import Role
from accounts.sides import SIDES, Side
from sop.authority import AS_SECOND_PERSON, AUTHORITY
from tests.conventions.source import Module, modules, name_of

pytestmark = pytest.mark.urs("URS-15")

# what keeps the system: accounts, master data, rules; never product, nor a judgement on it
OF_THE_SYSTEM = {
    *("create_person", "deactivate_person", "end_sessions_of_person", "unlock_account"),
    *("reset_password", "reset_second_factor", "request_role", "request_scope"),
    *("permit_provider", "end_provider_link"),
    *("revoke_role", "revoke_scope", "issue_service_token"),
    *("record_certification", "set_access_rules", "verify_identity", "verify_first_identity"),
    *("add_container", "add_container_type", "add_containers", "add_product", "add_program"),
    *("add_site", "add_sponsor", "change_lifting", "retire_container", "set_patient_identity"),
    # probes and sources are equipment; what is too warm for product, QA signs
    *("register_feed", "change_feed", "retire_feed"),
    *("register_probe", "change_probe", "retire_probe"),
    *("fit_probe", "remove_probe", "calibrate_probe"),
    *("register_channel", "change_channel", "retire_channel", "set_contact"),
}
# what both sides do, each for their own reason; none of it performs or judges GMP work
OF_BOTH = {
    *("acknowledge_notice", "acknowledge_policy", "approve_access", "reject_access"),
    *("publish_policy", "export_trail", "export_access_review", "export_procedure"),
    "export_calibrations",
    *("issue_access_token", "replace_access_token", "check_access_token", "end_access_token"),
    "revoke_service_token",
    *("ask_emergency_access", "approve_emergency_access", "end_emergency_access"),
}


def asked_by_role() -> Iterator[tuple[str, frozenset[Role]]]:
    """Yield each action that asks for roles, with every role that it may let in."""
    for module in modules():
        if module.is_an_action:
            roles = list(_roles_asked(module))
            if roles:
                yield module.name, frozenset().union(*roles)


def _roles_asked(module: Module) -> Iterator[frozenset[Role]]:
    for call in module.calls:
        if name_of(call) == "require_role":
            yield frozenset(_named(call.args[1], module))


def _named(node: ast.expr, module: Module) -> Iterator[Role]:
    """Yield the roles that an expression names, whatever it makes of them."""
    if ast.unparse(node) == "list(Role)":
        yield from Role
    known = vars(import_module(module.path.removesuffix(".py").replace("/", ".")))
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute) and ast.unparse(inner.value) == "Role":
            yield Role[inner.attr]
        elif isinstance(inner, ast.Name) and isinstance(known.get(inner.id), tuple | frozenset):
            yield from known[inner.id]


ASKED = dict(asked_by_role())


def test_administrators_do_nothing_but_what_is_listed_as_of_the_system() -> None:
    open_to_them = {name for name, roles in ASKED.items() if Role.ADMINISTRATOR in roles}

    assert len(ASKED) >= len(OF_THE_SYSTEM) + len(OF_BOTH)
    assert open_to_them == OF_THE_SYSTEM | OF_BOTH


def test_what_is_of_the_system_is_open_to_administrators_alone() -> None:
    wide = {name for name in OF_THE_SYSTEM if ASKED[name] != {Role.ADMINISTRATOR}}

    assert wide == set()


def test_nothing_at_the_gate_is_open_to_administrators() -> None:
    allowed = frozenset().union(AS_SECOND_PERSON, *AUTHORITY.values())

    assert {SIDES[role] for role in allowed if role != Role.INSPECTOR} <= {
        Side.PRODUCT,
        Side.MACHINE,
    }


def test_reads_roles_however_they_are_written() -> None:
    text = "require_role(1, [Role.QA if a else Role.RELEASE])\nrequire_role(1, MAY_BLOCK)\n"
    module = Module("inventory/actions/block_position.py", text)

    assert [set(roles) for roles in _roles_asked(module)] == [
        {Role.QA, Role.RELEASE},
        {Role.SUPERVISOR, Role.QA},
    ]
