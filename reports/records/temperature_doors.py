"""The tables of doors and mains: how often each was open or away, when, and for how long."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from reports.kit.fonts import MONO
from reports.records.record import Entry, Listing, Shown
from temperature.models import CONTACTS, ContactSpell, Quantity
from temperature.queries.openings import Total

MINUTE = timedelta(minutes=1)


def facts_of_contacts(totals: Sequence[Total]) -> Iterator[Entry]:
    """Give for each kind of contact how often it came to 1 in the period, and the minutes of it."""
    for quantity in CONTACTS:
        own = [row for row in totals if row.quantity is quantity]
        if not own:
            continue
        name, minutes = quantity.value, sum((row.lasted for row in own), timedelta()) / MINUTE
        spells = sum(row.spells for row in own)
        yield Entry(name=f"{name}_openings", label=f"{quantity.when_on}: times", value=spells)
        label = f"{quantity.when_on}: minutes in all"
        yield Entry(name=f"{name}_minutes", label=label, value=f"{minutes:.1f}")


def openings_listing(spells: Sequence[ContactSpell]) -> Listing:
    """Give each time in which a door was open or mains were away; spells: the oldest first."""
    return Listing(
        name="openings",
        title="Doors and filling valves open, mains away",
        note="Each as its contact says, also its part outside of the period. What comes back "
        "within five seconds is one opening.",
        header=("contact", "what", "began_at", "ended_at", "seconds_known", "times", "method"),
        rows=[
            (
                *(row.probe.code, Quantity(row.probe.quantity).when_on),
                *(row.began_at, row.ended_at, timedelta(seconds=round(row.seconds))),
                *(row.times, row.method),
            )
            for row in spells
        ],
        shown=(
            Shown(title="Contact", names=("contact",), share=1.6, font=MONO),
            Shown(title="What", names=("what",), share=1.4),
            Shown(title="From", names=("began_at",), share=2),
            Shown(title="To", names=("ended_at",), share=2),
            Shown(title="Known open", names=("seconds_known",), share=1.2),
            Shown(title="Came", names=("times",)),
        ),
        empty="None was open in the period.",
    )
