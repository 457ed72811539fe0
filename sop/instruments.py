"""The instrument that a value is read from: it is known, the right one, in use and calibrated."""

from datetime import datetime

from audit.errors import ActionRefused, Refusal, refuse_if
from inventory.instruments import instrument_labelled
from inventory.models import InstrumentKind
from inventory.rules.instruments import Standing, refusals_to_measure_with
from sop.codes import read_code
from sop.documents.steps import ANY_INSTRUMENT, MeasurementStep


def instrument_for(
    step: MeasurementStep, raw: str, *, site_id: int, at: datetime
) -> Standing | None:
    """
    Return the instrument whose label was scanned; nothing where the step asks for none.

    raw: as the scanner delivered it. site_id: of the run.
    Raises ActionRefused (NO_DEVICE, UNKNOWN_INSTRUMENT, WRONG_INSTRUMENT, INSTRUMENT_ELSEWHERE,
    INSTRUMENT_OUT_OF_USE, NOT_CALIBRATED, CALIBRATION_OVERDUE, UNREADABLE).
    Source: 21 CFR 11.10(h), 211.68(a), 211.160(b)(4); URS-28, URS-30.
    """
    if step.instrument is None:
        return None
    wanted = asked_for(step)
    if not raw.strip():
        raise ActionRefused([Refusal("NO_DEVICE", f"Scan the label of the instrument: {wanted}.")])
    code = read_code(raw)
    found = instrument_labelled(code, at=at)
    if found is None:
        words = f"{code} is no instrument of the register. Scan the label of the instrument: "
        raise ActionRefused([Refusal("UNKNOWN_INSTRUMENT", f"{words}{wanted}.")])
    kind = "" if step.instrument == ANY_INSTRUMENT else str(step.instrument)
    refuse_if(refusals_to_measure_with(found, kind=kind, site_id=site_id))
    return found


def asked_for(step: MeasurementStep) -> str:
    """Say in words which instrument a step asks for."""
    if step.instrument in {None, ANY_INSTRUMENT}:
        return "any of the register"
    return str(InstrumentKind(str(step.instrument)).label).lower()
