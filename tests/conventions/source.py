"""The modules of the house as their text and syntax, and how rules look into them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    *("accounts", "audit", "custody", "freezer_inventory", "integration", "inventory"),
    *("reports", "sop", "temperature", "web", "bootstrap", "bench", "tools", "tests", "deploy"),
)


@dataclass(frozen=True)
class Module:
    """A module by its path below the root, such as `custody/steps.py`."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return ast.parse(self.text)

    @cached_property
    def calls(self) -> list[ast.Call]:
        """Every call in it."""
        return list(calls(self.tree))

    @property
    def name(self) -> str:
        """Its name without the package."""
        return Path(self.path).stem

    @property
    def is_a_test(self) -> bool:
        """Whether it is no part of the product."""
        return self.path.startswith("tests/")

    @property
    def is_an_action(self) -> bool:
        """Whether it is a module of an `actions` folder."""
        return "/actions/" in self.path and not self.is_a_test and self.name != "__init__"

    def functions(self) -> list[ast.FunctionDef]:
        """Return the public functions at its top."""
        return [
            node
            for node in self.tree.body
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        ]


def modules() -> Iterator[Module]:
    """Read every module that somebody wrote; migrations are generated."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield Module(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))


def calls(node: ast.AST) -> Iterator[ast.Call]:
    """Yield every call inside `node`."""
    return (inner for inner in ast.walk(node) if isinstance(inner, ast.Call))


def name_of(call: ast.Call) -> str:
    """Return the last part of what is called: `save` of `row.save()`."""
    called = call.func
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def keywords(call: ast.Call) -> set[str]:
    """Return the names of the keyword arguments of a call."""
    return {keyword.arg for keyword in call.keywords if keyword.arg}
