"""Values of a run: from which instrument they are read, and those that take a second person."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.urls import reverse

from accounts.models import Person
from audit.errors import ActionRefused, Refusal
from inventory.rules.instruments import Standing
from sop.documents.steps import ANY_INSTRUMENT, MeasurementStep
from sop.instruments import instrument_for
from sop.queries.runs import RunPage, instrument_used
from sop.rules.judging import Answer
from sop.rules.walking import Due
from web.links import with_query
from web.runs.at_hand import ScannedInstrument


def reads_as_number(raw: str) -> bool:
    """Say whether a number was entered, and not the code of an instrument."""
    try:
        Decimal(raw.strip().replace(",", ".").replace("−", "-"))
    except InvalidOperation:
        return False
    return True


def scan_instrument(
    page: RunPage, due: Due, step: MeasurementStep, raw: str, *, at: datetime
) -> ScannedInstrument:
    """
    Take the label of an instrument, which waits for its value.

    Raises ActionRefused: nobody may measure with it here now.
    """
    found = instrument_for(step, raw, site_id=page.run.site_id, at=at)
    return ScannedInstrument(
        run_id=page.run.pk,
        key=step.key,
        vial_id=due.vial_id,
        code="" if found is None else found.code,
    )


def with_instrument(
    page: RunPage, due: Due, sent: Answer, *, by: Person, before: ScannedInstrument
) -> Answer:
    """
    Put a value together with its instrument.

    sent: the value, and the instrument where it was scanned beside it; else it is the one scanned
    before, else the one that the person measured with last in this run.
    """
    step = due.step
    if sent.device.strip() or not isinstance(step, MeasurementStep) or step.instrument is None:
        return sent
    if before.is_for(page.run.pk, step.key, due.vial_id):
        return replace(sent, device=before.code)
    kind = "" if step.instrument == ANY_INSTRUMENT else str(step.instrument)
    used = instrument_used(page.run.pk, by, kind)
    return replace(sent, device=used, is_device_remembered=bool(used))


def offered(
    page: RunPage, *, by: Person, before: ScannedInstrument, at: datetime
) -> Standing | None:
    """Return the instrument that the value will be read from; nothing where one must be scanned."""
    due = page.due
    if due is None or not isinstance(due.step, MeasurementStep) or due.step.instrument is None:
        return None
    answer = with_instrument(page, due, Answer(), by=by, before=before)
    try:
        return instrument_for(due.step, answer.device, site_id=page.run.site_id, at=at)
    except ActionRefused:
        return None


def confirm_url(page: RunPage, refusals: list[Refusal], answer: Answer) -> str:
    """Return where a value that was refused as implausible is confirmed by two, or nothing."""
    if page.due is None or "IMPLAUSIBLE_ALONE" not in {refusal.code for refusal in refusals}:
        return ""
    return with_query(
        reverse("runs:confirm", args=[page.run.pk]),
        key=page.due.step.key,
        number=answer.number.strip(),
        device=answer.device,
        remembered="1" if answer.is_device_remembered else "",
    )
