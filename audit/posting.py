"""Posting an event to a receiver outside: CloudEvents 1.0, signed, tried again with back-off."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlsplit

PATIENCE_SECONDS = 10
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(minutes=15)


class NotAccepted(Exception):
    """Raised when the other side answers, and does not take the event."""


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """Where events go; `secret` signs them, so that the receiver knows who sent them."""

    url: str
    secret: str

    @property
    def host(self) -> str:
        """Name the receiver; the rest of the address may be a secret."""
        return urlsplit(self.url).netloc.rpartition("@")[2]


@dataclass(frozen=True, kw_only=True)
class Event:
    """
    One event in the shape of CloudEvents 1.0.

    id: the same whenever it is sent, so that a receiver takes it once. told: names no patient.
    """

    id: str
    source: str
    type: str
    told: Mapping[str, object]


def post(event: Event, to: Receiver, *, at: datetime) -> None:
    """
    Post an event; whoever stops between sending and noting it sends it again, never no time.

    Raises NotAccepted, or whatever the network raises.
    """
    address = urlsplit(to.url)
    body, headers = signed(event, secret=to.secret, at=at)
    kind = HTTPConnection if address.scheme == "http" else HTTPSConnection
    connection = kind(address.hostname or "", address.port, timeout=PATIENCE_SECONDS)
    try:
        path = f"{address.path or '/'}{'?' if address.query else ''}{address.query}"
        connection.request("POST", path, body, headers)
        status = connection.getresponse().status
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise NotAccepted(f"the receiver answered {status}")


def signed(event: Event, *, secret: str, at: datetime) -> tuple[bytes, dict[str, str]]:
    """Return the body and the headers of an event, signed over time and body."""
    body = json.dumps(
        {
            "specversion": "1.0",
            "id": event.id,
            "source": f"/freezer-inventory/{event.source}",
            "type": f"freezer-inventory.{event.type}",
            "time": at.astimezone(UTC).isoformat(timespec="seconds"),
            "datacontenttype": "application/json",
            "data": event.told,
        }
    ).encode()
    timestamp = str(int(at.timestamp()))
    return body, {
        "Content-Type": "application/cloudevents+json",
        "X-Freezer-Timestamp": timestamp,
        "X-Freezer-Signature": f"sha256={signature_of(timestamp, body, secret)}",
    }


def signature_of(timestamp: str, body: bytes, secret: str) -> str:
    """Return the HMAC-SHA256 in hex over the timestamp, a dot and the body."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def wait_after(tries: int) -> timedelta:
    """Return how long to wait after so many tries: twice as long each time, up to the longest."""
    doublings: int = 2 ** min(tries, 10)
    return min(FIRST_WAIT * doublings, LONGEST_WAIT)
