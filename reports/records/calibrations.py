"""The paper of how what measures stood at a date: calibration, mapping, drills, service."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from inventory.models import Site
from reports.dossier.contents import SignaturePart
from reports.dossier.ledger import named
from reports.dossier.signatures import signatures_under
from reports.kit.times import exact
from reports.records.calibration_lines import (
    calibrations_listing,
    fittings_listing,
    instruments_listing,
    probes_listing,
)
from reports.records.drill_lines import (
    Drills,
    drills_at,
    drills_listing,
    probe_drills_listing,
)
from reports.records.record import Entry, Listing, Record, Shown
from temperature.models import AlarmPause, Calibration, ChannelOutage, Fitting
from temperature.queries.calibrations import ProbeStatus, probe_statuses
from temperature.queries.probes import Due
from temperature.telling_rules import rules_in_force

LOOKED_BACK = timedelta(days=365)


def calibration_record(
    site_ids: Collection[int], *, as_of: datetime, zone: ZoneInfo, at: datetime
) -> Record:
    """
    Gather how everything that measures at these sites stood at an instant, as is on record now.

    Source: 21 CFR 211.68(a), 211.160(b)(4), 11.10(b); URS-30, URS-76, URS-109, URS-110;
    REQUIREMENTS D2 no. 19.
    """
    statuses = probe_statuses(site_ids, at=as_of)
    sites = list(Site.objects.filter(pk__in=site_ids).order_by("code"))
    drills = drills_at(site_ids, since=as_of - LOOKED_BACK, as_of=as_of)
    return Record(
        title="Calibration, mapping, drills and maintenance",
        subject=f"calibrations {as_of.astimezone(zone):%Y-%m-%d}",
        version=exact(as_of),
        query=f"sites {', '.join(site.code for site in sites)}, as of {exact(as_of)}; "
        f"read at {exact(at)}",
        zone=zone,
        program_id=None,
        facts=tuple(_facts(statuses, sites, drills, as_of)),
        listings=(
            probes_listing(statuses),
            fittings_listing(site_ids, as_of=as_of),
            calibrations_listing(site_ids, as_of=as_of),
            instruments_listing(site_ids, day=as_of.astimezone(zone).date()),
            drills_listing(drills.of_alarms),
            probe_drills_listing(drills.of_probes),
            _pauses_listing(site_ids, as_of),
            _outages_listing(as_of),
        ),
        signatures=tuple(_signatures(statuses)),
    )


def _signatures(statuses: Sequence[ProbeStatus]) -> list[SignaturePart]:
    """Return who signed the calibrations that counted, and where probes sat."""
    newest = [row.calibration for row in statuses if row.calibration is not None]
    sitting = [row.fitting for row in statuses if row.fitting is not None]
    return signatures_under(
        {
            Calibration: {row.pk: f"calibration {row.certificate}" for row in newest},
            Fitting: {row.pk: f"{row.probe.code} in {row.unit.name}" for row in sitting},
        }
    )


def _facts(
    statuses: Sequence[ProbeStatus],
    sites: Sequence[Site],
    drills: Drills,
    as_of: datetime,
) -> Iterator[Entry]:
    counted = {due: sum(row.due is due for row in statuses) for due in Due}
    rules = rules_in_force()
    every = timedelta(days=rules.drill_days)
    late = [site.code for site in sites if drills.are_overdue(site, every=every, at=as_of)]
    yield Entry(name="as_of", label="As of", value=as_of)
    yield Entry(name="sites", label="Sites", value=", ".join(site.name for site in sites))
    yield Entry(name="probes", label="Probes in service", value=len(statuses))
    yield Entry(name="overdue", label="Calibration past due", value=counted[Due.OVERDUE])
    yield Entry(name="never", label="Never calibrated", value=counted[Due.NEVER])
    yield Entry(name="soon", label="Due within 30 days", value=counted[Due.SOON])
    loose = sum(row.fitting is None for row in statuses)
    yield Entry(name="loose", label="In no unit", value=loose)
    yield Entry(name="drill_days", label="A drill is due every, days", value=rules.drill_days)
    label = "Sites with a drill overdue"
    yield Entry(name="drills_overdue", label=label, value=", ".join(late) or "none")


def _pauses_listing(site_ids: Collection[int], as_of: datetime) -> Listing:
    rows = AlarmPause.objects.filter(
        unit__site__in=site_ids, began_at__lte=as_of, began_at__gt=as_of - LOOKED_BACK
    ).select_related("unit", "paused_by", "ended_by")
    return Listing(
        name="pauses",
        title="Service: when alarms were silenced, in the year before",
        header=("unit", "what", "began_at", "until", "ended_at", "paused_by", "reason"),
        rows=[
            (
                *(row.unit.name, "the unit" if row.alarm_id is None else f"alarm {row.alarm_id}"),
                *(row.began_at, row.until, row.ended_at, named(row.paused_by), row.reason),
            )
            for row in rows.order_by("-began_at", "-pk")
        ],
        shown=(
            Shown(title="Unit", names=("unit", "what"), share=1.6),
            Shown(title="Began", names=("began_at",), share=2),
            Shown(title="Allowed until, ended", names=("until", "ended_at"), share=2.2),
            Shown(title="By", names=("paused_by",), share=2),
            Shown(title="Why", names=("reason",), share=3.5),
        ),
    )


def _outages_listing(as_of: datetime) -> Listing:
    still = Q(ended_at__isnull=True) | Q(ended_at__gt=as_of - LOOKED_BACK)
    rows = ChannelOutage.objects.filter(still, began_at__lte=as_of).select_related("channel")
    return Listing(
        name="outages",
        title="Channels of alarms that did not work, in the year before",
        header=("channel", "began_at", "ended_at", "words"),
        rows=[
            (row.channel.name, row.began_at, row.ended_at, row.words)
            for row in rows.order_by("-began_at", "-pk")
        ],
        shown=(
            Shown(title="Channel", names=("channel",), share=1.6),
            Shown(title="Began, ended", names=("began_at", "ended_at"), share=2.2),
            Shown(title="Why", names=("words",), share=5),
        ),
    )
