"""When a vial is out of storage for longer than its product endures, and who is told what."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from audit.local_times import in_words
from custody.exposure import budget_in_force, length
from custody.models import Claim, PickScan, Receipt, Stay
from custody.queries.warmth import OUT, warmth_of
from custody.warmth import spent_by
from custody.warmth_facts import TemperatureFacts
from inventory.models import UNITS, Container, Vial
from temperature.alarms import resolve
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

    Its carrier's time does not count, and while it keeps the vial cold there is nothing to put
    back; what QA accepted counts. How often it was out is no matter of the clock.
    Source: REQUIREMENTS B5; URS-113.
    """
    allowed, out = budget_in_force(facts.budget, facts.accepted, at), facts.going_on
    if allowed is None or out is None or out.is_kept_cold(at):
        return None
    over = out.exposed(at) - allowed.longest_single
    over = max(over, spent_by(facts, at).total - allowed.longest_total)
    return over if over > timedelta() else None


def time_out_to_settle(*, at: datetime) -> list[int]:
    """Return the vials that are out too long and not told, or told and no more; five queries."""
    out = [
        *Vial.objects.filter(custody__in=OUT).values_list("pk", flat=True),
        *Claim.objects.scanned().values_list("vial", flat=True).distinct(),
    ]
    facts: Mapping[int, TemperatureFacts] = warmth_of(out, at=at) if out else {}
    late = {key for key, known in facts.items() if beyond(known, at=at) is not None}
    rows = Alarm.objects.open().filter(cause=AlarmCause.OUT).values_list("about", flat=True)
    told = {key for about in rows if (key := vial_of(about)) is not None}
    return sorted(late ^ told)


def end_time_out(vial_ids: Collection[int], *, at: datetime) -> None:
    """
    Resolve the alarms of vials that came back, or into what keeps them cold; one query.

    The vials are locked by the caller, so that none is raised meanwhile.
    """
    about = [about_vial(key) for key in vial_ids]
    rows = Alarm.objects.open().filter(cause=AlarmCause.OUT, about__in=about).order_by("pk")
    resolve(list(rows.select_for_update(of=("self",), no_key=True)), at=at)


def subject_of(
    vial: Vial, facts: TemperatureFacts, over: timedelta, *, at: datetime
) -> Subject | None:
    """
    Say what is out, of which product, in whose hands and since when; no patient.

    vial: locked, with its product and its custodian. What waits for its first place belongs to a
    unit that could take it in. None where there is no unit.
    """
    out = facts.going_on
    unit_id = last_unit(vial) or _first_unit(vial)
    if unit_id is None or out is None:
        return None
    holder = _holder(vial)
    zone = _zone_of(unit_id)
    since = in_words(out.began_at, zone)
    is_new = out.is_arrival
    told = "waits for its first place since it was received at" if is_new else "is out of storage"
    words = (
        f"{vial.code} of product {vial.batch.product.code} {told}{'' if is_new else ' since'} "
        f"{since}, in the hands of {holder}: {length(over)} longer than it endures, as of "
        f"{in_words(at, zone)}. Have it {'put away' if is_new else 'put back'}, and call QA."
    )
    return Subject(unit_id=unit_id, program_id=vial.program_id, words=words)


def _zone_of(unit_id: int) -> ZoneInfo:
    """Return the zone of the site that a unit stands at."""
    sites = Container.objects.filter(pk=unit_id).values_list("site__time_zone", flat=True)
    return ZoneInfo(str(sites.get()))


def _holder(vial: Vial) -> str:
    """Name whoever has it: its custodian, or who scanned it first at the pick that goes on."""
    if vial.custodian is not None:
        return vial.custodian.full_name
    scans = PickScan.objects.filter(claim__in=Claim.objects.scanned().filter(vial=vial))
    first = scans.order_by("scanned_at", "pk").select_related("person").first()
    return "nobody on record" if first is None else first.person.full_name


def _first_unit(vial: Vial) -> int | None:
    """Return a unit for such product at the site that received it."""
    received = Receipt.objects.filter(batch=vial.batch_id).order_by("-received_at", "-pk")
    units = Container.objects.filter(
        site__in=received.values("site")[:1],
        type__category__in=UNITS,
        type__storage_class=vial.batch.product.storage_class,
        retired_at__isnull=True,
    )
    return units.order_by("pk").values_list("pk", flat=True).first()


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
