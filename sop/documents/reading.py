"""Reading a procedure from JSON, with every fault named in words."""

import json

from pydantic import ValidationError

from audit.errors import ActionRefused, Refusal
from sop.documents.document import ProcedureDocument

MOST_BYTES = 1024 * 1024
_MOST_FAULTS = 20


def read_document(text: str | bytes) -> ProcedureDocument:
    """
    Read one JSON document of at most 1 MB.

    Raises ActionRefused (NOT_A_PROCEDURE): it is no JSON or does not have the shape; says where.
    """
    if len(text) > MOST_BYTES:
        words = "The file has more than 1 MB, which no procedure needs. Look whether it is one."
        raise ActionRefused([Refusal("NOT_A_PROCEDURE", words)])
    try:
        return ProcedureDocument.model_validate_json(text)
    except ValidationError as fault:
        raise ActionRefused(
            [
                Refusal("NOT_A_PROCEDURE", f"{_where(error['loc'])}: {error['msg']}.")
                for error in fault.errors()[:_MOST_FAULTS]
            ]
        ) from fault


def stored_document(kept: object) -> ProcedureDocument:
    """Read a document back as a version keeps it."""
    return ProcedureDocument.model_validate_json(json.dumps(kept))


def as_kept(document: ProcedureDocument) -> dict[str, object]:
    """Return the document as a version keeps it: plain values, decimals as text."""
    kept: dict[str, object] = document.model_dump(mode="json")
    return kept


def _where(place: tuple[int | str, ...]) -> str:
    """Name the place of a fault as a person counts: steps from 1."""
    named = [f"step {part + 1}" if isinstance(part, int) else str(part) for part in place]
    return ", ".join(named) or "The file"
