"""Registering a source of readings; input from anything else is refused."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import NotFound, Refusal, refuse_if
from inventory.models import Site
from inventory.rules.naming import refusals_of_name
from temperature.feed_states import begin_state
from temperature.feeds.registry import refusals_of_secret, refusals_of_settings, settings_of
from temperature.kept_secrets import NO_KEY, can_keep, encrypted
from temperature.models import Feed, FeedKind
from temperature.queries.feeds import is_service_account
from temperature.rules.feeds import (
    NOT_A_SERVICE_ACCOUNT,
    UNKNOWN_SITE,
    refusals_of_account,
    refusals_of_interval,
)

LONGEST_NAME = 60
TAKEN_MEANWHILE = Refusal("NAME_TAKEN", "Somebody else has just given this name to a source.")


def register_feed(
    *,
    site_id: int,
    name: str,
    kind: FeedKind,
    settings: Mapping[str, object],
    secret: str,
    every: timedelta,
    account_id: int | None,
    intent: SignedIntent,
    at: datetime,
) -> Feed:
    """
    Register a source, signed by an administrator; its probes are registered next.

    settings: as the adapter of `kind` reads them; secret: in the clear, kept encrypted, or empty.
    Raises NotAuthorised; NotFound (UNKNOWN_SITE); ActionRefused (NAME_*, UNKNOWN_KIND,
    SETTINGS_MALFORMED, SECRET_UNFIT, EVERY_OUT_OF_BOUNDS, NO_FEED_KEY, *ACCOUNT*).
    Source: 21 CFR 11.10(h); URS-28.
    """
    with signed_change(intent, action="register_feed") as change:
        change.subject.update(feed=name.strip())
        require_role(intent.signer, [Role.ADMINISTRATOR])
        _insist_on_site(site_id)
        refuse_if(_refusals(name, kind, settings, secret, every, account_id))
        feed = Feed(
            site_id=site_id,
            name=name.strip(),
            kind=kind,
            settings=settings_of(kind, settings).model_dump(mode="json"),
            secret=encrypted(secret),
            secret_set_at=at if secret else None,
            every=every,
            account_id=account_id,
        )
        with refused_by("temperature_feed_name_key", TAKEN_MEANWHILE):
            feed.save(force_insert=True)
        begin_state(feed, at=at)
        change.sign([feed])
    return feed


def _insist_on_site(site_id: int) -> None:
    if not Site.objects.filter(pk=site_id).exists():
        raise NotFound([UNKNOWN_SITE])


def _refusals(
    name: str,
    kind: FeedKind,
    settings: Mapping[str, object],
    secret: str,
    every: timedelta,
    account_id: int | None,
) -> list[Refusal]:
    taken = Feed.objects.filter(name=name.strip()).exists()
    refusals = refusals_of_name(name, taken=taken, what="source", longest=LONGEST_NAME)
    refusals += refusals_of_settings(kind, settings)
    refusals += refusals_of_secret(kind, settings, secret)
    refusals += refusals_of_interval(every)
    refusals += refusals_of_account(kind, account_id)
    if account_id is not None and not is_service_account(account_id):
        refusals.append(NOT_A_SERVICE_ACCOUNT)
    if secret and not can_keep():
        refusals.append(NO_KEY)
    return refusals
