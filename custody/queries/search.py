"""Finding things by the beginning of a code, by words, or by a code one character away."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import and_
from string import ascii_uppercase, digits

from django.db import models
from django.db.models import Q
from django.db.models.functions import Collate

from audit.authors import Author
from custody.models import Retrieval
from inventory.models import (
    Batch,
    Container,
    Identifier,
    Patient,
    Product,
    Program,
    Purpose,
    Site,
    Therapy,
    Vial,
)

SHORTEST = 2
AT_MOST = 10
LONGEST_WITH_LOOK_ALIKES = 24
ALPHABET = digits + ascii_uppercase + "-*"


class Thing(models.TextChoices):
    """What a search finds."""

    VIAL = "vial", "Vial"
    THERAPY = "therapy", "Therapy"
    BATCH = "batch", "Batch"
    CONTAINER = "container", "Container"
    RETRIEVAL = "retrieval", "Retrieval"
    PRODUCT = "product", "Product"


@dataclass(frozen=True)
class Hit:
    """One thing that was found: its code, and what tells it from the others."""

    thing: Thing
    key: int
    code: str
    words: str


@dataclass(frozen=True)
class Hits:
    """What was found; `there_is_more` when a kind of thing had more than are listed."""

    rows: tuple[Hit, ...]
    there_is_more: bool = False


def search(text: str, *, seen_by: Author) -> Hits:
    """
    Return what begins with `text`, or carries all of its words, of what the person may see.

    text: as typed; shorter than two characters finds nothing.
    Source: URS-117.
    """
    wanted = " ".join(text.split())
    if len(wanted) < SHORTEST:
        return Hits(())
    programs = list(Program.objects.visible_to(seen_by).values_list("pk", flat=True))
    groups = [
        _therapies(wanted, programs),
        _batches(wanted, programs),
        _retrievals(wanted, programs),
        _containers(wanted, seen_by),
        _products(wanted, programs),
        _vials(wanted, programs),
    ]
    return Hits(
        tuple(hit for group in groups for hit in group[:AT_MOST]),
        any(len(group) > AT_MOST for group in groups),
    )


def look_alikes(code: str, *, seen_by: Author) -> list[Hit]:
    """
    Return what carries a code that differs from `code` by one character or one swap.

    Source: FIELD 3.1, look-alike warnings.
    """
    if not SHORTEST < len(code) <= LONGEST_WITH_LOOK_ALIKES:
        return []
    near = set(_near(code.upper())) - {code}
    programs = list(Program.objects.visible_to(seen_by).values_list("pk", flat=True))
    rows = Identifier.objects.filter(code__in=near, replaced_by__isnull=True).filter(
        Q(vial__program__in=programs)
        | Q(therapy__program__in=programs)
        | Q(batch__product__program__in=programs)
        | Q(container__site__in=Site.objects.visible_to(seen_by))
    )
    loaded = rows.select_related(
        "vial__batch", "therapy__patient", "therapy__product", "batch__product",
        "container__unit", "container__type",
    )  # fmt: skip
    found = [_of_identifier(row) for row in loaded.order_by("code")[:AT_MOST]]
    patients = Patient.objects.filter(pseudonym__in=near, program__in=programs)
    return found + _of_therapies(patients.values_list("pk", flat=True))


def _near(code: str) -> Iterator[str]:
    for place in range(len(code)):
        yield code[:place] + code[place + 1 :]
        yield from (code[:place] + other + code[place + 1 :] for other in ALPHABET)
        yield code[:place] + code[place : place + 2][::-1] + code[place + 2 :]
    for place in range(len(code) + 1):
        yield from (code[:place] + extra + code[place:] for extra in ALPHABET)


def _of_identifier(row: Identifier) -> Hit:
    if row.vial is not None:
        return Hit(Thing.VIAL, row.vial.pk, row.code, f"of batch {row.vial.batch.number}")
    if row.therapy is not None:
        return _therapy(row.therapy)
    if row.batch is not None:
        return Hit(Thing.BATCH, row.batch.pk, row.code, row.batch.product.code)
    if row.container is not None:
        return _container(row.container)
    raise RuntimeError("look-alikes are of vials, therapies, batches and containers")


def _of_therapies(patients: Collection[int]) -> list[Hit]:
    rows = Therapy.objects.filter(patient__in=patients).select_related("patient", "product")
    return [_therapy(row) for row in rows.order_by("coi")[:AT_MOST]]


def _begins(field: str, text: str) -> Q:
    """Match the beginning as typed or in capitals; both use the field's pattern index."""
    return Q(**{f"{field}__startswith": text}) | Q(**{f"{field}__startswith": text.upper()})


