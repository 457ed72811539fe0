"""The sponsors' wall through the audit trail: who may see which change and which refusal."""

import json
import re
from collections.abc import Collection, Iterable, Sequence

from django.db.models import Exists, OuterRef, Q

from audit.authors import Author
from audit.models import RegulatedModel
from audit.queries.refusals import RefusedEntry
from custody.models import (
    Claim,
    CountLine,
    CustodyEvent,
    HeldVial,
    Hold,
    PickScan,
    Receipt,
    Retrieval,
    TrailReview,
)
from inventory.models import (
    Batch,
    Container,
    LegalHold,
    Patient,
    PatientIdentity,
    Product,
    Program,
    StabilityLimits,
    Therapy,
    Vial,
)

PROGRAM_OF: dict[type[RegulatedModel], str] = {
    Batch: "product__program",
    Claim: "vial__program",
    Container: "program",
    CountLine: "vial__program",
    HeldVial: "vial__program",
    Hold: "program",
    LegalHold: "program",
    Patient: "program",
    PatientIdentity: "patient__program",
    PickScan: "claim__retrieval__program",
    Product: "program",
    Receipt: "batch__product__program",
    Retrieval: "program",
    StabilityLimits: "product__program",
    Therapy: "program",
    TrailReview: "program",
    Vial: "program",
}
"""Which program a record belongs to, as a path from its history row; empty for what has none."""


def hidden_from(person: Author) -> Q:
    """
    Return the condition of the changes that touch a program `person` may not see.

    Empty for somebody who sees every program, such as an inspector of the whole house.
    Source: GDPR Art. 25; URS-117.
    """
    seen = list(Program.objects.visible_to(person).values_list("pk", flat=True))
    if not Program.objects.exclude(pk__in=seen).exists():
        return Q()
    hidden = Q(
        Exists(CustodyEvent.objects.filter(change=OuterRef("pk")).exclude(vial__program__in=seen))
    )
    for model, path in PROGRAM_OF.items():
        rows = model.history.filter(change=OuterRef("pk"), **{f"{path}__isnull": False})
        hidden |= Q(Exists(rows.exclude(**{f"{path}__in": seen})))
    return hidden


def refusals_shown_to(person: Author, entries: Sequence[RefusedEntry]) -> list[RefusedEntry]:
    """
    Keep the attempts that mention nothing of a program `person` may not see; four queries.

    Source: GDPR Art. 25; URS-117.
    """
    mentioned = {entry.id: _tokens(entry) for entry in entries}
    every = {token for tokens in mentioned.values() for token in tokens}
    walled = _behind_the_wall(every, person)
    return [entry for entry in entries if not mentioned[entry.id] & walled]


_SEPARATORS = re.compile(r'[\s",:;\[\]{}“”‘’\\]+')


def _tokens(entry: RefusedEntry) -> set[str]:
    """Return everything in an attempt that could be a code."""
    text = f"{json.dumps(entry.subject, ensure_ascii=False)} {entry.words}"
    parts = (part.strip(".…") for part in _SEPARATORS.split(text))
    whole = _texts(entry.subject.values())
    return {part for part in [*parts, *whole] if 4 <= len(part) <= 60}


def _texts(values: Iterable[object]) -> list[str]:
    found: list[str] = []
    for value in values:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, list):
            found.extend(_texts(value))
    return found


def _behind_the_wall(codes: Collection[str], person: Author) -> set[str]:
    programs = Program.objects.visible_to(person)
    others = {
        "code": Vial.objects.filter(code__in=codes).exclude(program__in=programs),
        "coi": Therapy.objects.filter(coi__in=codes).exclude(program__in=programs),
        "number": Batch.objects.filter(number__in=codes).exclude(product__program__in=programs),
        "order_number": Retrieval.objects.filter(order_number__in=codes).exclude(
            program__in=programs
        ),
        "pseudonym": Patient.objects.filter(pseudonym__in=codes).exclude(program__in=programs),
    }
    return {
        code for name, rows in others.items() for code in rows.values_list(name, flat=True)
    } - _also_mine(codes, person)


def _also_mine(codes: Collection[str], person: Author) -> set[str]:
    """Return pseudonyms that a visible program uses too: they give nothing away."""
    mine = Patient.objects.filter(
        pseudonym__in=codes, program__in=Program.objects.visible_to(person)
    )
    return set(mine.values_list("pseudonym", flat=True))
