"""A library to start from: complete procedures, each a JSON document beside this module."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from sop.action import Action
from sop.documents.document import ProcedureDocument
from sop.documents.reading import read_document

_FOLDER = Path(__file__).parent

LIBRARY_GOVERNS: dict[Action, str] = {
    Action.RECEIVE_BATCH: "SOP-ST-001",
    Action.PLACE_VIALS: "SOP-ST-002",
    Action.MOVE_VIALS: "SOP-ST-003",
    Action.MOVE_CONTAINER: "SOP-ST-003",
    Action.WITNESS_PICK: "SOP-ST-004",
    Action.SCAN_PICK: "SOP-ST-004",
    Action.CHECK_OUT_VIALS: "SOP-ST-004",
    Action.PUT_BACK_VIALS: "SOP-ST-005",
    Action.PACK_VIALS: "SOP-ST-006",
    Action.HAND_OVER_VIALS: "SOP-ST-006",
    Action.CONFIRM_ARRIVAL: "SOP-ST-006",
    Action.DISCARD_VIALS: "SOP-ST-007",
    Action.COUNT: "SOP-ST-008",
    Action.REGISTER_BATCHES: "SOP-ST-012",
    Action.PRINT_LABELS: "SOP-ST-012",
    Action.STORE_LATE: "SOP-ST-013",
    Action.RETURN_VIALS: "SOP-ST-014",
    Action.RECORD_ADMINISTRATION: "SOP-ST-015",
    Action.TRANSFER_VIALS: "SOP-ST-016",
    Action.REPORT_MISSING: "SOP-ST-017",
    Action.RECORD_FOUND: "SOP-ST-017",
    Action.RELABEL_VIAL: "SOP-ST-018",
    Action.CONSUME_VIALS: "SOP-QC-001",
    Action.SPLIT_VIAL: "SOP-QC-001",
    Action.DECIDE_QUALITY: "SOP-QA-001",
    Action.PLACE_HOLD: "SOP-QA-002",
    Action.RELEASE_HOLD: "SOP-QA-002",
    Action.EXPORT_DOSSIER: "SOP-QA-003",
    Action.REQUEST_RETRIEVAL: "SOP-OR-001",
    Action.CLAIM_VIALS: "SOP-OR-001",
    Action.RELEASE_CLAIM: "SOP-OR-001",
}
"""For each action the code of the document of the library that has a step for it."""


@cache
def library() -> Mapping[str, ProcedureDocument]:
    """
    Return the documents of the library by their code.

    Raises ActionRefused: a file is no procedure, which a test keeps from happening.
    """
    documents = [read_document(path.read_bytes()) for path in sorted(_FOLDER.glob("*.json"))]
    return {document.code: document for document in documents}
