"""Trying the heartbeat of every channel that is due, whether anybody must be told or not."""

from datetime import datetime
from uuid import uuid4

import structlog

from accounts.models import Person
from temperature.actions.end_channel_outage import end_channel_outage
from temperature.actions.record_channel_outage import record_channel_outage
from temperature.channel_states import claim_channels, tell_beat, tell_missed
from temperature.channels.adapter import Message, NotTold
from temperature.channels.registry import beat, send, way_of
from temperature.models import Channel, Contact

log = structlog.get_logger(__name__)


def try_channels(*, at: datetime) -> int:
    """
    Try the channels that are due; return how many missed their heartbeat.

    Source: URS-110; REQUIREMENTS E 9.
    """
    return sum(not try_channel(channel, at=at) for channel in claim_channels(at=at))


def try_channel(channel: Channel, *, at: datetime) -> bool:
    """Try one channel now; say whether its heartbeat came."""
    try:
        beat(channel)
    except NotTold as missed:
        log.warning("channel_missed_its_heartbeat", channel=channel.pk, words=missed.words)
        record_channel_outage(channel_id=channel.pk, words=missed.words, at=at)
        tell_missed(channel, at=at)
        return False
    if channel.outages.filter(ended_at__isnull=True).exists():
        end_channel_outage(channel_id=channel.pk, at=at)
    tell_beat(channel, at=at)
    return True


def send_test(channel: Channel, person: Person, *, at: datetime) -> str:
    """Send somebody a test and return why it was not taken, in words; empty when it was."""
    contact = Contact.objects.filter(person=person, kind=channel.kind).exclude(address="").first()
    if contact is None and way_of(channel).has_addresses:
        return "It has no address of yours. Have an administrator enter one below."
    message = Message(
        id=f"test-{uuid4()}",
        to="" if contact is None else contact.address,
        who=person.full_name,
        subject="Freezer inventory: a test of this channel",
        text="Somebody tried whether alarms reach you. There is nothing to do.",
        at=at,
        facts={"test": True},
    )
    try:
        send(channel, message)
    except NotTold as failed:
        return failed.words
    return ""
