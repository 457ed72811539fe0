"""What the trail keeps about whatever carries a code: its records, and the events of its vials."""

from collections.abc import Callable, Collection

from django.db.models import Q

from accounts.models import Person, RoleMembership, ServiceToken, fold
from audit.authors import Author
from audit.queries.touching import About, Keys, Records
from custody.models import Claim, CustodyEvent, HeldVial, Hold, PickScan, Receipt, Retrieval
from inventory.models import (
    Batch,
    Calibration,
    Container,
    ContainerType,
    Identifier,
    Instrument,
    Patient,
    Position,
    Product,
    Program,
    ProgramUserPermission,
    Site,
    SiteUserPermission,
    StabilityLimits,
    Therapy,
    Vial,
)

UNKNOWN = About()


def records_about(code: str, *, seen_by: Author) -> About:
    """
    Return what the trail keeps about the thing with this code; nothing when there is none.

    code: of a vial, batch, therapy, container, place or instrument; an order number; a user id; or
    the code of a product, program, site or kind of container.
    """
    programs = Program.objects.visible_to(seen_by)
    order = Retrieval.objects.filter(order_number=code, program__in=programs).first()
    if order is not None:
        return _of_order(order)
    row = Identifier.objects.filter(code=code).first()
    found = None if row is None else _of_identifier(row)
    return found or _by_name(code)


def _of_identifier(row: Identifier) -> About | None:
    if row.vial_id is not None:
        return about_vials([row.vial_id])
    if row.container_id is not None:
        return _of_container(row.container_id)
    if row.position_id is not None:
        return _of_places(Position.objects.filter(pk=row.position_id))
    if row.person_id is not None:
        return _of_person(row.person_id)
    return _of_instrument(row)


def _of_instrument(row: Identifier) -> About | None:
    key = Instrument.objects.filter(label=row.pk).values_list("pk", flat=True).first()
    if key is None:
        return None
    calibrations = Calibration.objects.filter(instrument=key).values("pk")
    return About(records={Identifier: [row.pk], Instrument: [key], Calibration: calibrations})


def _by_name(code: str) -> About:
    named: tuple[tuple[Keys, Callable[[int], About]], ...] = (
        (Therapy.objects.filter(coi=code), _of_therapy),
        (Batch.objects.filter(number=code), _of_batch),
        (Person.objects.filter(user_id=fold(code)), _of_person),
        (Product.objects.filter(code=code), _of_product),
        (Program.objects.filter(code=code), lambda key: About(records={Program: [key]})),
        (Site.objects.filter(code=code), lambda key: About(records={Site: [key]})),
        (ContainerType.objects.filter(name=code), lambda key: _only(ContainerType, key)),
    )
    for rows, about in named:
        key = rows.values_list("pk", flat=True).first()
        if key is not None:
            return about(key)
    return UNKNOWN


def _only(model: type[ContainerType], key: int) -> About:
    return About(records={model: [key]})


def vials_of_batch(key: int) -> list[int]:
    """Return the keys of the vials of a batch."""
    return list(Vial.objects.filter(batch=key).order_by("pk").values_list("pk", flat=True))


def vials_of_therapy(key: int) -> list[int]:
    """Return the keys of the vials of a therapy: allocated to it, or of its batches."""
    own = Vial.objects.filter(therapy=key).values("pk")
    of_batches = Vial.objects.filter(batch__therapy=key).values("pk")
    return sorted(row["pk"] for row in own.union(of_batches))  # an OR would read every vial


def about_vials(keys: Collection[int]) -> About:
    """Return what the trail keeps about vials."""
    return About(
        records={
            Vial: keys,
            Identifier: Identifier.objects.filter(vial__in=keys).values("pk"),
            HeldVial: HeldVial.objects.filter(vial__in=keys).values("pk"),
            Hold: Hold.objects.filter(held_vials__vial__in=keys).values("pk"),
            Claim: Claim.objects.filter(vial__in=keys).values("pk"),
            PickScan: PickScan.objects.filter(claim__vial__in=keys).values("pk"),
        },
        also=[CustodyEvent.objects.filter(vial__in=keys).values("change")],
    )


def _of_batch(key: int) -> About:
    keys = vials_of_batch(key)
    vials = about_vials(keys)
    codes = Identifier.objects.filter(Q(batch=key) | Q(vial__in=keys))
    own: Records = {Batch: [key], Identifier: codes.values("pk")}
    receipts: Records = {Receipt: Receipt.objects.filter(batch=key).values("pk")}
    return About(records={**vials.records, **own, **receipts}, also=vials.also)


def _of_therapy(key: int) -> About:
    keys = vials_of_therapy(key)
    vials = about_vials(keys)
    batches = list(Batch.objects.filter(therapy=key).values_list("pk", flat=True))
    codes = Q(therapy=key) | Q(batch__in=batches) | Q(vial__in=keys)
    own: Records = {
        Therapy: [key],
        Patient: Patient.objects.filter(therapies=key).values("pk"),
        Batch: batches,
        Receipt: Receipt.objects.filter(batch__in=batches).values("pk"),
        Retrieval: Retrieval.objects.filter(therapy=key).values("pk"),
        Identifier: Identifier.objects.filter(codes).values("pk"),
    }
    return About(records={**vials.records, **own}, also=vials.also)


def _of_container(key: int) -> About:
    places = _of_places(Position.objects.filter(container=key))
    codes = Identifier.objects.filter(Q(container=key) | Q(position__container=key)).values("pk")
    own: Records = {Container: [key], Identifier: codes}
    return About(records={**places.records, **own}, also=places.also)


def _of_places(positions: Keys) -> About:
    keys = positions.values("pk")
    return About(
        records={
            Position: keys,
            Identifier: Identifier.objects.filter(position__in=keys).values("pk"),
        },
        also=[
            CustodyEvent.objects.filter(from_position__in=keys).values("change"),
            CustodyEvent.objects.filter(to_position__in=keys).values("change"),
        ],
    )


def _of_person(key: int) -> About:
    """
    Return what was recorded about a person; what they did, the filter by person finds.

    Grants that were taken back are no rows any more: history still has them.
    """
    return About(
        records={
            Person: [key],
            RoleMembership: RoleMembership.history.filter(person=key).values("id"),
            ServiceToken: ServiceToken.objects.filter(account=key).values("pk"),
            ProgramUserPermission: ProgramUserPermission.history.filter(user=key).values("id"),
            SiteUserPermission: SiteUserPermission.history.filter(user=key).values("id"),
            Identifier: Identifier.objects.filter(person=key).values("pk"),
        }
    )


def _of_product(key: int) -> About:
    limits = StabilityLimits.objects.filter(product=key).values("pk")
    return About(records={Product: [key], StabilityLimits: limits})


def _of_order(order: Retrieval) -> About:
    claims = Claim.objects.filter(retrieval=order)
    events = CustodyEvent.objects.filter(
        vial__in=claims.values("vial"), details__order=order.order_number
    )
    return About(
        records={
            Retrieval: [order.pk],
            Claim: claims.values("pk"),
            PickScan: PickScan.objects.filter(claim__in=claims.values("pk")).values("pk"),
        },
        also=[events.values("change")],
    )
