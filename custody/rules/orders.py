"""Rules about what the scheduling system may ask for."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.errors import Refusal
from inventory.models import FOR_PATIENTS, Product, Purpose, Therapy


@dataclass(frozen=True, kw_only=True)
class Order:
    """
    One order: these doses for this patient, by then, to there.

    coi, patient: always present; an allogeneic dose is allocated to them by this order.
    """

    number: str
    coi: str
    patient: str
    product_code: str
    purpose: Purpose
    quantity: int
    needed_by: datetime
    destination: str


def refusals_of_orders(
    orders: Sequence[Order],
    *,
    products: Mapping[str, Product],
    therapies: Mapping[str, Therapy],
    taken: Collection[str],
    at: datetime,
) -> list[Refusal]:
    """
    Say every reason why an order message is refused as a whole.

    taken: the order numbers that were requested before.
    Source: 21 CFR 211.170; REQUIREMENTS B9; URS-88, URS-89.
    """
    refusals = [] if orders else [Refusal("NO_ORDERS", "The message asks for nothing.")]
    refusals.extend(
        Refusal("ORDER_TWICE", f"Order {number} stands {count} times in the message.")
        for number, count in Counter(order.number for order in orders).items()
        if count > 1
    )
    for order in orders:
        if order.number in taken:
            refusals.append(Refusal("ORDER_KNOWN", f"Order {order.number} was requested before."))
        refusals.extend(_of_the_form(order, at))
        refusals.extend(
            _of_the_patient(order, products.get(order.product_code), therapies.get(order.coi))
        )
    return refusals


def _of_the_form(order: Order, at: datetime) -> list[Refusal]:
    refusals = []
    if order.quantity < 1:
        refusals.append(Refusal("NO_QUANTITY", f"Order {order.number} asks for none."))
    if order.purpose not in FOR_PATIENTS:
        refusals.append(
            Refusal(
                "NOT_FOR_A_PATIENT",
                f"Order {order.number} asks for a {Purpose(order.purpose).label.lower()}. "
                "Samples stay here: order a dose or a backup.",
            )
        )
    if not order.destination.strip():
        refusals.append(Refusal("NO_DESTINATION", f"Order {order.number} names no destination."))
    if order.needed_by <= at:
        refusals.append(
            Refusal(
                "NEEDED_IN_THE_PAST",
                f"Order {order.number} was needed by {order.needed_by:%Y-%m-%d %H:%M} UTC, "
                "which is past.",
            )
        )
    return refusals


def _of_the_patient(
    order: Order, product: Product | None, therapy: Therapy | None
) -> list[Refusal]:
    if product is None:
        return [
            Refusal(
                "UNKNOWN_PRODUCT",
                f"Order {order.number}: product {order.product_code} is not set up.",
            )
        ]
    if therapy is None:
        return [
            Refusal(
                "UNKNOWN_COI",
                f"Order {order.number}: no therapy has the chain of identity {order.coi}.",
            )
        ]
    if therapy.patient.pseudonym != order.patient or therapy.program_id != product.program_id:
        return [
            Refusal(
                "WRONG_PATIENT",
                f"Order {order.number}: {order.coi} is not the chain of identity of "
                f"{order.patient}. Stop and call the clinic.",
            )
        ]
    if product.is_autologous and therapy.product_id != product.pk:
        return [
            Refusal(
                "WRONG_PRODUCT", f"Order {order.number}: {order.coi} is not for {product.code}."
            )
        ]
    return []
