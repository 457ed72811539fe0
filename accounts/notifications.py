"""Telling somebody of a security notice: what is written, and the ways it goes."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.core.mail import EmailMessage

from accounts.models import TOLD_BY_ITSELF, Channel, NoticeDelivery, SecurityNotice
from audit.posting import Event, Receiver, post


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
    return _receiver().host


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
    event = Event(
        id=f"notice-{delivery.notice_id}-{delivery.pk}",
        source="audit/notices",
        type="security.notice",
        told=told(delivery.notice),
    )
    post(event, _receiver(), at=at)


def _receiver() -> Receiver:
    return Receiver(url=settings.NOTICE_WEBHOOK_URL, secret=settings.NOTICE_WEBHOOK_SECRET)


WAYS: dict[Channel, Callable[[NoticeDelivery, datetime], None]] = {
    Channel.EMAIL: _email,
    Channel.WEBHOOK: _webhook,
}
