"""The register of probes as screens show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import F, FilteredRelation, OuterRef, Q, QuerySet, Subquery

from inventory.models import Site
from temperature.models import CONTACTS, Calibration, Fitting, Probe, Quantity, Zone

SOON = timedelta(days=30)
SILENT_AFTER = 3
"""So many expected intervals without a reading are silence (URS-108)."""


class Due(StrEnum):
    """How the calibration of a probe stands."""

    NEVER = "never"
    OVERDUE = "overdue"
    SOON = "soon"
    VALID = "valid"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, kw_only=True)
class ProbeLine:
    """
    One probe of the register.

    unit: where it sits, absent when it sits nowhere. last_value: in the quantity's unit, absent
    where the newest reading carries none. due_at: until when its last calibration counts.
    """

    id: int
    code: str
    quantity: Quantity
    feed: str
    channel: str
    unit_id: int | None
    unit: str
    zone: str
    last_at: datetime | None
    last_value: float | None
    due_at: datetime | None
    due: Due
    is_silent: bool
    is_retired: bool


@dataclass(frozen=True, kw_only=True)
class ProbePage:
    """One probe with everything that was recorded of it, the newest first."""

    probe: Probe
    line: ProbeLine
    fittings: list[Fitting]
    calibrations: list[Calibration]


def probe_lines(sites: QuerySet[Site], *, at: datetime) -> list[ProbeLine]:
    """
    List the probes of sites: those in service first, of these what is longest overdue; one query.

    sites: those that the person may see.
    Source: 21 CFR 211.68(a); URS-28, URS-30.
    """
    rows = _rows(Probe.objects.filter(feed__site__in=sites))
    ordered = rows.order_by(
        F("retired_at").asc(nulls_first=True), F("due").asc(nulls_first=True), "code"
    )
    return [_line(row, at) for row in ordered]


def probe_page(probe_id: int, sites: QuerySet[Site], *, at: datetime) -> ProbePage | None:
    """Return one probe of these sites with its records; None when it is none of them."""
    rows = Probe.objects.filter(pk=probe_id, feed__site__in=sites)
    probe = rows.select_related("feed__site").first()
    if probe is None:
        return None
    return ProbePage(
        probe=probe,
        line=_line(_rows(rows).get(), at),
        fittings=list(probe.fittings.select_related("unit").order_by("-began_at")),
        calibrations=list(probe.calibrations.order_by("-calibrated_at", "-pk")),
    )


def _rows(probes: QuerySet[Probe]) -> QuerySet[Probe, dict[str, Any]]:
    last = Calibration.objects.filter(probe=OuterRef("pk")).order_by("-calibrated_at", "-pk")
    rows: QuerySet[Probe, dict[str, Any]] = probes.annotate(
        sits=FilteredRelation("fittings", condition=Q(fittings__ended_at__isnull=True)),
        due=Subquery(last.values("due_at")[:1]),
    ).values(
        *("pk", "code", "quantity", "channel", "expected_every", "retired_at", "due"),
        *("feed__name", "sits__unit_id", "sits__unit__name", "sits__zone"),
        *("state__last_at", "state__last_value"),
    )
    return rows


def _line(row: Mapping[str, Any], at: datetime) -> ProbeLine:
    due_at, last_at, every = row["due"], row["state__last_at"], row["expected_every"]
    unit_id, zone = row["sits__unit_id"], row["sits__zone"]
    return ProbeLine(
        id=row["pk"],
        code=row["code"],
        quantity=Quantity(row["quantity"]),
        feed=row["feed__name"],
        channel=row["channel"],
        unit_id=unit_id,
        unit=row["sits__unit__name"] or "",
        zone=str(Zone(zone).label) if zone else "",
        last_at=last_at,
        last_value=row["state__last_value"],
        due_at=due_at,
        due=Due.NOT_NEEDED if row["quantity"] in CONTACTS else due_of(due_at, at=at),
        is_silent=last_at is None or at - last_at > every * SILENT_AFTER,
        is_retired=row["retired_at"] is not None,
    )


def due_of(due_at: datetime | None, *, at: datetime) -> Due:
    """Say how a calibration that counts until `due_at` stands at an instant."""
    if due_at is None:
        return Due.NEVER
    if due_at <= at:
        return Due.OVERDUE
    return Due.SOON if due_at <= at + SOON else Due.VALID
