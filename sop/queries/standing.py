"""How people stand towards versions, for all of them at once; the gate asks for one by itself."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from sop.models import Assessment, ProcedureVersion, ReadUnderstood, VersionStatus
from sop.training import Judged, judge

Key = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """
    How one person stands towards one version.

    newest: the assessment that decides, where the version asks for one.
    """

    person_id: int
    version: ProcedureVersion
    read_at: datetime | None
    newest: Assessment | None
    judged: Judged


def versions_to_know(at: datetime) -> list[ProcedureVersion]:
    """
    Return the version of each procedure that is in force, and those approved for a day to come.

    By number of the procedure; without their documents. One statement.
    """
    comes = Q(status=VersionStatus.APPROVED, effective_at__gt=at) & (
        Q(procedure__retired_at__isnull=True) | Q(procedure__retired_at__gt=at)
    )
    in_force = ProcedureVersion.objects.in_force(at).values("pk")
    rows = ProcedureVersion.objects.filter(Q(pk__in=in_force) | comes)
    return list(_light(rows).order_by("procedure__code", "number"))


def version_light(version_id: int) -> ProcedureVersion | None:
    """Return one version, whatever its state, without its document."""
    return _light(ProcedureVersion.objects.filter(pk=version_id)).first()


def stands_of(
    person_ids: Collection[int], versions: Sequence[ProcedureVersion], *, at: datetime
) -> dict[Key, Standing]:
    """
    Say how each person stands towards each version, by both their keys; two statements.

    versions: with their procedure.
    """
    reads = _reads(person_ids, versions, at)
    by_version, by_procedure = _newest(person_ids, versions, at)
    found = {}
    for version in versions:
        for person in person_ids:
            newest = (
                by_version.get((person, version.pk))
                if version.again_for_this_version
                else by_procedure.get((person, version.procedure_id))
            )
            read_at = reads.get((person, version.pk))
            found[person, version.pk] = Standing(
                person_id=person,
                version=version,
                read_at=read_at,
                newest=newest if version.needs_assessment else None,
                judged=judge(version, read_at=read_at, newest=newest, at=at),
            )
    return found


def passes_on(version: ProcedureVersion, *, at: datetime) -> QuerySet[Assessment]:
    """Return the passed assessments that count for a version at a time, of everybody."""
    rows = Assessment.objects.filter(is_passed=True, assessed_at__lte=at, counts_until__gt=at)
    rows = rows.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at))
    if version.again_for_this_version:
        return rows.filter(version=version)
    return rows.filter(version__procedure=version.procedure_id)


def _light(rows: QuerySet[ProcedureVersion]) -> QuerySet[ProcedureVersion]:
    return rows.select_related("procedure").defer("document")


def _reads(
    person_ids: Collection[int], versions: Sequence[ProcedureVersion], at: datetime
) -> dict[Key, datetime]:
    rows = ReadUnderstood.objects.filter(
        person__in=person_ids, version__in=[version.pk for version in versions], read_at__lte=at
    )
    return {(row.person_id, row.version_id): row.read_at for row in rows}


def _newest(
    person_ids: Collection[int], versions: Sequence[ProcedureVersion], at: datetime
) -> tuple[dict[Key, Assessment], dict[Key, Assessment]]:
    """Return the last assessment of each person, by version and by procedure."""
    procedures = {version.procedure_id for version in versions if version.needs_assessment}
    rows = Assessment.objects.filter(
        person__in=person_ids, version__procedure__in=procedures, assessed_at__lte=at
    )
    newest = rows.select_related("version", "assessor").defer("version__document")
    newest = newest.order_by("person", "version", "-assessed_at", "-pk")
    by_version: dict[Key, Assessment] = {}
    by_procedure: dict[Key, Assessment] = {}
    for row in newest.distinct("person", "version"):
        by_version[row.person_id, row.version_id] = row
        key = (row.person_id, row.version.procedure_id)
        other = by_procedure.get(key)
        if other is None or (row.assessed_at, row.pk) > (other.assessed_at, other.pk):
            by_procedure[key] = row
    return by_version, by_procedure
