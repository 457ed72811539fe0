"""Rules about actions: their shape, their author, and that they ask who may."""

import ast
from collections.abc import Iterator
from functools import cache

from tests.conventions.source import ROOT, Module, calls, name_of

DOORS = {"signed_change", "attributed_change", "machine_change"}
BY_PEOPLE = DOORS - {"machine_change"}
AUTHORS = {"SignedIntent", "Attribution", "Attribution | str"}
ASKS = {
    *("require_role", "require_own_account", "require_authority", "admit", "admit_over"),
    *("insist_on_runner", "insist_on_scope"),  # of a run: its holder, role, site and program
}
LEDGER = {"custody.ledger", "custody.placements"}


def one_function_of_its_name(module: Module) -> Iterator[str]:
    """Say where an action module is not one public function of the module's own name."""
    if module.is_an_action:
        names = [function.name for function in module.functions()]
        if names != [module.name]:
            yield f"holds {names} instead of one function {module.name}"


def keyword_only(module: Module) -> Iterator[str]:
    """Say which action takes arguments by their order."""
    for function in _action(module):
        taken = function.args
        if taken.args or taken.posonlyargs or taken.vararg or taken.kwarg:
            yield f"{function.name} takes arguments that are not named at the call"


def has_an_author(module: Module) -> Iterator[str]:
    """Say which action has no author: an intent, an attribution, or a device that is named."""
    for function in _action(module):
        annotated = {
            ast.unparse(argument.annotation)
            for argument in function.args.kwonlyargs
            if argument.annotation
        }
        machines = [call for call in calls(function) if name_of(call) == "machine_change"]
        by_device = any(
            isinstance(call.args[0], ast.Constant)
            or (isinstance(call.args[0], ast.Name) and call.args[0].id == "device")
            for call in machines
            if call.args
        )
        if not annotated & AUTHORS and not by_device:
            yield f"{function.name} has no author"


def takes_its_time(module: Module) -> Iterator[str]:
    """Say which action on product reads the clock, or writes the ledger without an `at`."""
    for function in _action(module):
        if any(name_of(call) in {"now", "utcnow", "today"} for call in module.calls):
            yield f"{function.name} reads the clock; the time comes from the caller"
        writes = LEDGER & {
            node.module for node in ast.walk(module.tree) if isinstance(node, ast.ImportFrom)
        }
        if writes and "at" not in {argument.arg for argument in function.args.kwonlyargs}:
            yield f"{function.name} writes the ledger without being told the time"


def opens_one_change(module: Module) -> Iterator[str]:
    """Say which action does not write inside a Change that it opens itself."""
    for function in _action(module):
        if not _doors(function):
            yield f"{function.name} opens no Change"


def asks_inside_its_change(module: Module) -> Iterator[str]:
    """Say which action of people does not ask who may inside its Change."""
    asks = ASKS | _steps_that_ask()
    for function in _action(module):
        for door, block in _doors(function):
            asked = {name_of(call) for part in block.body for call in calls(part)}
            if door in BY_PEOPLE and not asked & asks:
                yield f"{function.name} asks nobody's authority inside its Change"


def asks_for_what_it_does(module: Module) -> Iterator[str]:
    """Say which action of `sop` is recorded as one thing and asked for as another."""
    for function in _action(module):
        named = actions_named(function)
        if len(named) > 1:
            yield f"{function.name} names {sorted(named)}: it is one of them"


def actions_named(node: ast.AST) -> set[str]:
    """Return the members of `sop.action.Action` that are named inside `node`."""
    return {
        inner.attr
        for inner in ast.walk(node)
        if isinstance(inner, ast.Attribute)
        and isinstance(inner.value, ast.Name)
        and inner.value.id == "Action"
    }


def _action(module: Module) -> list[ast.FunctionDef]:
    return module.functions() if module.is_an_action else []


def _doors(function: ast.FunctionDef) -> list[tuple[str, ast.With]]:
    return [
        (name_of(item.context_expr), node)
        for node in ast.walk(function)
        if isinstance(node, ast.With)
        for item in node.items
        if isinstance(item.context_expr, ast.Call) and name_of(item.context_expr) in DOORS
    ]


@cache
def _steps_that_ask() -> set[str]:
    """Return the shared steps of custody that ask for the action which takes them."""
    tree = ast.parse((ROOT / "custody" / "steps.py").read_text("utf-8"))
    return {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and any(name_of(call) in ASKS for call in calls(node))
    }
