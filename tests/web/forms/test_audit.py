"""The trail can be restricted to every action that leaves a Change."""

import ast
from collections.abc import Iterator

from sop.action import Action
from tests.conventions.source import modules
from web.forms.audit_actions import OTHER_ACTIONS

DOORS = {"signed_change", "attributed_change", "machine_change"}


def named_actions() -> Iterator[str]:
    """Yield the actions that the code names in words when it opens a Change."""
    for module in modules():
        if module.is_a_test or module.path.startswith(("tools/", "bench/")):
            continue
        for call in module.calls:
            if getattr(call.func, "id", "") in DOORS:
                for keyword in call.keywords:
                    if keyword.arg == "action" and isinstance(keyword.value, ast.Constant):
                        yield str(keyword.value.value)


def test_offers_every_action_that_leaves_a_change() -> None:
    found = set(named_actions())

    assert len(found) > 15
    assert found <= {name for name, _label in OTHER_ACTIONS} | set(Action.values)
