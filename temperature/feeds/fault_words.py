"""What is wrong with settings that somebody entered: which field of which row, in words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeGuard, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

NUMBERS = ("int_type", "int_parsing", "int_from_float", "int_parsing_size")
WORDS: Mapping[str, str] = {
    "missing": "it is missing",
    "extra_forbidden": "there is no such setting",
    "string_type": "write it as text",
    "string_pattern_mismatch": "it holds what it may not, or is written in another way",
    "list_type": "it is no list",
    "model_type": "it is no row with parts",
    "bool_parsing": "say yes or no",
    "float_type": "write a number",
    "float_parsing": "write a number",
    "finite_number": "write a number",
    "greater_than": "it must be more than {gt}",
    "greater_than_equal": "it must be {ge} or more",
    "less_than": "it must be less than {lt}",
    "less_than_equal": "it must be {le} or less",
    "string_too_short": "it is missing",
    "string_too_long": "write at most {max_length} characters",
    "literal_error": "choose {expected}",
    **dict.fromkeys(NUMBERS, "write a whole number"),
}
NO_ROWS, TOO_MANY = "it needs a row", "it may have at most {max_length} rows"


def faults_of(model: type[BaseModel], entered: Mapping[str, object]) -> list[str]:
    """Say what is wrong with what was entered for a model; empty when nothing is."""
    try:
        model.model_validate(dict(entered))
    except ValidationError as found:
        return [_words(model, fault) for fault in found.errors(include_url=False)]
    return []


def label_of(name: str, info: FieldInfo) -> str:
    """Return what a setting is called on screen."""
    return info.title or name.replace("_", " ").capitalize()


def _words(model: type[BaseModel], fault: ErrorDetails) -> str:
    """Write a fault as `Map of the registers, row 2, Address: write a whole number.`."""
    where = ", ".join(_where(model, fault["loc"]))
    words = _of_kind(fault).rstrip(".")
    return f"{where}: {words}." if where else f"{words}."


def _of_kind(fault: ErrorDetails) -> str:
    known: dict[str, Any] = fault.get("ctx", {})
    kind = fault["type"]
    if kind == "too_short":
        return NO_ROWS
    if kind == "too_long":
        return TOO_MANY.format(**known)
    return WORDS[kind].format(**known) if kind in WORDS else _own(fault)


def _own(fault: ErrorDetails) -> str:
    """Return the words of a check of ours."""
    return fault["msg"].removeprefix("Value error, ")


def _where(model: type[BaseModel], steps: Sequence[int | str]) -> Iterator[str]:
    """Yield the names of the fields on the way to a fault, and the numbers of rows."""
    within: Any = model
    for step in steps:
        if isinstance(step, int):
            yield f"row {step + 1}"
            continue
        fields = within.model_fields if is_model(within) else {}
        yield label_of(step, fields[step]) if step in fields else step
        within = inner_of(fields[step]) if step in fields else None


def inner_of(info: FieldInfo) -> Any:
    """Return what stands in a field: of a list, what each of its entries is."""
    inner: Any = info.annotation
    return get_args(inner)[0] if get_origin(inner) is list else inner


def is_model(kind: Any) -> TypeGuard[type[BaseModel]]:
    """Say whether entries of a kind have settings of their own."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)
