"""The values of a version of limits, beside those of the version before."""

from dataclasses import dataclass
from datetime import timedelta

from sop.documents.wording import duration_in_words
from temperature.models import CONTACTS, Level, LimitVersion, Quantity, Side
from temperature.rules.bands import Band, bands_of
from temperature.rules.filling import FillRules, fill_rules_of
from web.templatetags.freezer import in_unit

NONE = "none"


def lasting(length: timedelta) -> str:
    """Say how long something lasts, to the second: `5 min`, `72 h`."""
    return duration_in_words(int(length.total_seconds()))


@dataclass(frozen=True, kw_only=True)
class Line:
    """One value of a version, and what it was in the version before."""

    label: str
    now: str
    before: str

    @property
    def is_changed(self) -> bool:
        """Whether the version before said otherwise."""
        return self.now != self.before


def compared(version: LimitVersion, before: LimitVersion | None, unit: str) -> tuple[Line, ...]:
    """Return each value of a version beside that of the one before; unit: that of its quantity."""
    now, was = _values(version, unit), {} if before is None else _values(before, unit)
    return tuple(
        Line(label=label, now=now.get(label, NONE), before=was.get(label, NONE))
        for label in dict.fromkeys((*now, *was))
    )


def _values(version: LimitVersion, unit: str) -> dict[str, str]:
    bands = {(band.side, band.level): band for band in bands_of(version)}
    if unit in CONTACTS:
        when = Quantity(unit).when_on
        return {
            str(level.label): f"{when}, {_lasting(band)}"
            for level in Level
            if (band := bands.get((Side.ABOVE, level))) is not None
        }
    return {
        "Setpoint": in_unit(version.setpoint, unit),
        "Dead-band": in_unit(version.dead_band, unit),
        **_of_the_quantity(version, unit),
        **{
            f"{level.label} {side.label.lower()}": f"{in_unit(band.limit, unit)}, " + _lasting(band)
            for side in Side
            for level in Level
            if (band := bands.get((side, level))) is not None
        },
    }


def _of_the_quantity(version: LimitVersion, unit: str) -> dict[str, str]:
    if unit == Quantity.TEMPERATURE.unit:
        return {"Two probes apart by": in_unit(version.most_apart, unit)}
    least = version.least_hours
    critical = version.critical_hours
    lasts = {
        "Nitrogen must last for": NONE if least is None else f"{least:g} h",
        "Nitrogen critical below": NONE if critical is None else f"{critical:g} h",
    }
    return lasts | _of_filling(fill_rules_of(version))


def _of_filling(rules: FillRules | None) -> dict[str, str]:
    if rules is None:
        return {"Fills": NONE}
    starts = "" if rules.starts_at is None else f"begin at {in_unit(rules.starts_at, '%')}, "
    every = "" if rules.every is None else f"at least every {lasting(rules.every)}, "
    rise, within = in_unit(rules.rise, "%"), lasting(rules.within)
    return {"Fills": f"{starts}{every}a rise of {rise} within {within}"}


def _lasting(band: Band) -> str:
    return f"for {lasting(band.delay)}" if band.delay else "at once"
