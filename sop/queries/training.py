"""Training as screens show it: the matrix, somebody's own, and what a version will require."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.authors import Author
from inventory.models import Site
from sop.models import ProcedureVersion
from sop.queries.requiring import Trainee, required_of, standing_rules, trainees
from sop.queries.standing import Standing, stands_of, version_light, versions_to_know
from sop.training import COMES_SOON, GAPS, Stand


@dataclass(frozen=True, kw_only=True)
class Cell:
    """
    One person and one version.

    is_required: a rule at a site and in a program of theirs asks for it. is_coming: it is in force
    from a day to come.
    """

    standing: Standing
    is_required: bool
    is_coming: bool

    @property
    def version(self) -> ProcedureVersion:
        """The version."""
        return self.standing.version

    @property
    def is_gap(self) -> bool:
        """Say whether somebody lacks what they need now."""
        return self.is_required and not self.is_coming and self.standing.judged.stand in GAPS

    @property
    def is_to_read(self) -> bool:
        """Say whether the version waits to be read by somebody who needs it."""
        return self.is_required and self.standing.read_at is None

    @property
    def expires_soon(self) -> bool:
        """Say whether the training counts still, and for less than 30 days."""
        return self.is_required and self.standing.judged.stand == Stand.EXPIRING


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """One person, with their cells in the order of the versions."""

    person: Trainee
    cells: tuple[Cell, ...]

    @property
    def has_gap(self) -> bool:
        """Say whether anything is missing."""
        return any(cell.is_gap for cell in self.cells)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which part of the matrix: a role, a site, a procedure by its number, only gaps."""

    role: str = ""
    site_id: int | None = None
    procedure: str = ""
    only_gaps: bool = False


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """People × versions; gaps: how often something is missing in what is shown."""

    versions: tuple[ProcedureVersion, ...]
    rows: tuple[PersonRow, ...]

    @property
    def gaps(self) -> int:
        """Count the cells in which something is missing."""
        return sum(cell.is_gap for row in self.rows for cell in row.cells)

    @property
    def counts(self) -> Counter[str]:
        """Count the cells that are required, by how people stand."""
        return Counter(
            str(cell.standing.judged.stand)
            for row in self.rows
            for cell in row.cells
            if cell.is_required
        )


def training_matrix(
    *,
    at: datetime,
    sites: Collection[int] | None = None,
    wanted: Wanted | None = None,
    is_open: bool = True,
) -> Matrix:
    """
    Return the training of everybody who works at one of these sites; six statements.

    at: versions, readings and assessments are as they counted then; roles, sites and rules are
    those of now. sites: keys; nothing means people of all sites, and of none. is_open: whether
    accounts must be open.
    Source: 21 CFR 211.25(a); URS-07.
    """
    asked = wanted or Wanted()
    versions = [
        version
        for version in versions_to_know(at)
        if asked.procedure in {"", version.procedure.code}
    ]
    if not versions:
        return Matrix(versions=(), rows=())
    people = [person for person in trainees(is_open=is_open) if _is_wanted(person, sites, asked)]
    rows = _rows(people, versions, at=at)
    shown = [row for row in rows if row.has_gap or not asked.only_gaps]
    return Matrix(versions=tuple(versions), rows=tuple(shown))


def training_of(person_id: int, *, at: datetime) -> PersonRow | None:
    """Return one person's training; nothing when they follow no procedures, or none is in force."""
    versions = versions_to_know(at)
    people = trainees([person_id]) if versions else []
    return _rows(people, versions, at=at)[0] if people else None


@dataclass(frozen=True, kw_only=True)
class Demand:
    """
    What a version will require once it is in force.

    people: who has to follow its procedure, with how they stand towards it.
    """

    version: ProcedureVersion
    people: tuple[PersonRow, ...]

    @property
    def versions(self) -> tuple[ProcedureVersion, ...]:
        """The one version, as a matrix names its columns."""
        return (self.version,)

    @property
    def to_read(self) -> int:
        """Count who has to read it."""
        return sum(cell.is_to_read for row in self.people for cell in row.cells)

    @property
    def to_assess(self) -> int:
        """Count who has to be assessed before they may act."""
        return sum(
            bool({cell.standing.judged.stand, cell.standing.judged.also} & (GAPS - {Stand.TO_READ}))
            for row in self.people
            for cell in row.cells
        )


def demand_of(
    version_id: int, *, at: datetime, sites: Collection[int] | None = None
) -> Demand | None:
    """
    Say what a version, in whatever state, will require and of whom; six statements.

    sites: keys of those whose people count; nothing means everybody.

    Source: 21 CFR 211.25(a), (b); URS-07, URS-25.
    """
    version = version_light(version_id)
    if version is None:
        return None
    people = [person for person in trainees() if _is_wanted(person, sites, Wanted())]
    rows = _rows(people, [version], at=at)
    return Demand(version=version, people=tuple(row for row in rows if row.cells[0].is_required))


def soon_of(row: PersonRow, *, at: datetime) -> tuple[list[Cell], list[Cell]]:
    """Return what of somebody's training expires within 30 days, and what comes within 14."""
    expiring = [cell for cell in row.cells if cell.expires_soon]
    coming = [
        cell
        for cell in row.cells
        if cell.is_coming
        and cell.is_required
        and cell.version.effective_at is not None
        and cell.version.effective_at <= at + COMES_SOON
    ]
    return expiring, coming


def seen_through(person: Author) -> frozenset[int]:
    """Return the keys of the sites at which somebody sees who works there; one statement."""
    return frozenset(Site.objects.visible_to(person).values_list("pk", flat=True))


def works_where_seen(person_id: int, seen_by: Author) -> bool:
    """Say whether somebody works at a site that `seen_by` may see; who works nowhere is hidden."""
    sites = seen_through(seen_by)
    return any(not each.sites.isdisjoint(sites) for each in trainees([person_id]))


def _is_wanted(person: Trainee, sites: Collection[int] | None, wanted: Wanted) -> bool:
    if wanted.role and wanted.role not in person.roles:
        return False
    if wanted.site_id is not None and wanted.site_id not in person.sites:
        return False
    return sites is None or not person.sites.isdisjoint(sites)


def _rows(
    people: Sequence[Trainee], versions: Sequence[ProcedureVersion], *, at: datetime
) -> list[PersonRow]:
    rules = standing_rules()
    stands = stands_of([person.id for person in people], versions, at=at)
    rows = []
    for person in people:
        required = required_of(person, rules)
        rows.append(
            PersonRow(
                person=person,
                cells=tuple(
                    Cell(
                        standing=stands[person.id, version.pk],
                        is_required=version.procedure_id in required,
                        is_coming=version.effective_at is None or version.effective_at > at,
                    )
                    for version in versions
                ),
            )
        )
    return rows
