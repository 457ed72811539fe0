"""Registering, changing and retiring channels, and what a missed heartbeat leaves behind."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import serializers

from audit.errors import NotFound
from temperature.actions.change_channel import change_channel
from temperature.actions.register_channel import register_channel
from temperature.actions.retire_channel import retire_channel
from temperature.actions.set_contact import set_contact
from temperature.channel_states import channels_in_use, working
from temperature.kept_secrets import decrypted
from temperature.models import Channel, ChannelKind, ChannelOutage, ChannelState
from temperature.trying import try_channels
from tests.custody.racing import race
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.temperature.channels.servers import receiver
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-110")

HOUR = timedelta(hours=1)
SECRET = "secret-of-the-duty-system"


def registered(world: World, **said: Any) -> Channel:
    """Register a channel as the administrator."""
    plain: dict[str, Any] = {
        "name": "Duty system",
        "kind": ChannelKind.WEBHOOK,
        "rank": 1,
        "settings": {"url": "http://127.0.0.1:1/in"},
        "secret": SECRET,
        "try_every": HOUR,
        "intent": world.signs(world.admin),
        "at": NOON,
    }
    return register_channel(**(plain | said))


def changed(world: World, channel: Channel, **said: Any) -> Channel:
    """Change a channel as the administrator."""
    plain: dict[str, Any] = {
        "rank": channel.rank,
        "settings": channel.settings,
        "secret": "",
        "try_every": channel.try_every,
        "intent": world.signs(world.admin),
        "at": NOON,
    }
    return change_channel(channel_id=channel.pk, **(plain | said))


def test_registers_changes_and_retires_under_signatures_without_showing_the_secret(
    world: World,
) -> None:
    channel = registered(world)
    assert_signed_and_kept(channel, action="register_channel")
    newer = changed(world, channel, rank=2)
    assert (newer.rank, decrypted(newer.secret)) == (2, SECRET)
    assert_signed_and_kept(newer, action="change_channel")
    with refused("NOTHING_CHANGES"):
        changed(world, newer)

    kept = serializers.serialize("json", [newer, *Channel.history.filter(id=newer.pk)])
    assert SECRET not in kept
    retired = retire_channel(channel_id=newer.pk, intent=world.signs(world.admin), at=NOON)

    assert_signed_and_kept(retired, action="retire_channel")
    assert retired.secret == ""
    with pytest.raises(NotFound):
        changed(world, newer, rank=3)
    with pytest.raises(NotFound):
        retire_channel(channel_id=newer.pk, intent=world.signs(world.admin), at=NOON)


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ({"name": " ", "rank": 0}, ["NAME_MISSING", "RANK_OUT_OF_BOUNDS"]),
        ({"try_every": timedelta(seconds=1)}, ["EVERY_OUT_OF_BOUNDS"]),
        ({"settings": {"url": "file:///etc/passwd"}}, ["SETTINGS_MALFORMED"]),
        ({"rank": 1}, ["RANK_TAKEN"]),
    ],
)
def test_refuses_what_cannot_work(world: World, said: dict[str, Any], codes: list[str]) -> None:
    registered(world)

    with refused(*codes):
        registered(world, **({"name": "Second", "rank": 2} | said))


def test_only_administrators_set_channels_and_addresses_up(world: World) -> None:
    channel = registered(world)
    for person in (world.technician, world.qa, world.inspector):
        intent = world.signs(person)
        with unauthorised():
            registered(world, name="Mine", rank=2, intent=intent)
        with unauthorised():
            changed(world, channel, rank=3, intent=intent)
        with unauthorised():
            retire_channel(channel_id=channel.pk, intent=intent, at=NOON)
        with unauthorised():
            set_contact(
                person_id=person.pk, kind=ChannelKind.EMAIL, address="a@example.org", intent=intent
            )


def test_an_address_can_be_written_to_or_is_none(world: World) -> None:
    def entered(address: str, kind: ChannelKind = ChannelKind.EMAIL) -> None:
        intent = world.signs(world.admin)
        row = set_contact(person_id=world.qa.pk, kind=kind, address=address, intent=intent)
        assert_signed_and_kept(row, action="set_contact")

    entered(" qa@example.org ")
    entered("+49301234567", ChannelKind.SMS)
    entered("")
    with refused("NOTHING_CHANGES"):
        entered("")
    for kind, address in ((ChannelKind.EMAIL, "qa"), (ChannelKind.SMS, "0301234567")):
        with refused("ADDRESS_MALFORMED"):
            entered(address, kind)
    with refused("NO_ADDRESSES"):
        entered("x", ChannelKind.WEBHOOK)
    with pytest.raises(NotFound):
        set_contact(person_id=0, kind=ChannelKind.SMS, address="", intent=world.signs(world.admin))


def test_a_missed_heartbeat_is_kept_and_the_next_channel_takes_over(world: World) -> None:
    with receiver() as there:
        first = registered(world, settings={"url": there.url})
        second = registered(world, name="Second", rank=2, settings={"url": there.url})
        assert try_channels(at=NOON) == 0
        there.status = 503
        changed(world, first, try_every=HOUR * 2)

        assert try_channels(at=NOON) == 1

        outage = ChannelOutage.objects.get()
        assert (outage.channel, outage.ended_at) == (first, None)
        assert "503" in outage.words
        assert working(channels_in_use()) == [second, first]
        state = ChannelState.objects.get(channel=first)
        assert (state.failures, state.next_at) == (1, NOON + timedelta(minutes=1))
        assert try_channels(at=NOON) == 0
        there.status = 204
        assert try_channels(at=state.next_at) == 0

    outage.refresh_from_db()
    assert outage.ended_at == state.next_at
    assert working(channels_in_use()) == [first, second]
    assert there.posted == []


@pytest.mark.parametrize("kind", ["one that fails twice", "one that is retired meanwhile"])
def test_an_outage_is_one_and_ends_with_its_channel(world: World, kind: str) -> None:
    channel = registered(world)
    try_channels(at=NOON)
    try_channels(at=NOON + HOUR)

    assert ChannelOutage.objects.count() == 1
    assert ChannelState.objects.get(channel=channel).failures == 2
    if "retired" in kind:
        retire_channel(channel_id=channel.pk, intent=world.signs(world.admin), at=NOON + HOUR)
        assert ChannelOutage.objects.get().ended_at == NOON + HOUR
        assert try_channels(at=NOON + 3 * HOUR) == 0


def test_two_workers_record_one_outage(committed_world: World) -> None:
    channel = registered(committed_world)
    later = NOON + HOUR

    race(
        lambda: try_channels(at=later),
        lambda: try_channels(at=later),
        meet_in="temperature.trying.claim_channels",
    )

    assert ChannelOutage.objects.get().channel == channel
    assert ChannelState.objects.get().failures == 1
