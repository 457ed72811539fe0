"""Procedures and their versions as screens show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q

from audit.errors import NotFound
from sop.action import Action
from sop.documents.document import ProcedureDocument
from sop.documents.reading import stored_document
from sop.models import (
    Follows,
    Governance,
    Procedure,
    ProcedureVersion,
)
from sop.rules.versions import VersionFacts, VersionState, states_of
from sop.versions import UNKNOWN_PROCEDURE, UNKNOWN_VERSION


@dataclass(frozen=True, kw_only=True)
class VersionCard:
    """
    One version, without its document.

    until: when a later one takes its place or the procedure is retired, if that is known.
    """

    id: int
    number: int
    title: str
    state: VersionState
    author: str
    author_id: int
    approved_by: str
    approved_at: datetime | None
    effective_at: datetime | None
    until: datetime | None


@dataclass(frozen=True, kw_only=True)
class ProcedureCard:
    """One procedure with its versions, newest first."""

    id: int
    code: str
    retired_at: datetime | None
    versions: tuple[VersionCard, ...]

    @property
    def in_force(self) -> VersionCard | None:
        """The version that counts now."""
        return self._first(VersionState.IN_FORCE)

    @property
    def coming(self) -> VersionCard | None:
        """The newest version that is approved and does not count yet."""
        return self._first(VersionState.APPROVED)

    @property
    def in_work(self) -> VersionCard | None:
        """The draft, or what is in review."""
        return self._first(VersionState.DRAFT) or self._first(VersionState.IN_REVIEW)

    @property
    def shown(self) -> VersionCard:
        """The version that a page about the procedure shows: in force, else the newest."""
        return self.in_force or self.versions[0]

    def _first(self, state: VersionState) -> VersionCard | None:
        return next((one for one in self.versions if one.state == state), None)

    def version(self, number: int) -> VersionCard:
        """
        Return the version with this number.

        Raises NotFound.
        """
        found = next((one for one in self.versions if one.number == number), None)
        if found is None:
            raise NotFound([UNKNOWN_VERSION])
        return found


def procedure_cards(*, at: datetime, search: str = "") -> list[ProcedureCard]:
    """
    List the procedures by their code; two queries.

    search: part of a code, or of the title of any version.
    """
    rows = Procedure.objects.all()
    if search:
        wanted = Q(code__icontains=search) | Q(versions__title__icontains=search)
        rows = rows.filter(wanted).distinct()
    return [_card(row, at) for row in rows.prefetch_related(_VERSIONS).order_by("code")]


def find_procedure(procedure_id: int, *, at: datetime) -> ProcedureCard:
    """
    Return one procedure; two queries.

    Raises NotFound.
    """
    row = Procedure.objects.prefetch_related(_VERSIONS).filter(pk=procedure_id).first()
    if row is None:
        raise NotFound([UNKNOWN_PROCEDURE])
    return _card(row, at)


def find_version(version_id: int, *, at: datetime) -> tuple[ProcedureCard, VersionCard]:
    """
    Return a version by its key, with its procedure.

    Raises NotFound.
    """
    keys = ProcedureVersion.objects.filter(pk=version_id).values_list("procedure", "number")
    found = keys.first()
    if found is None:
        raise NotFound([UNKNOWN_VERSION])
    card = find_procedure(found[0], at=at)
    return card, card.version(found[1])


_VERSIONS = Prefetch(
    "versions",
    ProcedureVersion.objects.select_related("author", "approved_by")
    .defer("document")
    .order_by("-number"),
)


def _card(row: Procedure, at: datetime) -> ProcedureCard:
    versions = list(row.versions.all())
    facts = [
        VersionFacts(number=one.number, status=one.status, effective_at=one.effective_at)
        for one in versions
    ]
    states = states_of(facts, retired_at=row.retired_at, at=at)
    return ProcedureCard(
        id=row.pk,
        code=row.code,
        retired_at=row.retired_at,
        versions=tuple(_version(one, states[one.number], row, versions) for one in versions),
    )


def _version(
    one: ProcedureVersion,
    state: VersionState,
    procedure: Procedure,
    others: Sequence[ProcedureVersion],
) -> VersionCard:
    return VersionCard(
        id=one.pk,
        number=one.number,
        title=one.title,
        state=state,
        author=one.author.full_name,
        author_id=one.author_id,
        approved_by="" if one.approved_by is None else one.approved_by.full_name,
        approved_at=one.approved_at,
        effective_at=one.effective_at,
        until=_until(one, procedure, others),
    )


def _until(
    one: ProcedureVersion, procedure: Procedure, others: Iterable[ProcedureVersion]
) -> datetime | None:
    """Return when a version ends that counts or counted: by a later one, or by the retirement."""
    if one.effective_at is None:
        return None
    ends = [
        other.effective_at
        for other in others
        if other.status == one.status and other.number > one.number and other.effective_at
    ]
    return min([*ends, *([procedure.retired_at] if procedure.retired_at else [])], default=None)


def procedure_codes() -> list[str]:
    """Return the number of every procedure, whatever became of it; one query."""
    return list(Procedure.objects.order_by("code").values_list("code", flat=True))


def id_of(code: str) -> int | None:
    """Return the key of the procedure with this code, or nothing."""
    return Procedure.objects.filter(code=code).values_list("pk", flat=True).first()


def document_of(version_id: int) -> ProcedureDocument:
    """
    Return the document of a version.

    Raises NotFound.
    """
    kept = ProcedureVersion.objects.filter(pk=version_id).values_list("document", flat=True)
    found = kept.first()
    if found is None:
        raise NotFound([UNKNOWN_VERSION])
    return stored_document(found)


@dataclass(frozen=True, kw_only=True)
class GovernedAction:
    """One action that follows a procedure: where, and how."""

    action: str
    where: str
    follows: str


def governed_by(procedure_id: int) -> list[GovernedAction]:
    """List what a procedure governs now."""
    rows = Governance.objects.standing().filter(procedure=procedure_id)
    rows = rows.select_related("site", "program", "product").order_by("action", "pk")
    return [
        GovernedAction(
            action=str(Action(row.action).label),
            where=", ".join(str(each) for each in (row.site, row.program, row.product) if each)
            or "everywhere",
            follows=str(Follows(row.follows).label),
        )
        for row in rows
    ]


@dataclass(frozen=True, kw_only=True)
class HistoryLine:
    """One change of a procedure or of a version. version: its number, or nothing."""

    at: datetime
    who: str
    did: str
    reason: str
    version: int | None
    change_id: int


def last_saved(version_id: int) -> tuple[str, datetime]:
    """Return who changed a version last, and when."""
    rows = ProcedureVersion.history.filter(id=version_id).select_related("change")
    change = rows.defer("document").latest("history_id").change
    return change.actor_name or change.device, change.recorded_at


def history_of(procedure_id: int, *, most: int = 100) -> list[HistoryLine]:
    """
    Return what was done to a procedure and its versions, newest first; two queries.

    Source: 21 CFR 11.10(k); URS-08.
    """
    versions = ProcedureVersion.history.filter(procedure=procedure_id)
    whole = Procedure.history.filter(id=procedure_id)
    rows = [
        *versions.select_related("change").defer("document").order_by("-history_id")[:most],
        *whole.select_related("change").order_by("-history_id")[:most],
    ]
    lines: dict[int, HistoryLine] = {}
    for row in rows:
        lines.setdefault(
            row.change_id,
            HistoryLine(
                at=row.change.recorded_at,
                who=row.change.actor_name or row.change.device,
                did=row.change.action.replace("_", " ").capitalize(),
                reason=row.change.reason,
                version=getattr(row, "number", None),
                change_id=row.change_id,
            ),
        )
    return sorted(lines.values(), key=lambda line: line.change_id, reverse=True)[:most]
