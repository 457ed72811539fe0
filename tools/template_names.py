"""
Compare the names that templates read with the names they are given.

Inclusions with `only` and calls of `render` with a literal context are compared both ways: a name
that is read but never given, and a name that is given but never read. Everything else is caught at
run time by `pytest --fail-on-template-vars`.
"""

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import django
from django.template import Node, Template, Variable
from django.template.base import FilterExpression
from django.template.defaulttags import ForNode, IfNode, WithNode
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template
from django.template.loader_tags import ExtendsNode, IncludeNode

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
VIEW_PACKAGES = ("web", "integration", "reports", "accounts")
ALWAYS_KNOWN = {
    *("request", "user", "perms", "messages", "csrf_token", "DEFAULT_MESSAGE_LEVELS", "block"),
    *("True", "False", "None", "forloop"),
}
_BINDING_ATTRIBUTES = ("target_var", "asvar", "var_name", "variable_name")


@dataclass(kw_only=True)
class Names:
    """
    What a template does with names.

    demanded: read where a missing name shows; tolerated: only asked for in conditions.
    """

    demanded: set[str] = field(default_factory=set)
    tolerated: set[str] = field(default_factory=set)
    bound: set[str] = field(default_factory=set)
    inclusions: list[IncludeNode] = field(default_factory=list)
    opaque: bool = False

    @property
    def required(self) -> set[str]:
        """Names that must be given."""
        return self.demanded - self.tolerated - self.bound - ALWAYS_KNOWN

    @property
    def read(self) -> set[str]:
        """Names that are of any use."""
        return self.demanded | self.tolerated


def names_of(template: Template) -> Names:
    """Return what a template, its parents and its open inclusions do with names."""
    names = Names()
    _walk(template.nodelist, names)
    return names


def _walk(nodes: Any, names: Names) -> None:
    for node in nodes:
        _note(node, names)


def _note(node: Node, names: Names) -> None:
    if isinstance(node, IncludeNode):
        _note_inclusion(node, names)
        return
    if isinstance(node, ExtendsNode):
        _note_parent(node, names)
    names.bound.update(_names_bound_by(node))
    for value in vars(node).values():
        _note_value(value, names, tolerant=False)
    if isinstance(node, IfNode):
        _note_conditions(node, names)


def _names_bound_by(node: Node) -> Iterator[str]:
    if isinstance(node, ForNode):
        yield from node.loopvars
    elif isinstance(node, WithNode):
        yield from node.extra_context
    for attribute in _BINDING_ATTRIBUTES:
        bound = getattr(node, attribute, None)
        if isinstance(bound, str):
            yield bound


def _note_value(value: object, names: Names, *, tolerant: bool) -> None:
    if isinstance(value, FilterExpression):
        _note_expression(value, names, tolerant=tolerant)
    elif isinstance(value, Variable):
        _note_variable(value, names, tolerant=tolerant)
    elif isinstance(value, Node):
        _note(value, names)
    elif isinstance(value, dict):
        _note_value(list(value.values()), names, tolerant=tolerant)
    elif isinstance(value, list | tuple):  # a NodeList is a list too
        for part in value:
            _note_value(part, names, tolerant=tolerant)


def _note_expression(expression: FilterExpression, names: Names, *, tolerant: bool) -> None:
    _note_value(expression.var, names, tolerant=tolerant)
    for _, arguments in expression.filters:
        for is_variable, argument in arguments:
            if is_variable:
                _note_value(argument, names, tolerant=tolerant)


def _note_variable(variable: Variable, names: Names, *, tolerant: bool) -> None:
    if variable.lookups:
        (names.tolerated if tolerant else names.demanded).add(variable.lookups[0])


def _note_conditions(node: IfNode, names: Names) -> None:
    for condition, body in node.conditions_nodelists:
        _note_condition(condition, names)
        _walk(body, names)


def _note_condition(condition: Any, names: Names) -> None:
    """Walk the parts of a condition, in which a missing name counts as empty."""
    if condition is None:
        return
    _note_value(getattr(condition, "value", None), names, tolerant=True)
    for part in (getattr(condition, "first", None), getattr(condition, "second", None)):
        _note_condition(part, names)


