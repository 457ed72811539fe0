"""Resolving a scanned code in one lookup, behind the sponsor's wall."""

from dataclasses import dataclass

from django.db.models import Q

from audit.authors import Author
from inventory.codes.scan import read_scan
from inventory.models import Identifier, IdentifierKind, Position, Program, Site


@dataclass(frozen=True)
class Found:
    """
    What a code stands for.

    key: the key of the vial, container, position, therapy, batch or person; for a pick list or
    an instrument, of its identifier.
    replaced_by: the code the thing carries now, when this one was retired.
    """

    kind: IdentifierKind
    key: int
    code: str
    replaced_by: str = ""


def resolve(raw: str, *, seen_by: Author) -> Found | None:
    """
    Return what a scan stands for, or nothing when no code of what the person may see matches.

    raw: as the scanner delivered it; `BOX/A3` names a place in a box.
    Raises inventory.codes.words.UnreadableScan: it cannot be read; the words say what to do.
    """
    code = read_scan(raw).code
    row = (
        Identifier.objects.filter(code=code)
        .filter(_visible_to(seen_by))
        .select_related("replaced_by")
        .first()
    )
    if row is not None:
        return _found(row)
    return _place_in_container(code, seen_by)


def _visible_to(person: Author) -> Q:
    programs = Program.objects.visible_to(person)
    sites = Site.objects.visible_to(person)
    return (
        Q(vial__program__in=programs)
        | Q(therapy__program__in=programs)
        | Q(batch__product__program__in=programs)
        | Q(container__site__in=sites)
        | Q(position__container__site__in=sites)
        | Q(kind=IdentifierKind.PERSON)
        | Q(retrieval__program__in=programs)
        | Q(instrument__site__in=sites)
    )


def _found(row: Identifier) -> Found:
    key = next(
        (
            value
            for value in (
                row.vial_id,
                row.container_id,
                row.position_id,
                row.therapy_id,
                row.batch_id,
                row.person_id,
            )
            if value is not None
        ),
        row.pk,
    )
    newer = row.replaced_by
    return Found(IdentifierKind(row.kind), key, row.code, "" if newer is None else newer.code)


def _place_in_container(code: str, person: Author) -> Found | None:
    """Return the place that `BOX/A3` names."""
    box, slash, label = code.rpartition("/")
    if not slash:
        return None
    position = Position.objects.filter(
        container__code=box.strip(),
        label__iexact=label.strip(),
        container__site__in=Site.objects.visible_to(person),
    ).first()
    return None if position is None else Found(IdentifierKind.POSITION, position.pk, code)
