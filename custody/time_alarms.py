"""When a vial is out of storage for longer than its product endures, and who is told what."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from custody.exposure import budget_in_force, length
from custody.models import Stay
from custody.queries.warmth import OUT, warmth_of
from custody.time_out import out_since
from custody.warmth import spent_by
from custody.warmth_facts import TemperatureFacts
from inventory.models import Vial
from temperature.alarms_about import Subject
from temperature.models import Alarm, AlarmCause

VIAL = "vial "


def about_vial(vial_id: int) -> str:
    """Return what the alarm of a vial is known by."""
    return f"{VIAL}{vial_id}"


def vial_of(about: str) -> int | None:
    """Return the key of the vial that an alarm is about; None where it is about none."""
    return int(about.removeprefix(VIAL)) if about.startswith(VIAL) else None


def beyond(facts: TemperatureFacts, *, at: datetime) -> timedelta | None:
    """
    Return how much longer a vial is out than it may be; None while it is not, or nobody knows.

    Its carrier's time does not count, what QA accepted does. How often it was out is no matter of
    the clock. Source: REQUIREMENTS B5; URS-113.
    """
    allowed = budget_in_force(facts.budget, facts.accepted, at)
    if allowed is None or facts.out_since is None:
        return None
    over = at - facts.out_since - allowed.longest_single
    over = max(over, spent_by(facts, at).total - allowed.longest_total)
    return over if over > timedelta() else None


def time_out_to_settle(*, at: datetime) -> list[int]:
    """Return the vials that are out too long and not told, or told and no more; four queries."""
    out = list(Vial.objects.filter(custody__in=OUT).values_list("pk", flat=True))
    facts: Mapping[int, TemperatureFacts] = warmth_of(out, at=at) if out else {}
    late = {key for key, known in facts.items() if beyond(known, at=at) is not None}
    rows = Alarm.objects.open().filter(cause=AlarmCause.OUT).values_list("about", flat=True)
    told = {key for about in rows if (key := vial_of(about)) is not None}
    return sorted(late ^ told)


def subject_of(vial: Vial, over: timedelta, *, at: datetime) -> Subject | None:
    """
    Say what is out, of which product, in whose hands and since when; no patient.

    vial: locked, with its product and its custodian. None where it never stood in a unit.
    """
    unit_id = last_unit(vial)
    if unit_id is None:
        return None
    holder = "nobody on record" if vial.custodian is None else vial.custodian.full_name
    since = out_since([vial.pk]).get(vial.pk, at).astimezone(UTC)
    words = (
        f"{vial.code} of product {vial.batch.product.code} is out of storage since "
        f"{since:%Y-%m-%d %H:%M} UTC, in the hands of {holder}: {length(over)} longer than it "
        f"endures, as of {at.astimezone(UTC):%H:%M} UTC. Have it put back, and call QA."
    )
    return Subject(unit_id=unit_id, program_id=vial.program_id, words=words)


def last_unit(vial: Vial) -> int | None:
    """Return the unit it last stood in; a part that was split off stood where its parent did."""
    row: Vial | None = vial
    while row is not None:
        stays = Stay.objects.filter(vial=row).order_by("-began_at", "-pk")
        unit_id = stays.values_list("unit", flat=True).first()
        if unit_id is not None:
            return unit_id
        row = row.parent
    return None
