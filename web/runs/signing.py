"""The sheets that a run is signed on: its steps, and its move to another version."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from audit.errors import ActionRefused, Refusal
from sop.actions.migrate_run import migrate_run
from sop.actions.sign_step import sign_step
from sop.documents.steps import SecondPersonStep, SignatureStep
from sop.queries.runs import RunPage, versions_to_follow
from web.forms.runs import MigrateForm, SecondStepForm, SignStepForm
from web.forms.signing import SigningForm
from web.http import Request
from web.presenters import Crumb
from web.sheets import SignSheet
from web.signing import PERFORMED, Attempt, SignAs, attempt, prove

Sent = Mapping[str, object] | None


@dataclass(frozen=True, kw_only=True)
class Signing:
    """One sheet of a run: its form, what is said around it, and who signs."""

    form: SigningForm
    sheet: SignSheet
    signs: SignAs


def signing_of(page: RunPage, sent: Sent) -> Signing:
    """
    Return the sheet of the step that is due.

    Raises ActionRefused (NOT_SIGNED_HERE): it is no step that is signed.
    """
    step = None if page.due is None else page.due.step
    if isinstance(step, SecondPersonStep):
        signs = SignAs(meaning=PERFORMED.meaning, second=step.meaning)
        form: SigningForm = SecondStepForm(sent)
    elif isinstance(step, SignatureStep):
        signs, form = SignAs(meaning=step.meaning), SignStepForm(sent)
    else:
        raise ActionRefused([Refusal("NOT_SIGNED_HERE", "The step that is due is not signed.")])
    return Signing(form=form, sheet=_sheet(page, step.title, step.instruction), signs=signs)


def tried_to_sign(request: Request, page: RunPage, signing: Signing) -> Attempt:
    """Sign the step that the sheet showed, when it was sent."""
    key = str(request.POST.get("key", ""))
    due = page.due
    return attempt(
        signing.form,
        lambda: sign_step(
            execution_id=page.run.pk,
            key=key,
            vial_id=None if due is None else due.vial_id,
            intent=prove(request, signing.form, signing.signs),
        ),
    )


def _sheet(page: RunPage, heading: str, words: str) -> SignSheet:
    key = "" if page.due is None else page.due.step.key
    back = reverse("runs:run", args=[page.run.pk])
    return SignSheet(
        heading=heading,
        words=words or f"Step of {page.run}, {page.document.title}.",
        statement=f"{heading}: I answer for what was recorded in {page.run} up to here.",
        action_label="Sign this step",
        cancel_url=back,
        crumbs=_crumbs(page, heading),
        reasons=("As the procedure says",),
        hidden=(("key", key),),
    )


def _crumbs(page: RunPage, heading: str) -> tuple[Crumb, ...]:
    return (
        Crumb(label="Runs", url=reverse("runs:index")),
        Crumb(label=str(page.run), url=reverse("runs:run", args=[page.run.pk])),
        Crumb(label=heading),
    )


def migration_of(page: RunPage, sent: Sent) -> Signing:
    """Return the sheet on which QA moves the run to another version."""
    versions = [(str(key), words) for key, words in versions_to_follow(page.run)]
    heading = "Move to another version"
    return Signing(
        form=MigrateForm(sent, versions=versions),
        sheet=SignSheet(
            heading=heading,
            words=f"{page.run} follows version {page.run.version.number} of "
            f"{page.document.code}. What was recorded counts for the other version too.",
            statement=f"{heading}: I checked that the recorded steps of {page.run} stand under "
            "the version chosen here.",
            action_label=heading,
            cancel_url=reverse("runs:run", args=[page.run.pk]),
            crumbs=_crumbs(page, heading),
            grave=True,
        ),
        signs=PERFORMED,
    )


def tried_to_migrate(request: Request, page: RunPage, signing: Signing) -> Attempt:
    """Move the run when the sheet was signed."""
    return attempt(
        signing.form,
        lambda: migrate_run(
            execution_id=page.run.pk,
            version_id=int(signing.form.cleaned_data["version"]),
            intent=prove(request, signing.form, signing.signs),
        ),
    )
