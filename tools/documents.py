"""Write the generated pages of docs/reference: status diagrams, and which test shows which need."""

import ast
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

import django

from tools.requirements import PROMISED, TITLES

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
_NOTE = "<!-- Written by `make docs` from the code; a change here is lost. -->"


def main() -> None:
    """Write every generated page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "freezer_inventory.settings")
    django.setup()
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, page in {"statuses": statuses_page(), "traceability": traceability_page()}.items():
        (REFERENCE / f"{name}.md").write_text(page, "utf-8")
        print(f"docs/reference/{name}.md")


def statuses_page() -> str:
    """Draw every axis of statuses from the tables that the actions obey."""
    status = import_module("custody.status")  # its models exist only after django.setup()
    versions = import_module("sop.rules.versions")
    deviations = import_module("sop.deviation_status").DEVIATION_TRANSITIONS
    return "\n".join(
        [
            *("# Statuses", "", _NOTE, "", "## Of a vial", ""),
            "A vial has two statuses at once. Each changes only along an arrow; holds come on top.",
            *("", "### Quality", "", *_diagram(status.QUALITY_TRANSITIONS)),
            *("", "### Custody", "", *_diagram(status.CUSTODY_TRANSITIONS)),
            *("", "## Of a version of a procedure", ""),
            "People move it up to approved or withdrawn; dates and later versions do the rest.",
            *("", *_diagram(versions.VERSION_TRANSITIONS), ""),
            *("## Of a deviation or an incident", "", *_diagram(deviations), ""),
        ]
    )


def _diagram(transitions: Mapping[str, frozenset[str]]) -> Iterator[str]:
    yield from ("```mermaid", "stateDiagram-v2")
    for now, following in transitions.items():
        yield f"  state {now}"
        yield from (f"  {now} --> {name}" for name in sorted(following))
        if not following:
            yield f"  {now} --> [*]"
    yield "```"


def traceability_page() -> str:
    """List for each user requirement its title and the tests that show it."""
    rows = [
        f"| {requirement}{_star(requirement)} | {TITLES[requirement]} | {'<br>'.join(tests)} |"
        for requirement, tests in sorted(shown().items(), key=lambda item: _number(item[0]))
    ]
    head = ["# Which test shows which user requirement", "", _NOTE, ""]
    words = ["A star marks what this release promises; the others are shown as far as it goes.", ""]
    table = ["| requirement | in short | shown by |", "|---|---|---|"]
    return "\n".join([*head, *words, *table, *rows, ""])


def shown() -> dict[str, list[str]]:
    """Return for each user requirement that any test names those tests."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for requirement, test in _marked_tests(path):
            found[requirement].append(test)
    return found


def _star(requirement: str) -> str:
    return " ★" if requirement in PROMISED else ""


def _marked_tests(path: Path) -> Iterator[tuple[str, str]]:
    where = path.relative_to(ROOT).as_posix()
    module = ast.parse(path.read_text("utf-8"))
    whole_file = [
        requirement
        for node in module.body
        if isinstance(node, ast.Assign) and _assigns_pytestmark(node)
        for requirement in _requirements(node.value)
    ]
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            marked = [r for decorator in node.decorator_list for r in _requirements(decorator)]
            for requirement in dict.fromkeys([*whole_file, *marked]):
                yield requirement, f"`{where}::{node.name}`"


def _assigns_pytestmark(node: ast.Assign) -> bool:
    return any(isinstance(name, ast.Name) and name.id == "pytestmark" for name in node.targets)


def _requirements(expression: ast.expr) -> Iterator[str]:
    for call in ast.walk(expression):
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr == "urs"
        ):
            yield from (str(a.value) for a in call.args if isinstance(a, ast.Constant))


def _number(requirement: str) -> tuple[int, str]:
    digits = re.search(r"\d+", requirement)
    return (int(digits[0]) if digits else 0, requirement)


if __name__ == "__main__":
    main()
