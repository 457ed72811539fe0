"""How probes stood at an instant: where each sat, and which calibration counted until when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q

from temperature.models import CONTACTS, Calibration, Fitting, Probe, Quantity
from temperature.queries.probes import Due, due_of


@dataclass(frozen=True, kw_only=True)
class ProbeStatus:
    """
    One probe as it stood.

    fitting: where it sat, absent where it sat nowhere. calibration: the newest by then; due: how
    it stood.
    """

    probe: Probe
    fitting: Fitting | None
    calibration: Calibration | None
    due: Due

    @property
    def quantity(self) -> Quantity:
        """What it measures."""
        return Quantity(self.probe.quantity)


def probe_statuses(site_ids: Collection[int], *, at: datetime) -> list[ProbeStatus]:
    """
    Return the probes of these sites that were in service at an instant; three statements.

    Contacts are left out: they measure nothing that is calibrated.

    What was never calibrated comes first, then what is due first.
    Source: 21 CFR 211.68(a), 211.160(b)(4); URS-30; REQUIREMENTS D2 no. 19.
    """
    sat = Fitting.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=at), began_at__lte=at
    ).select_related("unit")
    done = Calibration.objects.filter(calibrated_at__lte=at).order_by("-calibrated_at", "-pk")
    rows = (
        Probe.objects.filter(
            Q(retired_at__isnull=True) | Q(retired_at__gt=at), feed__site__in=site_ids
        )
        .exclude(quantity__in=CONTACTS)
        .select_related("feed__site")
        .prefetch_related(
            Prefetch("fittings", queryset=sat, to_attr="sitting"),
            Prefetch("calibrations", queryset=done, to_attr="calibrated"),
        )
    )
    found = [_status(row, at) for row in rows.order_by("code")]
    return sorted(found, key=_due_first)


def _status(row: Probe, at: datetime) -> ProbeStatus:
    sitting: list[Fitting] = vars(row)["sitting"]
    calibrated: list[Calibration] = vars(row)["calibrated"]
    newest = calibrated[0] if calibrated else None
    return ProbeStatus(
        probe=row,
        fitting=sitting[0] if sitting else None,
        calibration=newest,
        due=due_of(None if newest is None else newest.due_at, at=at),
    )


def _due_first(row: ProbeStatus) -> float:
    return 0.0 if row.calibration is None else row.calibration.due_at.timestamp()
