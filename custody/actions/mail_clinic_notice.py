"""Sending a clinic what it must be told."""

from datetime import datetime

from audit.changes import machine_change
from custody.clinics import how_warm
from custody.models import ClinicNotice
from temperature.channels.adapter import Message, NotTold
from temperature.channels.registry import send
from temperature.models import Channel, ChannelKind

NO_CHANNEL = "No channel for e-mail is set up. Call the clinic, and have one set up."
OF_MAIL = ("mailed_at", "mail_tries", "mail_failure")


def mail_clinic_notice(*, notice_id: int, at: datetime) -> None:
    """
    Send one notice to the clinic's address, and keep what came of it; it names no patient or vial.

    The row is locked while it is sent: who is killed in between sends it again, never no time.
    Source: REQUIREMENTS scenario 22; URS-110, URS-114.
    """
    with machine_change(
        "custody watch", action="mail_clinic_notice", reason="A clinic must be told"
    ) as change:
        rows = ClinicNotice.objects.select_for_update(of=("self",), no_key=True)
        rows = rows.select_related("retrieval", "excursion__unit__site", "excursion__probe")
        notice = rows.get(pk=notice_id)
        change.subject.update(retrieval=notice.retrieval.order_number)
        if notice.mailed_at is None:
            notice.mail_tries += 1
            notice.mail_failure = _sent(notice, at)
            notice.mailed_at = None if notice.mail_failure else at
            notice.save(update_fields=OF_MAIL)


def _sent(notice: ClinicNotice, at: datetime) -> str:
    """Send it by the first channel that takes it; return why none did, in words."""
    failure = NO_CHANNEL
    rows = Channel.objects.filter(kind=ChannelKind.EMAIL, retired_at__isnull=True)
    for channel in rows.order_by("pk"):
        try:
            send(channel, _message(notice, at))
        except NotTold as failed:
            failure = failed.words[:500]
        else:
            return ""
    return failure


def _message(notice: ClinicNotice, at: datetime) -> Message:
    order, excursion = notice.retrieval.order_number, notice.excursion
    return Message(
        id=f"clinic-notice-{notice.pk}",
        to=notice.email,
        who=notice.contact,
        subject=f"Order {order}: too warm before it reached you",
        text=(
            f"The logger of order {order} shows up to {how_warm(excursion)}, warmer than allowed.\n"
            "Do not use it before you have spoken with the quality unit of its sender. Please "
            "answer whoever calls you, or this message."
        ),
        at=at,
        facts={"clinic_notice": notice.pk},
    )
