"""The sheets on which versions are submitted, returned, approved and withdrawn."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.authors import SignedIntent
from audit.errors import Refusal
from audit.models import Meaning
from sop.actions.approve_version import approve_version
from sop.actions.retire_procedure import retire_procedure
from sop.actions.return_version import return_version
from sop.actions.submit_version import submit_version
from sop.actions.withdraw_version import withdraw_version
from sop.documents.comparing import warnings_of_keys
from sop.documents.document import ProcedureDocument
from sop.models import Procedure, ProcedureFile, ProcedureVersion
from sop.queries.procedure_files import FileCard, files_of
from sop.queries.procedures import (
    ProcedureCard,
    VersionCard,
    document_of,
    governed_by,
)
from sop.queries.training import demand_of
from sop.versions import APPROVERS, WRITERS
from web.configuring.gate import insist_on
from web.forms.procedures import ApproveForm
from web.forms.signing import SigningForm
from web.http import Request
from web.procedures.pages import before, crumbs_of, faults_of
from web.procedures.steps import StepLine, step_lines
from web.sheets import SignSheet, answer_sheet
from web.signing import SignAs, attempt, prove

WRITTEN = SignAs(meaning=Meaning.PERFORMED)
APPROVED = SignAs(meaning=Meaning.APPROVED)
REVIEWED = SignAs(meaning=Meaning.REVIEWED)


@dataclass(frozen=True, kw_only=True)
class VersionSheet(SignSheet):
    """A sheet under which the whole document is read: steps, what is doubtful, what is wrong."""

    document: ProcedureDocument | None = None
    files: tuple[FileCard, ...] = ()
    steps: tuple[StepLine, ...] = ()
    warnings: tuple[str, ...] = ()
    faults: tuple[Refusal, ...] = ()
    compare_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Signing:
    """One thing to sign about procedures."""

    form: SigningForm
    sheet: VersionSheet
    act: Callable[[SignedIntent], object]
    done: str
    roles: tuple[Role, ...]
    signs: SignAs


def answer(request: Request, signing: Signing) -> HttpResponse:
    """Show the sheet, or carry it out when it was signed."""
    insist_on(request.user, *signing.roles)
    form = signing.form
    tried = attempt(form, lambda: signing.act(prove(request, form, signing.signs)))
    if tried.is_done:
        messages.success(request, signing.done)
        return redirect(signing.sheet.cancel_url)
    return answer_sheet(
        request,
        signing.sheet,
        form,
        tried,
        signs=signing.signs,
        template="procedures/sign.html",
    )


def submitting(request: Request, card: ProcedureCard, version: VersionCard) -> Signing:
    """Give the sheet on which an author hands a draft to quality."""
    name = f"{card.code} version {version.number}"
    return Signing(
        form=SigningForm(request.POST or None),
        sheet=_sheet(
            card,
            version,
            heading=f"Submit {name} for review",
            words="Quality reads it and approves it, or returns it to you with a comment. The "
            "document stays as it is from your signature on.",
            statement=f"I wrote {name} as it is shown here, and it can be followed to its end.",
            action_label="Sign and submit",
            reasons=("New procedure", "Periodic review", "After a deviation"),
        ),
        act=lambda intent: submit_version(version_id=version.id, intent=intent),
        done=f"Version {version.number} waits for quality.",
        roles=WRITERS,
        signs=WRITTEN,
    )


def returning(request: Request, card: ProcedureCard, version: VersionCard) -> Signing:
    """Give the sheet on which quality returns a version."""
    name = f"{card.code} version {version.number}"
    return Signing(
        form=SigningForm(request.POST or None),
        sheet=_sheet(
            card,
            version,
            heading=f"Return {name} to {version.author}",
            words="Write as the reason what is to be mended: the author reads it on the "
            "version’s page. It becomes a draft again.",
            statement=f"I reviewed {name}, and it needs the changes that I name here.",
            action_label="Sign and return",
        ),
        act=lambda intent: return_version(version_id=version.id, intent=intent),
        done=f"Version {version.number} is a draft again.",
        roles=APPROVERS,
        signs=REVIEWED,
    )


def approving(request: Request, card: ProcedureCard, version: VersionCard) -> Signing:
    """Give the sheet on which quality approves a version."""
    name = f"{card.code} version {version.number}"
    form = ApproveForm(request.POST or None)
    return Signing(
        form=form,
        sheet=_sheet(
            card,
            version,
            heading=f"Approve {name}",
            words=f"{version.author} wrote it. {_required_of(version)}",
            statement=f"I reviewed {name} with its files, and approve it for use.",
            action_label="Sign and approve",
            reasons=("Reviewed and suitable",),
        ),
        act=lambda intent: approve_version(
            version_id=version.id,
            effective_at=form.cleaned_data["effective_at"],
            intent=intent,
            at=timezone.now(),
        ),
        done=f"Version {version.number} is approved.",
        roles=APPROVERS,
        signs=APPROVED,
    )


def _required_of(version: VersionCard) -> str:
    """Say how many cannot go on from the day on which a version counts."""
    demand = demand_of(version.id, at=timezone.now())
    count = 0 if demand is None else sum(row.has_gap for row in demand.people)
    if not count:
        return "Everybody who works by it is trained for it."
    who = "1 person who works by it is" if count == 1 else f"{count} people who work by it are"
    return (
        f"{who} not trained for it yet, and cannot begin or go on by it from the day on which it "
        "counts. Leave the day empty only if it has to count at once."
    )


def withdrawing(request: Request, card: ProcedureCard, version: VersionCard) -> Signing:
    """Give the sheet on which a version is withdrawn."""
    name = f"{card.code} version {version.number}"
    return Signing(
        form=SigningForm(request.POST or None),
        sheet=_sheet(
            card,
            version,
            heading=f"Withdraw {name}",
            words="It stays on record and is never used. The next version gets another number.",
            statement=f"{name} is not to be used.",
            action_label="Sign and withdraw",
            reasons=("Not needed", "Begun anew"),
            grave=True,
        ),
        act=lambda intent: withdraw_version(
            version_id=version.id, intent=intent, at=timezone.now()
        ),
        done=f"Version {version.number} is withdrawn.",
        roles=WRITERS,
        signs=WRITTEN,
    )


def retiring(request: Request, card: ProcedureCard, at: datetime) -> Signing:
    """Give the sheet on which quality retires a procedure, with the rules that still name it."""
    rules = [f"{one.action} ({one.where})" for one in governed_by(card.id)]
    named = (
        f"These still follow it, and nobody can do them until another procedure governs them: "
        f"{'; '.join(rules)}."
        if rules
        else "No rule names it."
    )
    return Signing(
        form=SigningForm(request.POST or None),
        sheet=VersionSheet(
            heading=f"Retire {card.code}",
            words=f"Nothing of {card.code} counts from your signature on, for good. {named}",
            statement=f"{card.code} is no longer needed.",
            action_label="Sign and retire",
            cancel_url=reverse("procedures:procedure", args=[card.id]),
            crumbs=crumbs_of(card, "Retire"),
            covers=((Procedure, card.id),),
            grave=True,
        ),
        act=lambda intent: retire_procedure(procedure_id=card.id, intent=intent, at=at),
        done=f"{card.code} is retired.",
        roles=APPROVERS,
        signs=APPROVED,
    )


def _sheet(
    card: ProcedureCard, version: VersionCard, *, heading: str, **said: object
) -> VersionSheet:
    document = document_of(version.id)
    other = before(card, version)
    files = tuple(files_of(version.id))
    covers: tuple[tuple[type[Model], int], ...] = (
        (ProcedureVersion, version.id),
        *((ProcedureFile, file.id) for file in files),
    )
    compared = document_of(card.version(other).id) if other else None
    query = f"?from={other}&to={version.number}"
    return VersionSheet(
        heading=heading,
        cancel_url=reverse("procedures:version", args=[card.id, version.number]),
        crumbs=crumbs_of(card, f"Version {version.number}", heading.partition(" ")[0]),
        covers=covers,
        document=document,
        files=files,
        steps=step_lines(document),
        warnings=tuple(warnings_of_keys(compared, document)) if compared else (),
        faults=tuple(faults_of(version, document)),
        compare_url=reverse("procedures:compare", args=[card.id]) + query if other else "",
        **said,  # type: ignore[arg-type]  # the sheet's own names
    )
