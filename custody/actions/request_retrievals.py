"""Turning the orders of the scheduling system into retrievals."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.constraints import refused_anew_by
from audit.errors import Refusal, refuse_if
from custody.messages import IncomingMessage, keep, was_carried_out
from custody.models import Retrieval
from custody.rules.orders import Order, refusals_of_orders
from inventory.codes.own import OwnKind
from inventory.codes_in_use import next_own_code
from inventory.models import Identifier, IdentifierKind, Product, Therapy
from sop.action import Action
from sop.gate import Scope, admit


def request_retrievals(
    *,
    message: IncomingMessage,
    orders: Sequence[Order],
    attribution: Attribution,
    at: datetime,
) -> list[Retrieval]:
    """
    Request every order of a message, or none; the same message again changes nothing.

    Returns the message's retrievals, also when it was carried out before.
    Raises NotAuthorised; ActionRefused with a reason for each fault (see
    `custody.rules.orders`), or MESSAGE_ID_REUSED.
    Source: URS-06, URS-88, URS-89.
    """
    with attributed_change(attribution, action=Action.REQUEST_RETRIEVAL) as change:
        change.subject.update(message=message.message_id, body=message.body)
        products = _products(orders)
        programs = {product.program_id for product in products.values()}
        admit(change, Action.REQUEST_RETRIEVAL, Scope(programs=programs))
        if was_carried_out(message):
            return _requested_by(message)
        therapies = _therapies(orders)

        def reasons() -> list[Refusal]:
            return refusals_of_orders(
                orders, products=products, therapies=therapies, taken=_taken(orders), at=at
            )

        refuse_if(reasons())
        keep(message, kind="orders", at=at)
        with refused_anew_by({"custody_retrieval_order_number_key"}, reasons):
            return [_request(order, products, therapies, message) for order in orders]


def _taken(orders: Sequence[Order]) -> set[str]:
    rows = Retrieval.objects.filter(order_number__in=[order.number for order in orders])
    return set(rows.values_list("order_number", flat=True))


def _requested_by(message: IncomingMessage) -> list[Retrieval]:
    rows = Retrieval.objects.filter(
        source_system=message.source_system, source_message=message.message_id
    )
    return list(rows.order_by("pk"))


def _products(orders: Sequence[Order]) -> dict[str, Product]:
    rows = Product.objects.filter(code__in={order.product_code for order in orders})
    return {row.code: row for row in rows}


def _therapies(orders: Sequence[Order]) -> dict[str, Therapy]:
    rows = Therapy.objects.filter(coi__in={order.coi for order in orders})
    return {row.coi: row for row in rows.select_related("patient")}


def _request(
    order: Order,
    products: Mapping[str, Product],
    therapies: Mapping[str, Therapy],
    message: IncomingMessage,
) -> Retrieval:
    product = products[order.product_code]
    retrieval = Retrieval(
        order_number=order.number,
        program_id=product.program_id,
        product=product,
        therapy=therapies[order.coi],
        purpose=order.purpose,
        quantity=order.quantity,
        needed_by=order.needed_by,
        destination=order.destination,
        pick_list=_pick_list(),
        source_system=message.source_system,
        source_message=message.message_id,
    )
    retrieval.save(force_insert=True)
    return retrieval


def _pick_list() -> Identifier:
    """Commission the next pick list code."""
    row = Identifier(code=next_own_code(OwnKind.PICK_LIST), kind=IdentifierKind.PICK_LIST)
    row.save(force_insert=True)
    return row
