"""Setting sources of readings up: one sheet for every kind, by what its adapter needs."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, QueryDict
from django.urls import reverse

from inventory.models import Site
from temperature.actions.change_feed import change_feed
from temperature.actions.register_feed import register_feed
from temperature.actions.retire_feed import retire_feed
from temperature.feeds.registry import adapters
from temperature.models import Feed, FeedKind
from temperature.queries.feeds import FeedRow, feed_row, service_accounts
from web.configuring.setups import SetUp, sheet
from web.forms.feeds import FeedForm
from web.forms.signing import SigningForm

Posted = QueryDict | None
ONCE_SIGNED = "From the signature on, readings are taken as it says."


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of source that can be added."""

    name: str
    label: str


def kinds() -> list[Kind]:
    """List the kinds of sources that there is an adapter for."""
    return [Kind(name=kind, label=FeedKind(kind).label) for kind in adapters()]


def feed_or_404(feed_id: int) -> FeedRow:
    """
    Return a source.

    Raises Http404: there is none of this key.
    """
    found = feed_row(feed_id)
    if found is None:
        raise Http404
    return found


def new_feed(posted: Posted, kind: str, at: datetime) -> SetUp:
    """
    Set a source up.

    Raises Http404: there is no adapter for this kind.
    """
    if kind not in adapters():
        raise Http404
    kind = FeedKind(kind)
    sites = [(row.pk, row.name) for row in Site.objects.order_by("code")]
    accounts = service_accounts() if kind is FeedKind.PUSH else []
    form = FeedForm(posted, adapter=adapters()[kind], kept={}, sites=sites, accounts=accounts)
    return SetUp(
        form=form,
        sheet=sheet(f"Add a source: {kind.label}", under="feeds", words=ONCE_SIGNED),
        act=lambda intent: register_feed(
            site_id=form.cleaned_data["site"],
            name=form.cleaned_data["name"],
            kind=kind,
            settings=form.settings(),
            secret=form.secret,
            every=form.every,
            account_id=form.cleaned_data.get("account"),
            intent=intent,
            at=at,
        ),
        done="The source is added. Register its probes next, under the channels that it names.",
        done_url=reverse("configure:feeds"),
    )


def changed_feed(posted: Posted, feed_id: int, at: datetime) -> SetUp:
    """
    Change a source.

    Raises Http404: there is none in use of this key.
    """
    feed = _in_use(feed_id)
    accounts = service_accounts() if feed.kind == FeedKind.PUSH else []
    form = FeedForm(
        posted,
        adapter=adapters()[FeedKind(feed.kind)],
        kept=feed.settings,
        sites=[],
        accounts=accounts,
        initial={"every": int(feed.every.total_seconds()), "account": feed.account_id},
    )
    return SetUp(
        form=form,
        sheet=sheet(
            f"Change {feed.name}", under="feeds", words=ONCE_SIGNED, covers=((Feed, feed.pk),)
        ),
        act=lambda intent: change_feed(
            feed_id=feed.pk,
            settings=form.settings(),
            secret=form.secret,
            every=form.every if "every" in form.fields else feed.every,
            account_id=form.cleaned_data.get("account"),
            intent=intent,
            at=at,
        ),
        done=f"{feed.name} is changed.",
        done_url=reverse("configure:feed", args=[feed.pk]),
    )


def retired_feed(posted: Posted, feed_id: int, at: datetime) -> SetUp:
    """
    Retire a source.

    Raises Http404: there is none in use of this key.
    """
    feed = _in_use(feed_id)
    form = SigningForm(posted)
    return SetUp(
        form=form,
        sheet=sheet(
            f"Retire {feed.name}",
            under="feeds",
            words="Nothing more is taken from it, and its secret is forgotten. Readings stay.",
            covers=((Feed, feed.pk),),
            grave=True,
        ),
        act=lambda intent: retire_feed(feed_id=feed.pk, intent=intent, at=at),
        done=f"{feed.name} is retired.",
        done_url=reverse("configure:feeds"),
    )


def _in_use(feed_id: int) -> Feed:
    feed = feed_or_404(feed_id).feed
    if feed.retired_at is not None or feed.kind not in adapters():
        raise Http404
    return feed
