"""The sheets of training: a version that is read, an assessment, and one that is taken back."""

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from audit.models import Meaning
from sop.actions.assess_in_practice import assess_in_practice
from sop.actions.end_assessment import end_assessment
from sop.documents.document import ProcedureDocument
from sop.documents.reading import stored_document
from sop.models import Assessment, ProcedureVersion
from sop.training import ASSESSORS
from web.configuring.setups import SetUp
from web.forms.signing import SigningForm
from web.forms.training import PASSED, AssessmentForm
from web.presenters import Crumb
from web.procedures.steps import StepLine, step_lines
from web.sheets import SignSheet
from web.signing import SignAs

READ = SignAs(meaning=Meaning.RESPONSIBILITY)
LIST = Crumb(label="Training", url="/procedures/training/")


@dataclass(frozen=True, kw_only=True)
class ReadingSheet(SignSheet):
    """The sheet under which a version is read, with the version itself."""

    document: ProcedureDocument
    steps: tuple[StepLine, ...]


def reading_sheet(version: ProcedureVersion) -> ReadingSheet:
    """Give the sheet on which a version is read, then signed."""
    name = f"{version.procedure.code} version {version.number}"
    document = stored_document(version.document)
    return ReadingSheet(
        heading=f"Read {name}",
        words=f"{version.title}. Read all of it before you sign.",
        statement=f"I read and understood {name}, and I will work by it.",
        action_label="Sign: read and understood",
        cancel_url=reverse("training:index"),
        crumbs=(LIST, Crumb(label=f"Read {name}")),
        covers=((ProcedureVersion, version.pk),),
        reasons=("Training on a new version", "First training"),
        document=document,
        steps=step_lines(document),
    )


def assessing(
    posted: QueryDict | None, version: ProcedureVersion, person: Person, at: datetime
) -> SetUp:
    """Assess somebody in practice."""
    months = stored_document(version.document).training.valid_months
    name = f"{version.procedure.code} version {version.number}"
    form = AssessmentForm(posted)
    return SetUp(
        form=form,
        sheet=_sheet(
            person,
            f"Assess {person.full_name} on {version.procedure.code}",
            words=f"{name}, {version.title}. When they did it as the procedure says, it counts for "
            f"{months} months; when not, they may not do it from now on.",
            statement=f"I watched {person.full_name} do this, and judge it by {name}.",
            action_label="Sign the assessment",
            covers=((ProcedureVersion, version.pk),),
            reasons=("First assessment", "Assessment that is due again"),
        ),
        act=lambda intent: assess_in_practice(
            person_id=person.pk,
            version_id=version.pk,
            is_passed=form.cleaned_data["outcome"] == PASSED,
            observed=form.cleaned_data["observed"],
            intent=intent,
            at=at,
        ),
        done="The assessment is on record.",
        done_url=reverse("training:person", args=[person.pk]),
        roles=ASSESSORS,
        signs=SignAs(meaning=Meaning.REVIEWED),
    )


def ending(posted: QueryDict | None, row: Assessment, at: datetime) -> SetUp:
    """Take an assessment back."""
    name = row.person.full_name
    return SetUp(
        form=SigningForm(posted),
        sheet=_sheet(
            row.person,
            f"Take the assessment of {name} back",
            words=f"{row.version.procedure.code}: from the moment you sign, {name} is to be "
            "assessed anew before they do it again. The reason says why.",
            statement="This assessment does not count any more.",
            action_label="Sign and take it back",
            covers=((Assessment, row.pk),),
            grave=True,
        ),
        act=lambda intent: end_assessment(assessment_id=row.pk, intent=intent, at=at),
        done=f"The assessment does not count any more: {name} is to be assessed anew.",
        done_url=reverse("training:person", args=[row.person_id]),
        roles=(Role.QA,),
    )


def _sheet(person: Person, heading: str, **said: object) -> SignSheet:
    url = reverse("training:person", args=[person.pk])
    return SignSheet(
        heading=heading,
        cancel_url=url,
        crumbs=(LIST, Crumb(label=person.full_name, url=url), Crumb(label=heading)),
        **said,  # type: ignore[arg-type]  # the sheet's own names
    )
