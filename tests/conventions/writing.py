"""Rules about writing: who may write, how rows are saved, and who makes a proof."""

import ast
from collections.abc import Iterator

from tests.conventions.source import Module, keywords, name_of

WRITES = {
    *("save", "create", "update", "delete", "bulk_create", "bulk_update"),
    *("get_or_create", "update_or_create", "create_all", "update_all"),
}
OUTER_FLOORS = ("web/", "integration/")


def outer_floors_write_nothing(module: Module) -> Iterator[str]:
    """Say where a screen or a machine door writes a row itself."""
    if module.path.startswith(OUTER_FLOORS):
        for call in module.calls:
            if name_of(call) in WRITES:
                yield f"line {call.lineno} writes: {ast.unparse(call)[:60]}"


def save_names_its_fields(module: Module) -> Iterator[str]:
    """Say where a row is saved without its fields; `force_insert` writes all of a new row."""
    if not module.is_a_test and not module.path.startswith("tools/"):  # pictures, no rows
        for call in module.calls:
            is_a_row = _receiver(call) != "canvas"  # reportlab's, which ends a page of paper
            told = keywords(call) & {"update_fields", "force_insert"}
            if name_of(call) == "save" and is_a_row and not told:
                yield f"line {call.lineno} saves without update_fields"


def only_signing_makes_intents(module: Module) -> Iterator[str]:
    """Say where somebody but `audit.signing` makes a proof, or puts a person into one."""
    if module.is_a_test or module.path == "audit/signing.py":
        return
    for call in module.calls:
        if name_of(call) == "SignedIntent":
            yield f"line {call.lineno} makes a SignedIntent"
        if name_of(call) == "replace" and keywords(call) & {"signer", "second"}:
            yield f"line {call.lineno} puts a person into a proof"
        if "authenticated" in keywords(call) and module.path != "web/signing.py":
            yield f"line {call.lineno} says that somebody proved who they are"


def no_order_in_meta(module: Module) -> Iterator[str]:
    """Say which model orders every query of it, asked or not."""
    models = [node for node in module.tree.body if isinstance(node, ast.ClassDef)]
    metas = [node for model in models for node in model.body if isinstance(node, ast.ClassDef)]
    for line in (line for meta in metas for line in meta.body):
        targets = line.targets if isinstance(line, ast.Assign) else []
        if "ordering" in {getattr(target, "id", "") for target in targets}:
            yield f"line {line.lineno} orders in Meta"


def _receiver(call: ast.Call) -> str:
    """Return the last name before the dot: `canvas` of `self.canvas.save()`."""
    if not isinstance(call.func, ast.Attribute):
        return ""
    owner = call.func.value
    return owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
