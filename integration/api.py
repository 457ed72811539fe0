"""The REST interface: typed, deny by default, every refusal in one shape."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import NinjaAPI, Status
from ninja.errors import HttpError, ValidationError
from pydantic.json_schema import models_json_schema

from audit.authors import Attribution
from audit.errors import Busy, DomainError, Refusal, WritesClosed
from integration.answers import (
    BatchAnswer,
    OrderAnswer,
    ReadingsAnswer,
    ReceiptAnswer,
    Refused,
    RowFault,
    TherapyAnswer,
    VialAnswer,
)
from integration.authentication import Sender, ServiceTokenAuth, signed_in
from integration.errors import NotAuthenticated, as_refusals
from integration.json_text import LARGEST_BYTES
from integration.queries import batch_answer, order_answer, therapy_answer, vial_answer
from integration.readings import receive_readings
from integration.receiving import Kind, receive
from integration.wire import BatchMessage, OrderMessage, ReadingsMessage

COMPONENTS = "#/components/schemas/{model}"
RETRY_AFTER_SECONDS = "2"
RETRY_WHEN_CLOSED_SECONDS = "60"  # people must sign first; a sender that keeps it loses nothing

api = NinjaAPI(
    title="Freezer inventory",
    version="1",
    description="For the batch record, scheduling and other systems. Every request carries "
    "`Authorization: Bearer` with a service token; nothing beyond the account's programs is seen.",
    docs_url=None,
    openapi_url="",
    urls_namespace="api",
    auth=ServiceTokenAuth(),
)


def _body(model: str) -> dict[str, object]:
    """Describe a body that is read exactly as it came, not through the framework."""
    schema = {"$ref": COMPONENTS.format(model=model)}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


_REFUSALS = {401: Refused, 403: Refused, 404: Refused}
_MESSAGES = {
    200: ReceiptAnswer,
    201: ReceiptAnswer,
    **dict.fromkeys([400, 401, 403, 409, 413, 422, 503], Refused),
}


_READINGS = _MESSAGES | {200: ReadingsAnswer, 201: ReadingsAnswer}


@api.post("/batches/", response=_MESSAGES, openapi_extra=_body("BatchMessage"))
def receive_batches(request: HttpRequest) -> Status[ReceiptAnswer]:
    """Register completed batches: all of a message or nothing; a repeat changes nothing."""
    return _received(Kind.BATCHES, request)


@api.post("/orders/", response=_MESSAGES, openapi_extra=_body("OrderMessage"))
def receive_orders(request: HttpRequest) -> Status[ReceiptAnswer]:
    """Request retrievals: all of a message or nothing; a repeat changes nothing."""
    return _received(Kind.ORDERS, request)


@api.post("/readings/", response=_READINGS, openapi_extra=_body("ReadingsMessage"))
def receive_readings_of_a_source(request: HttpRequest) -> Status[ReadingsAnswer]:
    """
    Store readings of a registered source, packed with gzip or plain; a repeat changes nothing.

    Each reading that cannot be taken is told, the others are stored.
    """
    intake = receive_readings(
        body=request.read(LARGEST_BYTES + 1),
        encoding=request.headers.get("Content-Encoding", "").strip().lower(),
        sender=_sender(request),
        at=timezone.now(),
    )
    answer = ReadingsAnswer(
        source=intake.feed.name,
        digest=intake.digest,
        rows=intake.rows,
        stored=intake.stored,
        repeated=intake.repeated,
        refused=intake.refused,
        set_aside=intake.aside,
        faults=[RowFault(where=where, words=words) for where, words in intake.faults],
    )
    return Status(HTTPStatus.CREATED if intake.stored or intake.aside else HTTPStatus.OK, answer)


@api.get("/batches/{path:number}", response={200: BatchAnswer, **_REFUSALS})
def show_batch(request: HttpRequest, number: str) -> BatchAnswer:
    """Show a batch with its vials."""
    return batch_answer(number, seen_by=_sender(request).account, at=timezone.now())


@api.get("/orders/{path:number}", response={200: OrderAnswer, **_REFUSALS})
def show_order(request: HttpRequest, number: str) -> OrderAnswer:
    """Show an order and how far its retrieval has come."""
    return order_answer(number, seen_by=_sender(request).account)


@api.get("/vials/{path:code}", response={200: VialAnswer, **_REFUSALS})
def show_vial(request: HttpRequest, code: str) -> VialAnswer:
    """Show where a vial is and whether it may still be used, with every finding."""
    return vial_answer(code, seen_by=_sender(request).account, at=timezone.now())


@api.get("/therapies/{coi}", response={200: TherapyAnswer, **_REFUSALS})
def show_therapy(request: HttpRequest, coi: str) -> TherapyAnswer:
    """Show a therapy with every vial that belongs to it."""
    return therapy_answer(coi, seen_by=_sender(request).account, at=timezone.now())


@api.get("/openapi.json", auth=[signed_in, ServiceTokenAuth()], include_in_schema=False)
def openapi(request: HttpRequest) -> dict[str, Any]:
    """Describe this interface, also to people who are signed in."""
    del request
    schema: dict[str, Any] = api.get_openapi_schema()
    shapes = (BatchMessage, OrderMessage, ReadingsMessage)
    _, messages = models_json_schema(
        [(shape, "validation") for shape in shapes], ref_template=COMPONENTS
    )
    schema["components"]["schemas"] |= messages["$defs"]
    return schema


def _sender(request: HttpRequest) -> Sender:
    sender: Sender = request.auth  # type: ignore[attr-defined] # ninja sets it
    return sender


def _received(kind: Kind, request: HttpRequest) -> Status[ReceiptAnswer]:
    sender = _sender(request)
    attribution = Attribution(
        actor=sender.account,
        reason=f"Message about {kind}",
        device=sender.device,
        request_id=request.headers.get("X-Request-Id", "")[:60],
    )
    body = request.read(LARGEST_BYTES + 1)
    receipt = receive(kind=kind, body=body, attribution=attribution, at=timezone.now())
    answer = ReceiptAnswer(
        source_system=receipt.source_system,
        message_id=receipt.message_id,
        digest=receipt.digest,
        repeated=not receipt.is_new,
        count=len(receipt.numbers),
        numbers=receipt.numbers,
    )
    return Status(HTTPStatus.CREATED if receipt.is_new else HTTPStatus.OK, answer)


@api.exception_handler(DomainError)
def refuse(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Answer with every refusal and the status that the error carries."""
    response = api.create_response(
        request, {"refusals": as_refusals(error)}, status=error.http_status
    )
    if isinstance(error, Busy):
        response["Retry-After"] = RETRY_AFTER_SECONDS
    if isinstance(error, WritesClosed):
        response["Retry-After"] = RETRY_WHEN_CLOSED_SECONDS
    if isinstance(error, NotAuthenticated):
        response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(HttpError)
def refuse_request(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Put what the framework refuses into our shape; a missing token is all there is."""
    del error
    words = "Send a service token as `Authorization: Bearer`. An administrator issues it."
    return refuse(request, NotAuthenticated([Refusal("TOKEN_MISSING", words)]))


@api.exception_handler(ValidationError)
@api.exception_handler(Http404)
def refuse_address(request: HttpRequest, error: Exception) -> HttpResponse:
    """Say that nothing stands at this address."""
    del error
    words = f"Nothing stands at {request.path[:200]}."
    refusals = [{"code": "NOT_FOUND", "words": words, "where": ""}]
    return api.create_response(request, {"refusals": refusals}, status=404)
