"""What other systems may ask, each answer behind the sponsor's wall."""

from datetime import datetime

from audit.authors import Author
from audit.errors import NotFound, Refusal
from custody.models import Claim, Retrieval
from custody.queries.resolve import resolve
from custody.queries.verdicts import verdicts
from custody.queries.whereabouts import Whereabouts, whereabouts
from custody.viability import Judgement
from integration.answers import (
    BatchAnswer,
    FindingAnswer,
    OrderAnswer,
    TherapyAnswer,
    VialAnswer,
)
from inventory.codes.words import UnreadableScan
from inventory.models import Batch, IdentifierKind, Program, Therapy, Vial


def vial_answer(code: str, *, seen_by: Author, at: datetime) -> VialAnswer:
    """
    Return the vial with this code, in any spelling a scanner delivers, also a retired one.

    Raises NotFound: no vial that `seen_by` may see has it.
    """
    try:
        found = resolve(code, seen_by=seen_by)
    except UnreadableScan as reason:
        raise NotFound([Refusal(reason.code, reason.words)]) from reason
    if found is None or found.kind is not IdentifierKind.VIAL:
        raise _not_found("vial", code)
    [answer] = _vials([found.key], seen_by=seen_by, at=at)
    return answer.model_copy(update={"asked_for": found.code})


def batch_answer(number: str, *, seen_by: Author, at: datetime) -> BatchAnswer:
    """
    Return a batch with its vials.

    Raises NotFound: no batch that `seen_by` may see has this number.
    """
    mine = Batch.objects.filter(
        number=number, product__program__in=Program.objects.visible_to(seen_by)
    )
    row = mine.select_related("product", "therapy__patient").first()
    if row is None:
        raise _not_found("batch", number)
    therapy = row.therapy
    return BatchAnswer(
        number=row.number,
        product=row.product.code,
        chain_of_identity=None if therapy is None else therapy.coi,
        patient=None if therapy is None else therapy.patient.pseudonym,
        donation_number=row.donation_number,
        completed_at=row.completed_at,
        expires_at=row.expires_at,
        source_system=row.source_system,
        message_id=row.source_message,
        vials=_vials(_keys(batch=row), seen_by=seen_by, at=at),
    )


def therapy_answer(coi: str, *, seen_by: Author, at: datetime) -> TherapyAnswer:
    """
    Return a therapy with every vial that belongs to it.

    Raises NotFound: no therapy that `seen_by` may see has this COI id.
    Source: URS-88.
    """
    mine = Therapy.objects.filter(coi=coi, program__in=Program.objects.visible_to(seen_by))
    row = mine.select_related("patient", "product", "program").first()
    if row is None:
        raise _not_found("therapy", coi)
    batches = row.batches.order_by("number").values_list("number", flat=True)
    orders = row.retrievals.order_by("order_number").values_list("order_number", flat=True)
    return TherapyAnswer(
        chain_of_identity=row.coi,
        patient=row.patient.pseudonym,
        product=row.product.code,
        program=row.program.code,
        batches=list(batches),
        orders=list(orders),
        vials=_vials(_keys(therapy=row), seen_by=seen_by, at=at),
    )


def order_answer(number: str, *, seen_by: Author) -> OrderAnswer:
    """
    Return an order and how far its retrieval has come.

    Raises NotFound: no order that `seen_by` may see has this number.
    """
    mine = Retrieval.objects.visible_to(seen_by).filter(order_number=number)
    row = mine.select_related("therapy__patient", "product", "pick_list").first()
    if row is None:
        raise _not_found("order", number)
    claimed = Claim.objects.open().filter(retrieval=row)
    return OrderAnswer(
        number=row.order_number,
        chain_of_identity=row.therapy.coi,
        patient=row.therapy.patient.pseudonym,
        product=row.product.code,
        purpose=row.purpose,
        quantity=row.quantity,
        needed_by=row.needed_by,
        destination=row.destination,
        status=row.status,
        pick_list=row.pick_list.code,
        vials=list(claimed.order_by("vial__code").values_list("vial__code", flat=True)),
    )


def _not_found(what: str, asked: str) -> NotFound:
    return NotFound([Refusal("NOT_FOUND", f"No {what} that you may see answers to {asked[:100]}.")])


def _keys(**where: Batch | Therapy) -> list[int]:
    return list(Vial.objects.filter(**where).values_list("pk", flat=True))


def _vials(keys: list[int], *, seen_by: Author, at: datetime) -> list[VialAnswer]:
    """Return these vials by code, those of other programs left out; constant queries."""
    rows = (
        Vial.objects.visible_to(seen_by)
        .filter(pk__in=keys)
        .select_related("batch__product", "therapy__patient")
        .order_by("code")
    )
    mine = [row.pk for row in rows]
    places = whereabouts(mine)
    judged = verdicts(mine, at=at)
    return [_vial(row, places[row.pk], judged[row.pk]) for row in rows]


def _vial(row: Vial, where: Whereabouts, judged: Judgement) -> VialAnswer:
    therapy, seen = row.therapy, where.last_sighting
    return VialAnswer(
        code=row.code,
        asked_for=row.code,
        batch=row.batch.number,
        product=row.batch.product.code,
        chain_of_identity=None if therapy is None else therapy.coi,
        patient=None if therapy is None else therapy.patient.pseudonym,
        kind=row.kind,
        purpose=row.purpose,
        volume_ml=row.volume_ml,
        expires_at=row.expires_at,
        quality=row.quality,
        custody=row.custody,
        place=where.place,
        since=where.since,
        last_seen_at=None if seen is None else seen.at,
        verdict=judged.verdict,
        judged_at=judged.as_of,
        findings=[
            FindingAnswer(code=one.code, verdict=one.verdict, words=one.words)
            for one in judged.findings
        ],
    )
