"""The budgets of the style guide that linters do not count: how long things may be."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULE_LINES = 300
FUNCTION_LINES = 40
CLASS_LINES = 150
TEMPLATE_LINES = 120
VIEW_LINES = 25
_PACKAGES = (
    *("accounts", "audit", "custody", "freezer_inventory", "integration", "inventory"),
    *("reports", "sop", "temperature", "web", "bootstrap", "tools"),
)


def complaints(root: Path = ROOT) -> Iterator[str]:
    """Name everything that is longer than its budget."""
    for package in _PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield from _module_complaints(path, root)
    for path in sorted((root / "templates").rglob("*.html")):
        yield from _too_long(path.relative_to(root), _count(path), TEMPLATE_LINES, "the template")


def _module_complaints(path: Path, root: Path) -> Iterator[str]:
    name = path.relative_to(root)
    yield from _too_long(name, _count(path), MODULE_LINES, "the module")
    is_view = "views" in name.parts
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ClassDef):
            yield from _too_long(name, _span(node), CLASS_LINES, f"class {node.name}")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            budget = VIEW_LINES if is_view else FUNCTION_LINES
            yield from _too_long(name, _span(node), budget, f"{node.name}()")


def _too_long(name: Path, lines: int, budget: int, what: str) -> Iterator[str]:
    if lines > budget:
        yield f"{name}: {what} has {lines} lines; {budget} are allowed"


def _span(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _count(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def main() -> int:
    """Print the complaints; end with 1 when there are any."""
    found = list(complaints())
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
