"""Changing how a source of readings is asked."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound, Refusal, refuse_if
from temperature.feed_states import begin_state
from temperature.feeds.registry import refusals_of_secret, refusals_of_settings, settings_of
from temperature.kept_secrets import NO_KEY, can_keep, encrypted
from temperature.loggers import refusals_of_loggers
from temperature.models import Feed, FeedKind
from temperature.queries.feeds import is_service_account
from temperature.rules.feeds import (
    NOT_A_SERVICE_ACCOUNT,
    NOTHING_CHANGES,
    UNKNOWN_FEED,
    refusals_of_account,
    refusals_of_interval,
)

FIELDS = ["settings", "every", "account", "secret", "secret_set_at"]


def change_feed(
    *,
    feed_id: int,
    settings: Mapping[str, object],
    secret: str,
    every: timedelta,
    account_id: int | None,
    intent: SignedIntent,
    at: datetime,
) -> Feed:
    """
    Change a source, signed by an administrator; it is asked again at once.

    secret: a new one in the clear, which takes the place of the old; empty keeps what there is.
    Raises NotAuthorised; NotFound (UNKNOWN_FEED); ActionRefused (SETTINGS_MALFORMED,
    SECRET_UNFIT, EVERY_OUT_OF_BOUNDS, NO_FEED_KEY, ACCOUNT_*, NOT_A_SERVICE_ACCOUNT,
    SERIAL_TAKEN, NOTHING_CHANGES).
    Source: 21 CFR 11.10(h), 11.300(b); URS-28.
    """
    with signed_change(intent, action="change_feed") as change:
        rows = Feed.objects.select_for_update(of=("self",), no_key=True)
        feed = rows.filter(pk=feed_id, retired_at__isnull=True).first()
        require_role(intent.signer, [Role.ADMINISTRATOR])
        if feed is None:
            raise NotFound([UNKNOWN_FEED])
        change.subject.update(feed=feed.name)
        refuse_if(_refusals(feed, settings, secret, every, account_id))
        before = (feed.settings, feed.every, feed.account_id)
        feed.settings = settings_of(FeedKind(feed.kind), settings).model_dump(mode="json")
        feed.every, feed.account_id = every, account_id
        if not secret and before == (feed.settings, feed.every, feed.account_id):
            refuse_if([NOTHING_CHANGES])
        if secret:
            feed.secret, feed.secret_set_at = encrypted(secret), at
        feed.save(update_fields=FIELDS)
        begin_state(feed, at=at)
        change.sign([feed])
    return feed


def _refusals(
    feed: Feed,
    settings: Mapping[str, object],
    secret: str,
    every: timedelta,
    account_id: int | None,
) -> list[Refusal]:
    refusals = refusals_of_settings(feed.kind, settings)
    if secret or not feed.secret:
        refusals += refusals_of_secret(feed.kind, settings, secret)
    refusals += refusals_of_interval(every)
    refusals += refusals_of_account(feed.kind, account_id)
    if account_id is not None and not is_service_account(account_id):
        refusals.append(NOT_A_SERVICE_ACCOUNT)
    if secret and not can_keep():
        refusals.append(NO_KEY)
    probes = feed.probes.filter(retired_at__isnull=True).values_list("channel", flat=True)
    return refusals + refusals_of_loggers(feed, probes, settings)
