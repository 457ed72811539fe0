"""What the actions on probes share: finding one under its lock, and the words for what is amiss."""

from audit.errors import NotFound, Refusal
from inventory.models import Container
from temperature.models import Feed, Fitting, Probe

UNKNOWN_PROBE = Refusal("UNKNOWN_PROBE", "No such probe. Choose it from the list.")
UNKNOWN_FEED = Refusal("UNKNOWN_FEED", "No such source, or it was retired. Choose another.")
UNKNOWN_UNIT = Refusal("UNKNOWN_UNIT", "No such freezer or tank in use. Choose it from the list.")
FITTED_MEANWHILE = Refusal(
    "FITTED_MEANWHILE", "Somebody else has just fitted this probe. Look at where it sits now."
)


def locked_probe(probe_id: int) -> Probe:
    """
    Return a probe under its lock, with its source.

    Raises NotFound (UNKNOWN_PROBE).
    """
    rows = Probe.objects.select_related("feed__site").filter(pk=probe_id)
    probe = rows.select_for_update(of=("self",), no_key=True).first()
    if probe is None:
        raise NotFound([UNKNOWN_PROBE])
    return probe


def feed_in_service(feed_id: int) -> Feed:
    """
    Return a registered source.

    Raises NotFound (UNKNOWN_FEED): there is none, or it was retired.
    """
    feed = Feed.objects.filter(pk=feed_id, retired_at__isnull=True).first()
    if feed is None:
        raise NotFound([UNKNOWN_FEED])
    return feed


def unit_in_use(unit_id: int) -> Container:
    """
    Return a freezer or tank with its type and site.

    Raises NotFound (UNKNOWN_UNIT): there is none, it is no unit, or it was retired.
    """
    rows = Container.objects.select_related("type", "site").filter(pk=unit_id)
    unit = rows.filter(retired_at__isnull=True).first()
    if unit is None or not unit.type.is_unit:
        raise NotFound([UNKNOWN_UNIT])
    return unit


def open_fitting(probe: Probe) -> Fitting | None:
    """Return where a probe sits now; None when it sits nowhere."""
    return Fitting.objects.select_related("unit").filter(probe=probe, ended_at__isnull=True).first()
