"""Asking an address over HTTP, with an end to everything: time, size, and where it leads."""

import json
import ssl
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import HTTP_PORT, HTTPS_PORT, HTTPConnection, HTTPException, HTTPResponse
from ipaddress import ip_address
from socket import SHUT_RDWR, socket
from threading import Timer
from typing import NamedTuple, TypeVar
from urllib.parse import SplitResult, urlsplit

from temperature.feeds.adapter import FeedFailed, TooMuch

LARGEST_BYTES = 5_000_000
PIECE = 65_536
NOT_NOW = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
NOT_ACCEPTED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
ELSEWHERE = range(300, 400)
SHOWN = 80
Read = TypeVar("Read")


def fault_of_address(url: str) -> str:
    """Say what is wrong with an address; empty when it can be asked."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "it is no address"
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        return "it must begin with https:// or http:// and name a host"
    if parts.username is not None or parts.password is not None:
        return "it must not hold credentials: enter them as the secret"
    if any(character.isspace() for character in url):
        return "it holds blanks"
    return ""


def answer_to(request: "Request", *, connect_seconds: float, deadline_seconds: float) -> bytes:
    """
    Return what is answered to one request; no redirect is followed, TLS is verified.

    deadline_seconds: for all of it, whether the other side is silent or sends a byte a second.
    Raises FeedFailed: in words, with when to ask again where the source says so.
    """
    return _asked(request, Patience(connect_seconds, deadline_seconds), _body)


def status_of(request: "Request", *, connect_seconds: float, deadline_seconds: float) -> int:
    """
    Send one request under the same limits and return the status; what is answered is not read.

    Raises FeedFailed: there was no answer.
    """
    return _asked(request, Patience(connect_seconds, deadline_seconds), _status)


@dataclass(frozen=True)
class Request:
    """What is sent where."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: bytes | None = None


class Patience(NamedTuple):
    """How long the other side is waited for, in seconds: to reach it, and for all of it."""

    to_connect: float
    for_all: float


def _asked(
    request: Request, patience: Patience, read: Callable[[HTTPResponse, list[bool]], Read]
) -> Read:
    parts = urlsplit(request.url)
    connection = _connection(parts, patience.to_connect)
    late: list[bool] = []
    lines: list[socket] = []  # a connection forgets its line while the answer still comes over it
    timer = Timer(patience.for_all, _hang_up, (lines, late))
    timer.daemon = True
    try:
        timer.start()
        connection.connect()
        _refuse_link_local(connection.sock)
        if parts.scheme == "https":
            connection.sock = _to_be_proven(connection.sock, parts.hostname or "")
        lines.append(connection.sock)
        if late:
            raise TimeoutError
        connection.sock.settimeout(patience.for_all)
        if isinstance(connection.sock, ssl.SSLSocket):
            connection.sock.do_handshake()
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request(request.method, target, request.body, dict(request.headers))
        with closing(connection.getresponse()) as answer:
            return read(answer, late)
    except (OSError, HTTPException, ValueError) as fault:
        raise _in_words(fault, parts.hostname or "", late, patience.for_all) from None
    finally:
        timer.cancel()
        connection.close()


def _status(answer: HTTPResponse, late: list[bool]) -> int:
    del late
    return answer.status


def _connection(parts: SplitResult, seconds: float) -> HTTPConnection:
    connection = HTTPConnection(parts.hostname or "", parts.port or _port(parts), timeout=seconds)
    connection.default_port = _port(parts)
    return connection


def _port(parts: SplitResult) -> int:
    return HTTPS_PORT if parts.scheme == "https" else HTTP_PORT


def _to_be_proven(line: socket, host: str) -> ssl.SSLSocket:
    """Return a line over which the other side proves who it is; the handshake is yet to come."""
    context = ssl.create_default_context()
    return context.wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)


def _hang_up(lines: list[socket], late: list[bool]) -> None:
    """End a connection from outside, whatever it waits for."""
    late.append(True)
    for line in lines:
        with suppress(OSError):  # the other side hung up first
            line.shutdown(SHUT_RDWR)


def _refuse_link_local(line: socket) -> None:
    """Refuse addresses at which machines keep credentials of their own."""
    if ip_address(str(line.getpeername()[0]).partition("%")[0]).is_link_local:
        raise FeedFailed("Its address is link-local, where machines keep credentials. Change it.")


def _body(answer: HTTPResponse, late: list[bool]) -> bytes:
    if answer.status != HTTPStatus.OK:
        raise _not_readings(answer)
    body = bytearray()
    while piece := answer.read1(PIECE):
        body += piece
        if len(body) > LARGEST_BYTES:
            raise TooMuch(f"Its answer is longer than {LARGEST_BYTES // 1_000_000} MB.")
    if late:
        raise TimeoutError
    return bytes(body)


def _not_readings(answer: HTTPResponse) -> FeedFailed:
    said = f"It answered {answer.status}"
    if answer.status in NOT_NOW:
        wait = _retry_after(answer.getheader("Retry-After", ""))
        return FeedFailed(f"{said}: asked too often, or busy. It is asked later.", retry_after=wait)
    if answer.status in ELSEWHERE:
        return FeedFailed(f"{said}: the address leads elsewhere. Enter where it leads.")
    if answer.status in NOT_ACCEPTED:
        return FeedFailed(f"{said}: the secret is not accepted. Enter it anew.")
    return FeedFailed(f"{said} instead of readings.")


def _retry_after(said: str) -> timedelta | None:
    """Return how long a source asks to be left alone: seconds, or a date."""
    if said.strip().isdecimal():
        return timedelta(seconds=min(int(said), 86_400))
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    if until.tzinfo is None:
        return None
    return max(until - datetime.now(UTC), timedelta(0))


def _in_words(fault: Exception, host: str, late: list[bool], seconds: float) -> FeedFailed:
    """Say what went wrong, without anything that was sent."""
    if late or isinstance(fault, TimeoutError):
        return FeedFailed(f"{host} did not answer in full within {seconds:g} s.")
    if isinstance(fault, ssl.SSLCertVerificationError):
        why = fault.verify_message[:SHOWN]
        return FeedFailed(f"{host} does not prove who it is (TLS: {why}). Nothing was read.")
    if isinstance(fault, ssl.SSLError):
        return FeedFailed(f"{host} does not speak TLS as it should.")
    if isinstance(fault, OSError):
        return FeedFailed(f"{host} cannot be reached: {fault.strerror or type(fault).__name__}.")
    return FeedFailed(f"{host} does not speak HTTP as it should ({type(fault).__name__}).")


def parsed(body: bytes) -> object:
    """
    Return what a body holds as JSON; what JSON does not know, such as NaN, becomes such a float.

    Raises FeedFailed: it is none.
    """
    try:
        found: object = json.loads(body)
    except (ValueError, RecursionError) as fault:
        shown = body[:SHOWN].decode("utf-8", "replace").strip()
        raise FeedFailed(f"It answered no JSON but “{shown}”.") from fault
    return found
