"""Telling somebody of a security notice: what is written, and the ways it goes."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage

from accounts.models import TOLD_BY_ITSELF, Channel, NoticeDelivery, SecurityNotice

PATIENCE_SECONDS = 10


class NotAccepted(Exception):
    """Raised when the other side answers, and does not take the notice."""


def send(delivery: NoticeDelivery, *, at: datetime) -> None:
    """
    Send a notice on its way.

    It carries an id, by which a receiver knows it again: who stops between sending and noting it
    sends it a second time, never no time.
    Raises NotAccepted, or whatever the mail server or the network raises.
    """
    WAYS[Channel(delivery.channel)](delivery, at)


def webhook_host() -> str:
    """Name the receiver of the webhook; the rest of the address may be a secret."""
    return urlsplit(settings.NOTICE_WEBHOOK_URL).netloc.rpartition("@")[2]


def told(notice: SecurityNotice) -> dict[str, object]:
    """
    Say what a notice is about.

    No patient, vial or order, and nothing that somebody typed: only accounts and devices.
    """
    return {
        "notice": notice.pk,
        "kind": notice.kind,
        "severity": notice.severity,
        "about": notice.about,
        "attempts": notice.attempts,
        "first_at": notice.first_at.astimezone(UTC).isoformat(timespec="seconds"),
        "last_at": notice.last_at.astimezone(UTC).isoformat(timespec="seconds"),
    }


def _email(delivery: NoticeDelivery, at: datetime) -> None:
    del at
    notice = delivery.notice
    facts = told(notice)
    lines = [
        f"{notice.get_kind_display()}: {notice.about}.",
        "",
        *_counted(notice, facts),
        f"Severity: {notice.get_severity_display().lower()}",
        "",
        f"Open Audit, Notices, number {notice.pk}: look into it and acknowledge it there.",
    ]
    EmailMessage(
        subject=f"Freezer inventory, security notice {notice.pk}: {notice.get_kind_display()}",
        body="\n".join(lines),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[delivery.to],
        headers={"Message-ID": f"<notice-{notice.pk}-{delivery.pk}@freezer-inventory>"},
    ).send()


def _counted(notice: SecurityNotice, facts: dict[str, object]) -> list[str]:
    if notice.kind in TOLD_BY_ITSELF:
        return [f"Since: {facts['first_at']}"]
    return [
        f"Attempts so far: {notice.attempts}",
        f"First: {facts['first_at']}",
        f"Last: {facts['last_at']}",
    ]


def _webhook(delivery: NoticeDelivery, at: datetime) -> None:
    address = urlsplit(settings.NOTICE_WEBHOOK_URL)
    body = json.dumps(
        {
            "specversion": "1.0",
            "id": f"notice-{delivery.notice_id}-{delivery.pk}",
            "source": "/freezer-inventory/audit/notices",
            "type": "freezer-inventory.security.notice",
            "time": at.astimezone(UTC).isoformat(timespec="seconds"),
            "datacontenttype": "application/json",
            "data": told(delivery.notice),
        }
    ).encode()
    timestamp = str(int(at.timestamp()))
    kind = HTTPConnection if address.scheme == "http" else HTTPSConnection
    connection = kind(address.hostname or "", address.port, timeout=PATIENCE_SECONDS)
    try:
        path = f"{address.path or '/'}{'?' if address.query else ''}{address.query}"
        connection.request("POST", path, body, _headers(timestamp, body))
        status = connection.getresponse().status
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise NotAccepted(f"the receiver answered {status}")


def _headers(timestamp: str, body: bytes) -> dict[str, str]:
    return {
        "Content-Type": "application/cloudevents+json",
        "X-Freezer-Timestamp": timestamp,
        "X-Freezer-Signature": f"sha256={signature_of(timestamp, body)}",
    }


def signature_of(timestamp: str, body: bytes) -> str:
    """Return the HMAC-SHA256 in hex over the timestamp, a dot and the body."""
    signed = timestamp.encode() + b"." + body
    return hmac.new(settings.NOTICE_WEBHOOK_SECRET.encode(), signed, hashlib.sha256).hexdigest()


WAYS: dict[Channel, Callable[[NoticeDelivery, datetime], None]] = {
    Channel.EMAIL: _email,
    Channel.WEBHOOK: _webhook,
}
