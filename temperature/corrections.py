"""The corrections of probes over time, as rules and as statements take them."""

from collections.abc import Collection
from datetime import datetime

from temperature.models import Calibration
from temperature.rules.corrections import DECIMALS, Step

# To be joined as `k` by probe and time; without a correction there is no row, and nothing is added.
CORRECTIONS = """
    (SELECT * FROM (
        SELECT c.probe_id, c.correction::float8 AS added, c.calibrated_at AS since,
            lead(c.calibrated_at, 1, 'infinity') OVER (
                PARTITION BY c.probe_id ORDER BY c.calibrated_at, c.id) AS until
        FROM public.temperature_calibration c
    ) c WHERE c.added <> 0)
"""
WITH_CORRECTION = f"""
    LEFT JOIN {CORRECTIONS} k ON k.probe_id = r.probe_id
        AND k.since <= r.device_at AND k.until > r.device_at
"""
VALUE = f"""
    CASE WHEN k.added IS NULL THEN r.value
    ELSE round((r.value + k.added)::numeric, {DECIMALS})::float8 END
"""
"""What a reading `r` truly measured, beside `WITH_CORRECTION`."""


def calibrations_of(probe_ids: Collection[int]) -> dict[int, list[Calibration]]:
    """Return the calibrations of each of these probes, in the order of time; one statement."""
    found: dict[int, list[Calibration]] = {}
    rows = Calibration.objects.filter(probe__in=probe_ids).order_by("calibrated_at", "pk")
    for row in rows:
        found.setdefault(row.probe_id, []).append(row)
    return found


def steps_of(calibrations: Collection[Calibration]) -> list[Step]:
    """Return from when on what is added; empty where nothing ever is."""
    steps: list[tuple[datetime, float]] = [
        (row.calibrated_at, float(row.correction)) for row in calibrations
    ]
    return steps if any(added for _, added in steps) else []
