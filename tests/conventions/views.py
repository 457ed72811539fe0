"""Rules about views: their length, their types, their methods, and where their templates lie."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.conventions.source import ROOT, Module, name_of
from tests.routes import routes

MOST_LINES = 25
TEMPLATES = ROOT / "templates"
METHODS = {"require_safe", "require_POST", "require_http_methods"}
SHARED = {"components", "errors", "signing"}  # pages that several sections show
ERRORS = "web/views/errors.py"  # Django calls these for every method


def short(module: Module) -> Iterator[str]:
    """Say which function of a view module is longer than a view may be."""
    if _is_of_views(module):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MOST_LINES:
                    yield f"{node.name} has {lines} lines"


def typed(module: Module) -> Iterator[str]:
    """Say which view does not take a request and return a response, by its types."""
    for view in _views(module):
        arguments = [*view.args.posonlyargs, *view.args.args, *view.args.kwonlyargs]
        if view.returns is None or any(argument.annotation is None for argument in arguments):
            yield f"{view.name} is not typed"
        elif not arguments or arguments[0].arg != "request":
            yield f"{view.name} does not take the request first"
        elif not ast.unparse(view.returns).endswith("HttpResponse"):
            yield f"{view.name} does not return a response"


def says_its_methods(module: Module) -> Iterator[str]:
    """Say which view answers to every method."""
    if module.path == ERRORS:
        return
    aliases = {
        target.id
        for line in module.tree.body
        if isinstance(line, ast.Assign) and _decorator(line.value) in METHODS
        for target in line.targets
        if isinstance(target, ast.Name)
    }
    for view in _views(module):
        if not {_decorator(each) for each in view.decorator_list} & (METHODS | aliases):
            yield f"{view.name} does not say its methods"


def templates_live_where_views_say(module: Module) -> Iterator[str]:
    """Say which template that a view names is missing, or lies in another section's folder."""
    if not _is_of_views(module):
        return
    named = {
        node.value
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.partition("#")[0].endswith(".html")
    }
    sections = _sections(module) if named else set()
    for template in sorted(named):
        file, _, fragment = template.partition("#")
        if not (TEMPLATES / file).is_file():
            yield f"{template} does not exist"
        elif fragment and f"partialdef {fragment}" not in (TEMPLATES / file).read_text("utf-8"):
            yield f"{template} names no fragment of the page"
        elif Path(file).parts[0] not in sections | SHARED:
            yield f"{template} lies in the folder of another section than {sorted(sections)}"


def _sections(module: Module) -> set[str]:
    """Return the sections whose addresses lead to the views of a module."""
    dotted = module.path.removesuffix(".py").replace("/", ".")
    return {
        name.partition(":")[0]
        for name, pattern in routes().items()
        if pattern.callback.__module__ == dotted
    }


def _is_of_views(module: Module) -> bool:
    return module.path.startswith("web/views/")


def _views(module: Module) -> list[ast.FunctionDef]:
    return module.functions() if _is_of_views(module) else []


def _decorator(node: ast.expr) -> str:
    return name_of(node) if isinstance(node, ast.Call) else getattr(node, "id", "")


def templates_nobody_shows(texts: dict[str, str]) -> Iterator[str]:
    """
    Say which template is named neither by code nor by another template.

    texts: every template and every module of the product, by path.
    """
    everything = "\n".join(texts.values())
    for path in sorted(texts):
        name = path.removeprefix("templates/")
        if path.startswith("templates/") and name not in everything:
            yield f"{path} is shown by nothing"
