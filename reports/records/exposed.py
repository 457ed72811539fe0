"""The vials that an excursion touched, each with how long and how warm it was there."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from audit.authors import Author
from custody.excursion_words import is_of_level
from custody.models import Stay
from custody.touched import stays_in
from inventory.models import Custody, Quality, programs_seen_by
from reports.kit.fonts import MONO
from reports.records.record import Cell, Listing, Shown
from reports.records.temperature_lines import rounded
from temperature.models import Excursion, Gap, Level, Quantity, Side
from temperature.queries.measured import Window, measured_in, seconds_beyond
from temperature.queries.thresholds import InForce, limits_meanwhile
from temperature.rules.bands import Band

Times = tuple[datetime, datetime]
NOTE = (
    "Also vials that were moved or shipped since; one line for each stay. Minutes beyond a limit "
    "are counted from the probe's usable readings while the vial stood there, by the limits in "
    "force at each instant."
)
OF_TEMPERATURE = ("above", "peak_celsius", "Warmest, °C")
OF_LEVEL = ("below", "lowest_percent", "Lowest, %")
"""The side of the limits, what the worst value is called, and its title."""


def exposed_listing(subject: Excursion | Gap, asked_by: Author, *, at: datetime) -> Listing:
    """
    Give every stay in an excursion or gap; statements grow with neither vials nor limits.

    What the probe said is read once for each time in which vials stood there.
    Source: 21 CFR 1271.260(d); REQUIREMENTS B5, B7; URS-105, URS-112.
    """
    rows = list(_stays(subject, asked_by))
    lines = limits_meanwhile(subject, at=at) if isinstance(subject, Excursion) else []
    levels = list(dict.fromkeys(line.band.level for line in lines))
    times = list(dict.fromkeys(_time(subject, row, at) for row in rows))
    said = dict(zip(times, _said(subject, times, lines), strict=True)) if lines else {}
    unit = Quantity(subject.probe.quantity).unit
    side, peak, worst = OF_LEVEL if _is_level(subject) else OF_TEMPERATURE
    hidden = stays_in(subject).values("vial").distinct().count() - len({r.vial_id for r in rows})
    more = f" {hidden} more are of programs that the reader may not see." if hidden else ""
    return Listing(
        name="vials",
        title="Vials that stood there",
        note=f"{NOTE}{more}",
        header=(
            *("vial", "coi", "patient", "batch", "product", "place", "from", "to", "seconds"),
            *(f"seconds_{side}_{level}" for level in levels),
            *(side, peak, "custody_now", "quality_now"),
        ),
        rows=[_row(row, _time(subject, row, at), levels, said, unit) for row in rows],
        shown=(
            Shown(title="Vial, place", names=("vial", "place"), share=2.6, font=MONO),
            Shown(title="Therapy", names=("coi", "patient"), share=1.8, font=MONO),
            Shown(title="Batch, product", names=("batch", "product"), share=1.8),
            Shown(title="There", names=("from", "to"), share=2.2),
            Shown(title=f"{side.capitalize()} each limit", names=(side,), share=2.2),
            Shown(title=worst, names=(peak,)),
            Shown(title="Now", names=("custody_now", "quality_now"), share=1.4),
        ),
        empty="No vial that the reader may see stood there.",
    )


def _is_level(subject: Excursion | Gap) -> bool:
    return isinstance(subject, Excursion) and is_of_level(subject)


def _stays(subject: Excursion | Gap, asked_by: Author) -> Sequence[Stay]:
    rows = stays_in(subject).filter(vial__program__in=programs_seen_by(asked_by))
    related = rows.select_related("vial__batch__product", "vial__therapy__patient")
    return list(related.order_by("vial__code", "began_at"))


def _time(subject: Excursion | Gap, row: Stay, at: datetime) -> Times:
    """Return when a vial stood there while it lasted."""
    begins = max(subject.began_at, row.began_at)
    ends = min(subject.ended_at or at, row.ended_at or at)
    return begins, max(begins, ends)


def _said(
    subject: Excursion | Gap, times: Sequence[Times], lines: Sequence[InForce]
) -> Iterator[tuple[list[tuple[Band, int]], float | None]]:
    """Yield for each time how long the probe was beyond each limit, and the most it said."""
    asked = [
        (Window(subject.probe, max(begins, line.since), min(ends, line.until)), line.band)
        for begins, ends in times
        for line in lines
    ]
    beyond = iter(seconds_beyond(asked))
    windows = [Window(subject.probe, begins, ends) for begins, ends in times]
    for measured, (begins, ends) in zip(measured_in(windows), times, strict=True):
        is_above = isinstance(subject, Excursion) and subject.side == Side.ABOVE
        worst = measured.highest if is_above else measured.lowest
        found = [(line, next(beyond)) for line in lines]
        yield [(line.band, each) for line, each in found if line.meets(begins, ends)], worst


def _row(
    row: Stay,
    time: Times,
    levels: Sequence[Level],
    said: dict[Times, tuple[list[tuple[Band, int]], float | None]],
    unit: str,
) -> tuple[Cell, ...]:
    vial, (begins, ends) = row.vial, time
    therapy, (seconds, peak) = vial.therapy, said.get(time, ([], None))
    above = [
        f"{band.level.label}, {band.limit:g} {unit}: {each / 60:.1f} min".replace("-", "−")
        for band, each in seconds
    ]
    return (
        *(vial.code, "" if therapy is None else therapy.coi),
        "" if therapy is None else therapy.patient.pseudonym,
        *(vial.batch.number, vial.batch.product.code, row.place),
        *(begins, ends, ends - begins),
        *(sum(each for band, each in seconds if band.level == level) for level in levels),
        *("\n".join(above) if above else "not measured", rounded(peak)),
        *(str(Custody(vial.custody).label), str(Quality(vial.quality).label)),
    )
