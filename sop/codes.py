"""Reading a scan as codes are kept."""

from audit.errors import ActionRefused, Refusal
from inventory.codes.scan import read_scan
from inventory.codes.words import UnreadableScan


def read_code(raw: str) -> str:
    """
    Read a scan as codes are kept.

    Raises ActionRefused (UNREADABLE, NO_SCAN).
    """
    if not raw.strip():
        raise ActionRefused([Refusal("NO_SCAN", "Scan the code first.")])
    try:
        return read_scan(raw).code
    except UnreadableScan as fault:
        raise ActionRefused([Refusal(fault.code, fault.words)]) from fault