def _therapies(text: str, programs: Collection[int]) -> list[Hit]:
    rows = (
        Therapy.objects.filter(program__in=programs)
        .filter(_begins("coi", text) | _begins("patient__pseudonym", text))
        .select_related("patient", "product")
    )
    return [_therapy(row) for row in rows.order_by("coi")[: AT_MOST + 1]]


def _therapy(row: Therapy) -> Hit:
    return Hit(Thing.THERAPY, row.pk, row.coi, f"{row.patient.pseudonym} · {row.product.code}")


def _batches(text: str, programs: Collection[int]) -> list[Hit]:
    rows = (
        Batch.objects.filter(product__program__in=programs)
        .filter(_begins("number", text) | _begins("donation_number", text))
        .select_related("product")
    )
    return [
        Hit(Thing.BATCH, row.pk, row.number, f"{row.product.code} · {row.donation_number}")
        for row in rows.order_by("number")[: AT_MOST + 1]
    ]


def _retrievals(text: str, programs: Collection[int]) -> list[Hit]:
    rows = Retrieval.objects.filter(program__in=programs).filter(_begins("order_number", text))
    return [
        Hit(Thing.RETRIEVAL, row.pk, row.order_number, str(row.get_status_display()))
        for row in rows.order_by("order_number")[: AT_MOST + 1]
    ]


def _containers(text: str, person: Author) -> list[Hit]:
    """Find containers by code, or by words of their own name and their unit's."""
    words = [
        _has_word("name", word) | _has_word("unit__name", word) | _has_word("type__name", word)
        for word in text.split()
    ]
    rows = (
        Container.objects.filter(site__in=Site.objects.visible_to(person), retired_at__isnull=True)
        .filter(_begins("code", text) | reduce(and_, words))
        .select_related("unit", "type")
    )
    return [_container(row) for row in rows.order_by("path")[: AT_MOST + 1]]


def _has_word(field: str, word: str) -> Q:
    """Match a name of which some word begins with `word`."""
    return Q(**{f"{field}__istartswith": word}) | Q(**{f"{field}__icontains": f" {word}"})


def _container(row: Container) -> Hit:
    inside = row.unit is not None and row.unit_id != row.pk
    place = f"{row.name} in {row.unit.name}" if inside and row.unit else row.name
    return Hit(Thing.CONTAINER, row.pk, row.code, f"{place} · {row.type.name}")


def _products(text: str, programs: Collection[int]) -> list[Hit]:
    rows = Product.objects.filter(program__in=programs).filter(
        Q(code__icontains=text) | Q(name__icontains=text)
    )
    return [
        Hit(Thing.PRODUCT, row.pk, row.code, row.name)
        for row in rows.order_by("code")[: AT_MOST + 1]
    ]


def _vials(text: str, programs: Collection[int]) -> list[Hit]:
    """Take the first of each program from its own stretch of the index, then the first of all."""
    if not programs:
        return []
    parts = [_first_vials(text, program) for program in programs]
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    found = sorted(rows, key=lambda row: row[1])[: AT_MOST + 1]
    return [
        Hit(Thing.VIAL, key, code, f"{Purpose(purpose).label} of batch {batch}")
        for key, code, batch, purpose in found
    ]


def _first_vials(text: str, program: int) -> models.QuerySet[Vial, tuple[int, str, str, str]]:
    rows = Vial.objects.filter(program=program).annotate(sorted_code=Collate("code", "C"))
    rows = rows.filter(_begins("sorted_code", text)).order_by("sorted_code")
    return rows.values_list("pk", "code", "batch__number", "purpose")[: AT_MOST + 1]
