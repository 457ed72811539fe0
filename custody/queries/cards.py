"""What a scan shows of a therapy, batch, order, product or badge."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from accounts.models import Person
from accounts.roles import Role
from audit.authors import Author
from audit.errors import NotFound
from custody.models import Retrieval
from custody.queries.place_cards import NOT_THERE
from inventory.instruments import instrument_labelled
from inventory.models import Batch, Custody, Product, Program, Therapy
from inventory.rules.instruments import Standing

COUNTS = {f"count_{status}": Count("vials", filter=Q(vials__custody=status)) for status in Custody}


@dataclass(frozen=True, kw_only=True)
class TherapyCard:
    """A therapy: whose it is, and how many of its vials stand where on their way."""

    coi: str
    pseudonym: str
    product: str
    program: str
    by_custody: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class BatchCard:
    """A batch: what it is of, and how many of its vials stand where on their way."""

    batch_id: int
    number: str
    product: str
    donation_number: str
    coi: str
    pseudonym: str
    completed_at: datetime
    expires_at: datetime
    by_custody: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class OrderCard:
    """A retrieval: what it asks for, how far it is, and who has it."""

    retrieval_id: int
    order_number: str
    coi: str
    pseudonym: str
    product: str
    quantity: int
    purpose: str
    status: str
    needed_by: datetime
    destination: str
    claimed_by: str


@dataclass(frozen=True, kw_only=True)
class PersonCard:
    """Whose badge it is."""

    full_name: str
    user_id: str
    roles: tuple[str, ...]
    is_active: bool


@dataclass(frozen=True, kw_only=True)
class ProductCard:
    """A product of a program."""

    code: str
    name: str
    program: str
    is_autologous: bool
    therapies: int


def therapy_card(key: int, *, seen_by: Author) -> TherapyCard:
    """
    Return the card of a therapy; one query.

    Raises NotFound: none that the person may see.
    """
    row = (
        Therapy.objects.filter(pk=key, program__in=Program.objects.visible_to(seen_by))
        .select_related("patient", "product", "program")
        .annotate(**COUNTS)
        .first()
    )
    if row is None:
        raise NotFound([NOT_THERE])
    return TherapyCard(
        coi=row.coi,
        pseudonym=row.patient.pseudonym,
        product=f"{row.product.code}, {row.product.name}",
        program=row.program.code,
        by_custody=_by_custody(row),
    )


def batch_card(key: int, *, seen_by: Author) -> BatchCard:
    """
    Return the card of a batch; one query.

    Raises NotFound: none that the person may see.
    """
    row = (
        Batch.objects.filter(pk=key, product__program__in=Program.objects.visible_to(seen_by))
        .select_related("product", "therapy__patient")
        .annotate(**COUNTS)
        .first()
    )
    if row is None:
        raise NotFound([NOT_THERE])
    return BatchCard(
        batch_id=row.pk,
        number=row.number,
        product=f"{row.product.code}, {row.product.name}",
        donation_number=row.donation_number,
        coi="" if row.therapy is None else row.therapy.coi,
        pseudonym="" if row.therapy is None else row.therapy.patient.pseudonym,
        completed_at=row.completed_at,
        expires_at=row.expires_at,
        by_custody=_by_custody(row),
    )


def _by_custody(row: Therapy | Batch) -> dict[str, int]:
    return {str(status): vars(row)[f"count_{status}"] for status in Custody}


def order_card(which: Q, *, seen_by: Author) -> OrderCard:
    """
    Return the card of a retrieval; one query.

    which: by its key, or by its pick list.
    Raises NotFound: none that the person may see.
    """
    row = (
        Retrieval.objects.visible_to(seen_by)
        .filter(which)
        .select_related("therapy__patient", "product", "claimed_by")
        .first()
    )
    if row is None:
        raise NotFound([NOT_THERE])
    return OrderCard(
        retrieval_id=row.pk,
        order_number=row.order_number,
        coi=row.therapy.coi,
        pseudonym=row.therapy.patient.pseudonym,
        product=row.product.code,
        quantity=row.quantity,
        purpose=str(row.get_purpose_display()),
        status=str(row.get_status_display()),
        needed_by=row.needed_by,
        destination=row.destination,
        claimed_by="" if row.claimed_by is None else row.claimed_by.full_name,
    )


def person_card(key: int) -> PersonCard:
    """
    Return whose badge it is; two queries.

    Raises NotFound: nobody's.
    """
    row = Person.objects.filter(pk=key).first()
    if row is None:
        raise NotFound([NOT_THERE])
    return PersonCard(
        full_name=row.full_name,
        user_id=row.user_id,
        roles=tuple(str(Role(name).label) for name in row.role_names()),
        is_active=row.is_active,
    )


@dataclass(frozen=True, kw_only=True)
class InstrumentCard:
    """A measuring instrument, and how it stands."""

    stands: Standing


def instrument_card(code: str, *, at: datetime) -> InstrumentCard:
    """
    Return the instrument with this code, which the person may see; two queries.

    Raises NotFound: there is none.
    """
    found = instrument_labelled(code, at=at)
    if found is None:
        raise NotFound([NOT_THERE])
    return InstrumentCard(stands=found)


def product_card(key: int, *, seen_by: Author) -> ProductCard:
    """
    Return the card of a product; one query.

    Raises NotFound: none that the person may see.
    """
    row = (
        Product.objects.filter(pk=key, program__in=Program.objects.visible_to(seen_by))
        .select_related("program")
        .annotate(made=Count("therapies"))
        .first()
    )
    if row is None:
        raise NotFound([NOT_THERE])
    return ProductCard(
        code=row.code,
        name=row.name,
        program=row.program.code,
        is_autologous=row.is_autologous,
        therapies=row.made,
    )
