"""What each scan of a count is answered with; never whether it was expected."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from audit.errors import DomainError, Refusal
from custody.actions.scan_count import scan_count
from custody.models import Count, CountScan, ScanKind
from custody.queries.counts import needs_to_be_entered_twice
from web.attribution import attributed
from web.forms.counts import ScanForm
from web.http import Request

BY_SCAN = "Counted by scan"
_TYPED = "count_typed"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a scan came to: it was taken, it was refused, or it is asked for once more."""

    words: str = ""
    code: str = ""
    detail: str = ""
    asks: str = ""
    refusals: list[Refusal] = field(default_factory=list)
    scanned: str = ""
    status: int = 200


def take_scan(request: Request, count: Count, form: ScanForm) -> Outcome:
    """Answer what was posted; without anything posted, show how far the count has come."""
    if not form.is_valid() or not form.cleaned_data["code"].strip():
        return Outcome()
    text = form.cleaned_data["code"]
    before = request.session.pop(_TYPED, "")
    if form.was_typed and before != text.strip() and needs_to_be_entered_twice(count, text):
        request.session[_TYPED] = text.strip()
        return Outcome(asks=f"{text.strip()} was typed by hand. Type it once more, or scan it.")
    try:
        taken = scan_count(
            count_id=count.pk,
            text=text,
            attribution=attributed(request, BY_SCAN),
            at=timezone.now(),
        )
    except DomainError as error:
        scanned = text.strip().partition("\n")[0][:60]
        return Outcome(refusals=error.refusals, scanned=scanned, status=error.http_status)
    return _taken(taken)


def _taken(scans: Sequence[CountScan]) -> Outcome:
    if len(scans) > 1:
        return Outcome(words=f"{len(scans)} lines are taken.")
    [scan] = scans
    place = "" if scan.position is None else scan.position.label
    if scan.kind == ScanKind.PLACE:
        return Outcome(words=f"The next is {place or scan.container.name}.")
    return Outcome(words=f"{ScanKind(scan.kind).label}:", code=scan.code, detail=place)
