"""The run at somebody's hands, remembered in the session so that every page leads back to it."""

from dataclasses import asdict, dataclass

from django.http import HttpRequest

from sop.queries.runs import RunPage, is_at_hands_of
from web.http import Request

_KEY = "run"
_FIRST = "run_first"
_INSTRUMENT = "run_instrument"


@dataclass(frozen=True, kw_only=True)
class RunAtHand:
    """
    A run as the banner on every page names it.

    step: the step that was due when the run was looked at last.
    """

    id: int
    name: str
    title: str
    step: str = ""


def run_at_hand(request: HttpRequest) -> RunAtHand | None:
    """Return the run that this session is at; no statement."""
    kept = request.session.get(_KEY)
    return RunAtHand(**kept) if kept else None


def remember(request: Request, page: RunPage) -> None:
    """Keep the run while it goes on at this person's hands, and forget it when it does not."""
    run, document = page.run, page.document
    if is_at_hands_of(run, request.user):
        at_hand = RunAtHand(id=run.pk, name=str(run), title=document.title, step=_step(page))
        request.session[_KEY] = asdict(at_hand)
    elif (request.session.get(_KEY) or {}).get("id") == run.pk:
        request.session.pop(_KEY)


def _step(page: RunPage) -> str:
    """Say which step is due, and for which vial."""
    due = page.due
    if due is None:
        return ""
    number, steps = page.document.number_of(due.step.key), len(page.document.steps)
    vial = "" if page.vial is None or due.vial_id is None else f", {page.vial.code}"
    return f"step {number} of {steps}, {due.step.title}{vial}"


def first_identifier(request: HttpRequest) -> str:
    """Return the first of two identifiers that waits for the second."""
    return str(request.session.get(_FIRST, ""))


def keep_first(request: HttpRequest, code: str) -> None:
    """Keep the first identifier of a check, or forget it."""
    if code or _FIRST in request.session:
        request.session[_FIRST] = code


@dataclass(frozen=True, kw_only=True)
class ScannedInstrument:
    """The instrument that was scanned for one step of a run, before its value was entered."""

    run_id: int = 0
    key: str = ""
    vial_id: int | None = None
    code: str = ""

    def is_for(self, run_id: int, key: str, vial_id: int | None) -> bool:
        """Say whether it was scanned for this step."""
        mine = (self.run_id, self.key, self.vial_id)
        return bool(self.code) and mine == (run_id, key, vial_id)


NO_INSTRUMENT = ScannedInstrument()


def scanned_instrument(request: HttpRequest) -> ScannedInstrument:
    """Return the instrument that waits for its value."""
    return ScannedInstrument(**request.session.get(_INSTRUMENT, {}))


def keep_instrument(request: HttpRequest, scanned: ScannedInstrument) -> None:
    """Keep the instrument until another is scanned."""
    if scanned.code:
        request.session[_INSTRUMENT] = asdict(scanned)
