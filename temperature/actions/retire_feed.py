"""Retiring a source of readings."""

from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound, refuse_if
from temperature.models import Feed, Probe
from temperature.rules.feeds import STILL_IN_USE, UNKNOWN_FEED


def retire_feed(*, feed_id: int, intent: SignedIntent, at: datetime) -> Feed:
    """
    Retire a source, signed by an administrator; its readings stay, and nothing more is taken.

    Its secret is forgotten. Raises NotAuthorised; NotFound (UNKNOWN_FEED); ActionRefused
    (PROBES_IN_SERVICE). Source: 21 CFR 11.10(h); URS-28.
    """
    with signed_change(intent, action="retire_feed") as change:
        rows = Feed.objects.select_for_update(of=("self",), no_key=True)
        feed = rows.filter(pk=feed_id, retired_at__isnull=True).first()
        require_role(intent.signer, [Role.ADMINISTRATOR])
        if feed is None:
            raise NotFound([UNKNOWN_FEED])
        change.subject.update(feed=feed.name)
        in_use = Probe.objects.filter(feed=feed, retired_at__isnull=True).exists()
        refuse_if([STILL_IN_USE] if in_use else [])
        feed.retired_at = at
        feed.secret = ""
        feed.save(update_fields=["retired_at", "secret"])
        change.sign([feed])
    return feed
