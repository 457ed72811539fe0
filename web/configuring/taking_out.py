"""What taking a probe out of its unit ends, said on the sheet before anybody signs it."""

from collections.abc import Iterator

from django.db.models import QuerySet

from audit.local_times import in_words
from temperature.models import Alarm, AlarmCause, Excursion, Fitting, Gap, Probe, Quantity


def what_ends(probe: Probe) -> str:
    """Say what is open on a probe that sits in a unit, and what becomes of it; empty for none."""
    return " ".join(_sentences(probe))


def _sentences(probe: Probe) -> Iterator[str]:
    fitting = probe.fittings.select_related("unit").filter(ended_at__isnull=True).first()
    if fitting is None:
        return
    excursions = Excursion.objects.open().filter(probe=probe, unit=fitting.unit_id)
    beyond = list(excursions.order_by("began_at"))
    for row in beyond:
        yield (
            f"{probe.code} is beyond a limit: {row.get_level_display().lower()} since "
            f"{in_words(row.began_at)}, worst {row.peak:.1f} {Quantity(probe.quantity).unit}."
        ).replace(" -", " \N{MINUS SIGN}")
    missing = list(Gap.objects.open().filter(probe=probe, unit=fitting.unit_id))
    for gap in missing:
        yield f"{probe.code} gives no evidence since {in_words(gap.began_at)}."
    if beyond or missing:
        yield (
            "That ends at the time you enter because the probe is taken out, not because it was "
            "measured inside its limits again; its page, its evaluation and the report say so."
        )
    yield from _of_alarms(probe, fitting)
    yield from _of_witnesses(probe, fitting)


def _of_alarms(probe: Probe, fitting: Fitting) -> Iterator[str]:
    causes = (AlarmCause.EXCURSION, AlarmCause.GAP)
    rows: QuerySet[Alarm] = Alarm.objects.open().filter(
        probe=probe, unit=fitting.unit_id, cause__in=causes
    )
    numbers = ", ".join(str(key) for key in rows.order_by("pk").values_list("pk", flat=True))
    if numbers:
        yield (
            f"Its cause then counts as over for alarm {numbers}, which stays until somebody "
            "acknowledges it."
        )


def _of_witnesses(probe: Probe, fitting: Fitting) -> Iterator[str]:
    """Say so where no other thermometer is left."""
    others = Fitting.objects.filter(
        unit=fitting.unit_id, ended_at__isnull=True, probe__quantity=Quantity.TEMPERATURE
    ).exclude(probe=probe)
    if probe.quantity == Quantity.TEMPERATURE and not others.exists():
        yield (
            f"No other thermometer sits in {fitting.unit.name}: nobody knows how cold it is from "
            "then on."
        )