def _note_inclusion(node: IncludeNode, names: Names) -> None:
    names.inclusions.append(node)
    for value in node.extra_context.values():
        _note_value(value, names, tolerant=False)
    included = included_template(node)
    if included is None:
        names.opaque = True
        _note_value(node.template, names, tolerant=False)
    elif not node.isolated_context:
        inner = names_of(included)
        names.demanded |= inner.demanded - set(node.extra_context)
        names.tolerated |= inner.tolerated - set(node.extra_context)
        names.bound |= inner.bound
        names.opaque |= inner.opaque


def _note_parent(node: ExtendsNode, names: Names) -> None:
    parent = getattr(node.parent_name, "var", None)
    if isinstance(parent, str):
        _walk(get_template(parent).template.nodelist, names)  # type: ignore[attr-defined]  # Django's backend
    else:
        names.opaque = True


def included_template(node: IncludeNode) -> Template | None:
    """Return the template that is included, or None when its name is only known at run time."""
    name = getattr(node.template, "var", None)
    if not isinstance(name, str):
        return None
    template: Template = get_template(name).template  # type: ignore[attr-defined]  # Django's backend
    return template


def inclusion_complaints(name: str) -> Iterator[str]:
    """Compare each `only` inclusion of a template with what the included template reads."""
    for node in names_of(get_template(name).template).inclusions:  # type: ignore[attr-defined]  # Django's backend
        included = included_template(node)
        if included is None or not node.isolated_context:
            continue
        inner = names_of(included)
        given = set(node.extra_context)
        where = f"templates/{name}: includes {included.name}"
        for missing in sorted(inner.required - given):
            yield f"{where} without {missing}, which that reads"
        if not inner.opaque:
            for unused in sorted(given - inner.read):
                yield f"{where} with {unused}, which that never reads"


def view_complaints(path: Path) -> Iterator[str]:
    """Compare each literal context in a module with what the rendered template reads."""
    for call in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not (isinstance(call, ast.Call) and _is_render(call)):
            continue
        given = _literal_keys(call)
        names = _literal_templates(call)
        if given is None or not names:
            continue
        yield from _context_complaints(given, names, f"{path.relative_to(ROOT)}:{call.lineno}")


def _context_complaints(given: set[str], templates: list[str], where: str) -> Iterator[str]:
    try:
        read = [names_of(get_template(name).template) for name in templates]  # type: ignore[attr-defined]  # Django's backend
    except TemplateDoesNotExist as missing:
        yield f"{where}: there is no template {missing}"
        return
    known = given | _context_processor_names()
    for name, names in zip(templates, read, strict=True):
        for missing_name in sorted(names.required - known):
            yield f"{where}: {name} reads {missing_name}, which it is not given"
    if not any(names.opaque for names in read):
        used = set().union(*(names.read for names in read))
        for unused in sorted(given - used):
            yield f"{where}: gives {unused}, which {' and '.join(templates)} never read"


def _is_render(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "render"


def _literal_keys(call: ast.Call) -> set[str] | None:
    context = _argument(call, 2, "context")
    if context is None:
        return set()
    if not isinstance(context, ast.Dict):
        return None
    keys = set()
    for key in context.keys:
        if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
            return None
        keys.add(key.value)
    return keys


def _literal_templates(call: ast.Call) -> list[str]:
    """Return the template's name; the names of both arms when a condition chooses."""
    argument = _argument(call, 1, "template_name")
    arms = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
    return [
        arm.value for arm in arms if isinstance(arm, ast.Constant) and isinstance(arm.value, str)
    ]


def _argument(call: ast.Call, position: int, name: str) -> ast.expr | None:
    if len(call.args) > position:
        return call.args[position]
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _context_processor_names() -> set[str]:
    from django.template import engines
    from django.test import RequestFactory

    request = RequestFactory().get("/")
    names: set[str] = set()
    for processor in engines["django"].engine.template_context_processors:  # type: ignore[attr-defined]  # Django's backend
        try:
            names.update(processor(request))
        except AttributeError:  # it needs a session or a person; those names are in ALWAYS_KNOWN
            continue
    return names


def main() -> int:
    """Print every disagreement; end with 1 when there is one."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "freezer_inventory.settings")
    django.setup()
    found: list[str] = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        found.extend(inclusion_complaints(str(path.relative_to(TEMPLATES))))
    for package in VIEW_PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            found.extend(view_complaints(path))
    print("\n".join(dict.fromkeys(found)))
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
