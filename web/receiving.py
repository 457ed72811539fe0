"""The scan list of a receipt, kept in the session so that no reload of a page loses it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from audit.errors import ActionRefused, Refusal
from audit.refusals import record_refusal
from custody.queries.receipts import Announced, BatchCard, find_announced
from inventory.codes.scan import read_scan
from inventory.codes.words import UnreadableScan
from sop.action import Action
from web.attribution import device_of, request_id_of
from web.http import Request
from web.presenters import Accepted
from web.templatetags.freezer import in_sentence

_KEY = "receiving"


@dataclass(frozen=True, kw_only=True)
class ReceiptScan:
    """What a scan at the door came to."""

    status: int = 200
    accepted: Accepted | None = None
    refusals: list[Refusal] = field(default_factory=list)
    scanned: str = ""


def scanned_codes(request: Request, batch_id: int) -> list[str]:
    """Return the codes scanned so far, in order."""
    kept: dict[str, list[str]] = request.session.get(_KEY, {})
    return list(kept.get(str(batch_id), []))


def _keep(request: Request, batch_id: int, codes: list[str]) -> None:
    kept: dict[str, list[str]] = dict(request.session.get(_KEY, {}))
    kept[str(batch_id)] = codes
    request.session[_KEY] = {key: value for key, value in kept.items() if value}


def fill(request: Request, batch_id: int, codes: Sequence[str]) -> None:
    """Put what was scanned elsewhere on the scan list of a batch, behind what stands there."""
    kept = scanned_codes(request, batch_id)
    _keep(request, batch_id, list(dict.fromkeys([*kept, *codes])))


def forget(request: Request, batch_id: int) -> None:
    """Begin the scan list of a batch again."""
    _keep(request, batch_id, [])


def scanned_of(codes: Sequence[str], announced: Sequence[Announced]) -> list[Announced]:
    """Return the scanned containers that are still to be received, in the order of scanning."""
    by_code = {row.code: row for row in announced if row.is_expected}
    return [by_code[code] for code in codes if code in by_code]


def take_scan(request: Request, card: BatchCard, raw: str) -> ReceiptScan:
    """Add one container to the scan list, or say why it does not belong there."""
    outcome = ReceiptScan(scanned=raw.strip()[:60])
    try:
        code = read_scan(raw).code
    except UnreadableScan as fault:
        return replace(outcome, status=409, refusals=[Refusal(fault.code, fault.words)])
    codes = scanned_codes(request, card.id)
    found = find_announced(code, card.id)
    if isinstance(found, Announced) and found.code in codes:
        found = Refusal("SCANNED_ALREADY", f"{found.code} is on the list already: scan the next.")
    if isinstance(found, Refusal):
        _record(request, card, code, found)
        return replace(outcome, status=409, refusals=[found], scanned=code)
    _keep(request, card.id, [*codes, found.code])
    return ReceiptScan(
        accepted=Accepted(
            words=f"{found.kind}, {in_sentence(found.purpose)}:",
            code=found.code,
            detail=f"{len(codes) + 1} of {card.outstanding}",
        )
    )


def _record(request: Request, card: BatchCard, code: str, refusal: Refusal) -> None:
    """Keep a wrong scan: what was expected and what was scanned (URS-29)."""
    record_refusal(
        action=Action.RECEIVE_BATCH,
        error=ActionRefused([refusal]),
        actor=request.user,
        device=device_of(request),
        request_id=request_id_of(request),
        subject={"batch": card.number, "scanned": code},
    )
