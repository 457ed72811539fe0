"""What a count and its end share: the entries that stand, the rows they are about, the places."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from custody.holds import lock_with_parts
from custody.locks import lock_positions, lock_vials
from custody.missing import with_their_therapies
from custody.models import Count, CountLine, CountScan, ScanKind
from custody.rules.counting import Entry, Finding, Stand, Wanted, compare, standing
from custody.spots import breadcrumb, lineages, spots
from inventory.models import Container, Custody, Position, Vial
from sop.gate import Scope


def entries_of(count: Count) -> list[Entry]:
    """Return the entries of a count that stand, in their order; one statement."""
    rows = CountScan.objects.filter(count=count).order_by("pk")
    return standing(
        Entry(
            kind=ScanKind(kind),
            code=code,
            vial_id=vial,
            position_id=position,
            container_id=container,
        )
        for kind, code, vial, position, container in rows.values_list(
            "kind", "code", "vial", "position", "container"
        )
    )


def seen_at(count: Count, vials: Collection[Vial]) -> dict[int, datetime]:
    """Return when each of these vials was scanned last in a count; one statement."""
    rows = CountScan.objects.filter(count=count, vial__in=[vial.pk for vial in vials])
    return {vial: at for vial, at in rows.order_by("pk").values_list("vial", "scanned_at") if vial}


def programs_of(count: Count) -> set[int]:
    """Return the programs whose vials were expected."""
    rows = CountLine.objects.filter(count=count, vial__isnull=False)
    return set(rows.values_list("vial__program", flat=True).distinct())


@dataclass(frozen=True, kw_only=True)
class Counted:
    """
    A count at its end, with every row that its result touches, locked.

    lines: those that were frozen. vials: expected or seen, by key. positions: likewise.
    family: those, and the therapies of what was not seen, with all parts, unless they are gone.
    """

    count: Count
    lines: list[CountLine]
    entries: list[Entry]
    positions: Mapping[int, Position]
    vials: Mapping[int, Vial]
    family: list[Vial]

    @property
    def scope(self) -> Scope:
        """What the gate is asked about: the vials that were expected, and the site."""
        expected = [self.vials[line.vial_id] for line in self.lines if line.vial_id is not None]
        programs = {vial.program_id for vial in expected}
        return Scope(programs=programs, sites={self.count.site_id}, touched=expected)

    def findings(self) -> list[Finding]:
        """Compare what was expected with what was seen, as everything stands now."""
        stands = _stands(self.positions)
        wanted = [
            _wanted(self.vials[line.vial_id], stands[line.position_id])
            for line in self.lines
            if line.vial_id is not None and line.position_id is not None
        ]
        others = {key: stand_of(vial) for key, vial in self.vials.items()}
        return compare(wanted, self.entries, others, container_id=self.count.container_id)


def lock_counted(count: Count) -> Counted:
    """
    Lock everything that the end of a locked count touches; as many statements for any number.

    Raises NotFound: a place does not exist any more.
    """
    lines = list(CountLine.objects.filter(count=count).order_by("pk"))
    entries = entries_of(count)
    seen = {entry.vial_id for entry in entries if entry.vial_id is not None}
    expected = {line.vial_id for line in lines if line.vial_id is not None}
    places = {entry.position_id for entry in entries} | {line.position_id for line in lines}
    positions = lock_positions([key for key in places if key is not None])
    around = with_their_therapies(expected - seen) | Vial.objects.filter(pk__in=expected | seen)
    family = lock_with_parts(around)  # all at once, in the order of their keys
    vials = lock_vials(sorted(expected | seen)) if expected | seen else []
    return Counted(
        count=count,
        lines=lines,
        entries=entries,
        positions=positions,
        vials={vial.pk: vial for vial in vials},
        family=family,
    )


def stand_of(vial: Vial) -> Stand | None:
    """Return where a vial stands, its place and box loaded; nothing when it is in no place."""
    if vial.position is None:
        return None
    inside = frozenset(vial.position.container.path_ids)
    return Stand(position_id=vial.position.pk, container_ids=inside)


def place_words(entries: Sequence[Entry], positions: Collection[Position]) -> dict[Entry, str]:
    """Return the breadcrumb of each entry's place, or of the container it was said of."""
    around = spots(positions) if positions else {}
    keys = {entry.container_id for entry in entries}
    above = lineages(list(Container.objects.filter(pk__in=keys)))
    return {
        entry: breadcrumb(above[entry.container_id])
        if entry.position_id is None
        else around[entry.position_id].place
        for entry in entries
    }


def _stands(positions: Mapping[int, Position]) -> dict[int, Stand]:
    rows = Position.objects.filter(pk__in=positions).values_list("pk", "container__path")
    return {
        key: Stand(
            position_id=key, container_ids=frozenset(int(part) for part in path.split("/") if part)
        )
        for key, path in rows
    }


def _wanted(vial: Vial, then: Stand) -> Wanted:
    return Wanted(
        vial_id=vial.pk,
        code=vial.code,
        then=then,
        now=stand_of(vial),
        is_missing=vial.custody == Custody.MISSING,
    )
