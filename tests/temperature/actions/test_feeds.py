"""Registering, changing and retiring sources of readings."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import serializers

from accounts.roles import Role
from audit.configuration import effective_settings
from audit.models import RefusedAttempt
from temperature.actions.change_feed import change_feed
from temperature.actions.register_feed import register_feed
from temperature.actions.retire_feed import retire_feed
from temperature.feeds.adapter import FeedFailed
from temperature.kept_secrets import decrypted
from temperature.models import Feed, FeedKind, FeedState
from tests.factories.people import PersonFactory
from tests.factories.temperature import ProbeFactory
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import NOON, World

SECRET = "bearer-of-the-gateway"
PLAIN: dict[str, Any] = {
    "kind": FeedKind.LOGGER_FILE,
    "settings": {"time_header": "Time", "columns": [{"header": "T", "channel": "TP"}]},
    "secret": "",
    "every": timedelta(minutes=1),
    "account_id": None,
    "at": NOON,
}


def registered(world: World, **said: Any) -> Feed:
    """Register a source as the administrator."""
    plain = {"site_id": world.site.pk, "name": "Loggers", "intent": world.signs(world.admin)}
    return register_feed(**(PLAIN | plain | said))


def changed(world: World, feed: Feed, **said: Any) -> Feed:
    """Change a source as the administrator."""
    plain = {name: value for name, value in PLAIN.items() if name != "kind"}
    return change_feed(feed_id=feed.pk, **(plain | {"intent": world.signs(world.admin)} | said))


@pytest.mark.urs("URS-28")
def test_registers_a_source_under_a_signature_and_lets_it_be_asked_at_once(world: World) -> None:
    feed = registered(world, name=" Loggers ")

    assert_signed_and_kept(feed, action="register_feed")
    assert feed.name == "Loggers"
    assert feed.settings["separator"] == "auto"
    assert FeedState.objects.get(feed=feed).next_at == NOON


@pytest.mark.urs("URS-28")
def test_keeps_a_secret_encrypted_and_out_of_history(world: World, settings: Any) -> None:
    settings.FEED_KEY = ["old key"]
    feed = registered(world, secret=SECRET)

    kept = serializers.serialize("json", [feed, *Feed.history.filter(id=feed.pk)])
    assert SECRET not in kept
    assert not any(field.name == "secret" for field in Feed.history.model._meta.fields)

    settings.FEED_KEY = ["new key", "old key"]
    assert decrypted(feed.secret) == SECRET
    newer = changed(world, feed, secret="another")
    settings.FEED_KEY = ["new key"]
    assert decrypted(newer.secret) == "another"
    with pytest.raises(FeedFailed):
        decrypted(feed.secret)


@pytest.mark.urs("URS-03")
def test_the_key_is_not_among_the_settings_that_the_trail_keeps(settings: Any) -> None:
    settings.FEED_KEY = ["not-to-be-seen"]

    assert "not-to-be-seen" not in repr(effective_settings())


def test_changes_what_is_said_and_keeps_the_secret_when_none_is_given(world: World) -> None:
    feed = registered(world, secret=SECRET)

    newer = changed(world, feed, every=timedelta(minutes=5))

    assert_signed_and_kept(newer, action="change_feed")
    assert (newer.every, decrypted(newer.secret)) == (timedelta(minutes=5), SECRET)
    with refused("NOTHING_CHANGES"):
        changed(world, feed, every=timedelta(minutes=5))


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ({"name": " "}, ["NAME_MISSING"]),
        ({"settings": {}}, ["SETTINGS_MALFORMED", "SETTINGS_MALFORMED"]),
        ({"settings": {}, "kind": "telepathy"}, ["UNKNOWN_KIND"]),
        ({"every": timedelta(seconds=1)}, ["EVERY_OUT_OF_BOUNDS"]),
        ({"kind": FeedKind.PUSH, "settings": {}}, ["ACCOUNT_MISSING"]),
        ({"account_id": 1}, ["ACCOUNT_NOT_NEEDED", "NOT_A_SERVICE_ACCOUNT"]),
    ],
)
def test_refuses_what_cannot_work(world: World, said: dict[str, Any], codes: list[str]) -> None:
    with refused(*codes):
        registered(world, **said)


def test_refuses_a_name_that_is_taken_and_a_secret_without_a_key(
    world: World, settings: Any
) -> None:
    registered(world)
    settings.FEED_KEY = []

    with refused("NAME_TAKEN", "NO_FEED_KEY"):
        registered(world, secret=SECRET)
    assert SECRET not in serializers.serialize("json", RefusedAttempt.objects.all())


def test_a_source_that_sends_has_a_service_account(world: World) -> None:
    account = PersonFactory.create(roles=[Role.SERVICE])

    feed = registered(world, kind=FeedKind.PUSH, settings={}, account_id=account.pk)

    assert feed.account == account
    with refused("NOT_A_SERVICE_ACCOUNT"):
        changed(world, feed, settings={}, account_id=world.technician.pk)


def test_retires_a_source_once_its_probes_are(world: World) -> None:
    feed = registered(world, secret=SECRET)
    ProbeFactory.create(feed=feed)
    intent = world.signs(world.admin)
    with refused("PROBES_IN_SERVICE"):
        retire_feed(feed_id=feed.pk, intent=intent, at=NOON)
    other = registered(world, name="Others", secret=SECRET)

    retired = retire_feed(feed_id=other.pk, intent=intent, at=NOON)

    assert_signed_and_kept(retired, action="retire_feed")
    assert (retired.retired_at, retired.secret) == (NOON, "")


def test_only_administrators_set_sources_up(world: World) -> None:
    feed = registered(world)
    for person in (world.technician, world.qa, world.inspector):
        intent = world.signs(person)
        with unauthorised():
            registered(world, name="Mine", intent=intent)
        with unauthorised():
            changed(world, feed, every=timedelta(minutes=9), intent=intent)
        with unauthorised():
            retire_feed(feed_id=feed.pk, intent=intent, at=NOON)
