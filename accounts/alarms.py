"""Notices that the system gives by itself, and the queue on which every notice leaves."""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings

from accounts.models import (
    Audience,
    Channel,
    NoticeDelivery,
    NoticeKind,
    SecurityNotice,
    Severity,
)
from accounts.notifications import webhook_host
from audit.writes import create_all


def raise_alarm(
    kind: NoticeKind,
    *,
    about: str,
    severity: Severity,
    audiences: Collection[Audience],
    at: datetime,
) -> SecurityNotice:
    """
    Write a notice into the open Change, and queue it for everybody who is told.

    about: a user id, or the name of what it is about; nothing that anybody typed.
    Source: 21 CFR 11.300(d); URS-18, URS-69.
    """
    notice = SecurityNotice(
        kind=kind,
        severity=severity,
        about=about[:200],
        attempts=1,
        first_at=at,
        last_at=at,
        grouped_until=at,
    )
    notice.save(force_insert=True)
    for audience in audiences:
        queue(notice, audience, at)
    return notice


def queue(notice: SecurityNotice, audience: Audience, at: datetime) -> None:
    """Queue one delivery for each address of an audience; the webhook belongs to security."""
    addresses = settings.NOTICE_CONTACTS.get(audience.value, [])
    ways = [(Channel.EMAIL, address) for address in addresses]
    if audience == Audience.SECURITY and settings.NOTICE_WEBHOOK_URL:
        ways.append((Channel.WEBHOOK, webhook_host()))
    create_all(
        [
            NoticeDelivery(notice=notice, audience=audience, channel=channel, to=to, next_try_at=at)
            for channel, to in ways
        ]
    )
