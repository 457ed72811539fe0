"""The sheet on which two people confirm a value that is not plausible."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils import timezone

from audit.errors import ActionRefused
from sop.actions.confirm_implausible import NOT_MEASURED, confirm_implausible
from sop.documents.steps import MeasurementStep
from sop.queries.runs import RunPage
from sop.rules.judging import Answer
from web.forms.runs import ConfirmForm
from web.http import Request
from web.presenters import Crumb
from web.runs.signing import Signing
from web.sheets import SignSheet
from web.signing import PERFORMED_AND_WITNESSED, Attempt, attempt, prove

SENT = {"key": 40, "number": 40, "device": 60, "remembered": 1}


def confirmation_of(page: RunPage, asked: Mapping[str, str], *, is_sent: bool) -> Signing:
    """
    Return the sheet of a value.

    asked: what the address or the form says. is_sent: it comes from the form.
    Raises ActionRefused (NOT_MEASURED): the step that is due takes no value.
    """
    step = None if page.due is None else page.due.step
    if not isinstance(step, MeasurementStep):
        raise ActionRefused([NOT_MEASURED])
    said = {name: str(asked.get(name, ""))[:longest] for name, longest in SENT.items()}
    value = f"{said['number']} {step.unit}"
    plausible = f"{step.plausible_low} to {step.plausible_high} {step.unit}"
    read_from = f" on {said['device']}" if said["device"] else ""
    heading = f"Confirm {value}"
    return Signing(
        form=ConfirmForm(asked if is_sent else None),
        sheet=SignSheet(
            heading=heading,
            words=f"“{step.title}”: {value}{read_from} is outside what is plausible, {plausible}. "
            "Read the instrument again, both of you, and say why it is so.",
            statement=f"I read {value} at “{step.title}” and looked again: it is so.",
            action_label="Confirm the value",
            cancel_url=reverse("runs:run", args=[page.run.pk]),
            crumbs=(
                Crumb(label="Runs", url=reverse("runs:index")),
                Crumb(label=str(page.run), url=reverse("runs:run", args=[page.run.pk])),
                Crumb(label=heading),
            ),
            hidden=tuple(said.items()),
        ),
        signs=PERFORMED_AND_WITNESSED,
    )


def tried_to_confirm(request: Request, page: RunPage, signing: Signing) -> Attempt:
    """Record the value that the sheet showed, when it was sent."""
    sent = request.POST
    answer = Answer(
        number=sent.get("number", ""),
        device=sent.get("device", ""),
        is_device_remembered=bool(sent.get("remembered", "")),
    )
    return attempt(
        signing.form,
        lambda: confirm_implausible(
            execution_id=page.run.pk,
            key=sent.get("key", ""),
            vial_id=None if page.due is None else page.due.vial_id,
            answer=answer,
            intent=prove(request, signing.form, signing.signs),
            at=timezone.now(),
        ),
    )
