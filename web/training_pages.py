"""Training on screen: one's own first, the matrix, one person, and the sheets that are signed."""

from collections.abc import Sequence
from datetime import datetime

from django.http import Http404
from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from audit.queries.signatures import blocks_under
from inventory.models import Site
from sop.documents.reading import stored_document
from sop.models import Assessment, ProcedureVersion, ReadUnderstood
from sop.queries.training import (
    Matrix,
    PersonRow,
    demand_of,
    seen_through,
    training_matrix,
    training_of,
    works_where_seen,
)
from sop.training import ASSESSORS, is_to_read
from web.forms.training import MatrixForm
from web.http import Request
from web.links import with_query
from web.navigation import REVIEWERS
from web.presenters import Crumb, EmptyState
from web.procedures.steps import step_lines
from web.training_lines import TrainingLine, line_of

WATCHERS = REVIEWERS | {"administrator"}
LIST = Crumb(label="Training", url="/procedures/training/")
NOBODY = EmptyState(
    title="Nobody matches",
    words="Choose another role, site or procedure, or leave out “Only with gaps”.",
)
NO_VERSIONS = EmptyState(
    title="No procedure is in force yet",
    words="Once quality has approved a version, it is listed here to be read and signed.",
)


def index_context(request: Request, form: MatrixForm, *, at: datetime) -> dict[str, object]:
    """Gather the page: one's own training, then the matrix for whoever watches over it."""
    own = training_of(request.user.pk, at=at)
    matrix = _matrix(request, form, at) if watches(request.user) else None
    return {
        **_own(own),
        "form": form,
        "matrix": matrix,
        "people": [] if matrix is None else _people(matrix.rows),
        "csv_url": with_query(
            reverse("training:index"), **(request.GET.dict() | {"format": "csv"})
        ),
        "empty": NOBODY if matrix is not None and matrix.versions else NO_VERSIONS,
    }


def own_gaps(request: Request, at: datetime) -> list[TrainingLine]:
    """List what the reader has to read, sign or be assessed in, before they may work by it."""
    own = training_of(request.user.pk, at=at)
    lines = [] if own is None else [line_of(cell) for cell in own.cells]
    return [line for line in lines if line.is_gap]


def shown_matrix(request: Request, form: MatrixForm, *, at: datetime) -> Matrix:
    """Return the part of the matrix that was asked for, of people at sites the viewer sees."""
    return _matrix(request, form, at)


def matrix_form(request: Request) -> MatrixForm:
    """Read which part of the matrix is wanted."""
    sites = Site.objects.visible_to(request.user).order_by("code").values_list("pk", "name")
    return MatrixForm(request.GET, sites=list(sites))


def watches(person: Person) -> bool:
    """Say whether somebody sees the training of others."""
    return not WATCHERS.isdisjoint(person.role_names())


def person_context(person: Person, row: PersonRow | None, *, by: Person) -> dict[str, object]:
    """Gather the page of one person: how they stand, and every assessment with its signature."""
    given = list(
        Assessment.objects.filter(person=person)
        .select_related("version__procedure", "assessor")
        .defer("version__document")
        .order_by("-assessed_at", "-pk")
    )
    reads = ReadUnderstood.objects.filter(person=person).values_list("pk", flat=True)
    blocks = blocks_under(
        [*((Assessment, each.pk) for each in given), *((ReadUnderstood, key) for key in reads)]
    )
    roles = set(by.role_names())
    return {
        **_own(row),
        "person": person,
        "is_own": person.pk == by.pk,
        "may_assess": person.pk != by.pk and not roles.isdisjoint(ASSESSORS),
        "may_end": Role.QA in roles,
        "assessments": [(each, blocks.get((Assessment, each.pk), [])) for each in given],
        "read_signatures": [
            block
            for (model, _), found in blocks.items()
            if model is ReadUnderstood
            for block in found
        ],
        "crumbs": (LIST, Crumb(label=person.full_name)),
    }


def person_or_404(
    person_id: int, *, seen_by: Person, at: datetime
) -> tuple[Person, PersonRow | None]:
    """
    Return somebody with their training, when they work at a site that `seen_by` may see.

    Raises Http404: there is no such person there.
    """
    person = Person.objects.filter(pk=person_id, is_shared=False).first()
    if person is None or (person.pk != seen_by.pk and not works_where_seen(person_id, seen_by)):
        raise Http404
    return person, training_of(person_id, at=at)


def assessment_or_404(assessment_id: int, *, seen_by: Person, at: datetime) -> Assessment:
    """
    Return an assessment of somebody whom `seen_by` may see.

    Raises Http404: there is none.
    """
    rows = Assessment.objects.select_related("person", "version__procedure")
    row = rows.filter(pk=assessment_id).first()
    if row is None:
        raise Http404
    person_or_404(row.person_id, seen_by=seen_by, at=at)
    return row


def version_or_404(version_id: int, *, reader: Person, at: datetime) -> ProcedureVersion:
    """
    Return a version that is to be read, or that the reader has read.

    Raises Http404: it is a draft, or counts no more.
    """
    rows = ProcedureVersion.objects.select_related("procedure")
    version = rows.filter(pk=version_id).first()
    if version is None:
        raise Http404
    if not is_to_read(version, at=at) and read_by(reader, version) is None:
        raise Http404
    return version


def read_by(person: Person, version: ProcedureVersion) -> ReadUnderstood | None:
    """Return the signature by which somebody read a version, or nothing."""
    return ReadUnderstood.objects.filter(person=person, version=version).first()


def demand_context(version_id: int, *, seen_by: Person, at: datetime) -> dict[str, object]:
    """
    Gather what a version will require, and of whom: for its approver, before they sign.

    Raises Http404: there is no such version.
    """
    demand = demand_of(version_id, sites=seen_through(seen_by), at=at)
    if demand is None:
        raise Http404
    name = f"{demand.version.procedure.code} version {demand.version.number}"
    return {
        "name": name,
        "demand": demand,
        "people": _people(demand.people),
        "crumbs": (LIST, Crumb(label=f"What {name} requires")),
    }


def version_context(version: ProcedureVersion, row: ReadUnderstood) -> dict[str, object]:
    """Gather a version that was read and signed, to be read again."""
    blocks = blocks_under([(ReadUnderstood, row.pk)])
    document = stored_document(version.document)
    return {
        "version": version,
        "document": document,
        "steps": step_lines(document),
        "signatures": blocks.get((ReadUnderstood, row.pk), []),
        "crumbs": (LIST, Crumb(label=f"{version.procedure.code} version {version.number}")),
    }


def _matrix(request: Request, form: MatrixForm, at: datetime) -> Matrix:
    return training_matrix(at=at, sites=seen_through(request.user), wanted=form.wanted())


def _own(row: PersonRow | None) -> dict[str, object]:
    lines = [] if row is None else [line_of(cell) for cell in row.cells]
    return {
        "required": [line for line in lines if line.is_required],
        "others": [line for line in lines if not line.is_required],
        "to_read": sum(1 for line in lines if line.is_required and line.read_url),
        "to_do": sum(1 for line in lines if line.is_gap),
    }


def _people(rows: Sequence[PersonRow]) -> list[tuple[int, str, list[TrainingLine]]]:
    return [(row.person.id, row.person.name, [line_of(cell) for cell in row.cells]) for row in rows]
