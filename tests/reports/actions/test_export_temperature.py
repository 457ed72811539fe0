"""Papers of temperature: a unit in a period, an excursion, how probes stand; and who takes them."""

import json
from csv import DictReader
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from audit.errors import NotAuthorised, NotFound
from custody.actions.check_out_vials import InternalPurpose, check_out_vials
from custody.actions.evaluate_excursion import evaluate_excursion
from custody.rules.evaluating import Decision
from inventory.models import Container
from reports.actions.export_calibrations import export_calibrations
from reports.actions.export_excursion import export_excursion
from reports.actions.export_temperature import export_temperature
from reports.models import Export
from reports.records.copies import CopyForm
from reports.records.temperature import UnitPeriod
from temperature.actions.acknowledge_alarm import acknowledge_alarm
from temperature.actions.start_drill import start_drill
from temperature.actions.start_probe_drill import start_probe_drill
from temperature.models import Alarm, Excursion, Level, Probe, Quantity, ReviewKind, Zone
from temperature.rules.contact_limits import band_of_contact
from temperature.watching import judge_readings
from tests.browsing import Browser
from tests.factories.people import PersonFactory
from tests.factories.telling import ChannelFactory, OnCallFactory
from tests.factories.temperature import (
    CalibrationFactory,
    FittingFactory,
    LimitVersionFactory,
    ProbeFactory,
    arrived,
    fitted_probe,
)
from tests.inventory.actions.evidence import refused
from tests.paper import words_on
from tests.temperature.reviews import DAY, LATER, SINCE, reviewed
from tests.world import NOON, World

pytestmark = [pytest.mark.urs("URS-76", "URS-48"), pytest.mark.django_db(transaction=True)]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def probe(world: World) -> Probe:
    """Return a probe that was warm twice, once short and once long, silent, and taken on."""
    return warm(world)


def warm(world: World) -> Probe:
    """Let the tank be warm: a minute from one past noon on, six from three past on."""
    LimitVersionFactory.create(profile__unit=world.tank)
    made = fitted_probe(world.tank)
    values = [-190.0, -149.0, -190.0, *[-140.0] * 5, -130.0, -190.0, None, -188.0]
    for after, said in ((0, values), (60, [-187.0])):
        start = NOON + after * MINUTE
        at = start + len(said) * MINUTE
        arrived(made, said, start=start, at=at)
        judge_readings(at=at)
    by = world.says(world.technician, "The lid was open")
    alarm = Alarm.objects.get(cause="excursion")
    shown = Level(alarm.level)
    acknowledge_alarm(alarm_id=alarm.pk, shown=shown, by=by, at=NOON + 20 * MINUTE)
    return made


def copied(world: World, form: CopyForm, *, by: Any = None, days: int = 1) -> bytes:
    """Let the inspector, or somebody else, take the report of the tank on the day of noon."""
    unit = Container.objects.select_related("type", "site").get(pk=world.tank.pk)
    period = UnitPeriod(
        unit=unit, name="2026-11-20 to 2026-11-20", since=SINCE, until=SINCE + days * DAY
    )
    says = world.says(by or world.inspector, "Inspection")
    return export_temperature(period=period, form=form, by=says, at=LATER).content


@pytest.mark.urs("URS-104", "URS-71")
def test_of_a_unit_says_whether_its_period_is_over(world: World, probe: Probe) -> None:
    def said(days: int) -> str:
        state: str = json.loads(copied(world, CopyForm.JSON, days=days))["facts"]["is_over"]
        return state

    assert said(2) == "yes"
    assert said(3) == "No: this is what was known until 2026-11-22 13:00:00+01:00."
    assert "this is what was known until" in " ".join(
        words_on(copied(world, CopyForm.PDF, days=3))
    ).replace("\n", " ")


@pytest.mark.urs("URS-104", "URS-107")
def test_of_a_unit_counts_what_anybody_can_count_by_hand(world: World, probe: Probe) -> None:
    review = reviewed(world, ReviewKind.ALARMS, findings="One lid stood open")

    record = json.loads(copied(world, CopyForm.JSON))
    pages = words_on(copied(world, CopyForm.PDF))

    [line] = record["probes"]
    assert (line["readings"], line["usable"]) == (13, 12)
    by_hand = (-190 * 3 - 149 - 140 * 5 - 130 - 188 - 187) / 12
    assert (line["lowest"], line["highest"]) == ("-190.00", "-130.00")
    assert float(line["mean"]) == pytest.approx(by_hand, abs=0.005)
    assert line["uncalibrated_seconds"] == 0
    beyond = {row["level"]: row["beyond_seconds"] for row in record["beyond_limits"]}
    assert beyond == {"Action": 7 * 60, "Critical": 60}, "also what was shorter than its delay"
    assert {row["level"]: row["peak"] for row in record["excursions"]}["Critical"] == "-130.00"
    assert sum(row["seconds_in_period"] for row in record["gaps"]) > 48 * 60
    taken = [row for row in record["alarms"] if row["acknowledged_by"]]
    assert [row["comment"] for row in taken] == ["The lid was open"]
    assert [row["findings"] for row in record["reviews"]] == ["One lid stood open"]
    assert {row["value_or_mean"] for row in record["curve"]} >= {"-149.00", "-130.00"}
    signed = [(each["printed_name"], each["under"]) for each in record["signatures"]]
    assert signed == [(world.qa2.full_name, [f"review no. {review.pk} of log of alarms"])]
    [digest] = set(
        Export.objects.filter(kind="temperature").values_list("record_sha256", flat=True)
    )
    assert all(digest in page for page in pages)
    printed = " ".join(" ".join(pages).split())
    for words in ("Action above −150 °C", "The lid was open", "One lid stood open", "TP-", "CAL-1"):
        assert words in printed
    assert f"Page 1 of {len(pages)}" in printed.replace("Page 1 of  ", "Page 1 of ")


@pytest.mark.urs("URS-105", "URS-112", "URS-50")
def test_of_an_excursion_lists_each_vial_with_its_minutes_and_what_was_decided(
    world: World, client: Browser
) -> None:
    left, stayed = world.stored(2)
    check_out_vials(
        vial_ids=[left.pk],
        purpose=InternalPurpose.REARRANGE,
        intent=world.signs(world.technician, world.witness),
        at=NOON + 5 * MINUTE,
    )
    warm(world)
    row = Excursion.objects.get(level=Level.ACTION)
    decision = Decision(
        key=row.pk,
        product_id=left.batch.product_id,
        has_impact=False,
        cause="handling",
        cause_words="Rack 2 stood out",
        comparison="Study 7",
        reasoning="Short enough",
        tells_physician=False,
        despite_limit="Gone before the peak",
    )
    evaluate_excursion(of=Excursion, decisions=[decision], intent=world.signs(world.qa), at=LATER)

    def copy(form: CopyForm, by: Any = None) -> bytes:
        says = world.says(by or world.inspector, "Inspection")
        return export_excursion(of=Excursion, key=row.pk, form=form, by=says, at=LATER).content

    record, pages = json.loads(copy(CopyForm.JSON)), words_on(copy(CopyForm.PDF))

    lines = {each["vial"]: each for each in record["vials"]}
    assert {
        code: (each["seconds_above_action"], each["seconds_above_critical"], each["peak_celsius"])
        for code, each in lines.items()
    } == {left.code: (120, 0, "-140.00"), stayed.code: (360, 60, "-130.00")}
    assert [each["decision"] for each in record["evaluations"]] == ["no impact"]
    [said] = record["evaluations"]
    assert (said["cause_code"], said["cause"]) == ("handling", "Handling: Rack 2 stood out")
    assert record["facts"]["undecided"] == 0
    assert [each["printed_name"] for each in record["signatures"]] == [world.qa.full_name]
    printed = " ".join(" ".join(pages).split())
    for words in (
        "Short enough",
        "Gone before the peak",
        "Action, −150 °C: 6.0 min",
        left.code[:12],
        "Study 7",
    ):
        assert words in printed
    with refused("ROLE_MISSING", by=NotAuthorised):
        copy(CopyForm.PDF, by=world.technician)
    with pytest.raises(NotFound):
        copy(CopyForm.PDF, by=PersonFactory.create(roles=["qa"]))
    client.force_login(world.inspector)
    page = f"/quality/excursions/{row.pk}/"
    assert f'href="{page}copy/"' in client.get(page).text
    made = client.post(f"{page}copy/", {"form": "csv", "reason": "Inspection"})
    assert "-products.csv" in made.headers["Content-Disposition"]


@pytest.mark.urs("URS-30", "URS-110")
def test_of_what_measures_says_how_it_stood_at_a_date(world: World, client: Browser) -> None:
    probe, loose = fitted_probe(world.tank), ProbeFactory.create(feed__site=world.site)
    begun, renewed = probe.fittings.get().began_at, NOON - 10 * DAY
    CalibrationFactory.create(
        probe=probe,
        calibrated_at=renewed,
        due_at=NOON + DAY,
        certificate="CAL-2",
        correction="-0.30",
    )
    OnCallFactory.create(site=world.site, person=world.supervisor)
    ChannelFactory.create()
    start_drill(site_id=world.site.pk, intent=world.signs(world.qa), at=NOON - DAY)
    start_probe_drill(probe_id=probe.pk, intent=world.signs(world.qa), at=NOON - DAY)

    def record(as_of: Any, by: Any = None, form: CopyForm = CopyForm.JSON) -> bytes:
        says, zone = world.says(by or world.inspector, "Inspection"), ZoneInfo("Europe/Zurich")
        made = export_calibrations(as_of=as_of, form=form, zone=zone, by=says, at=LATER)
        return made.content

    before, now, later = (
        json.loads(record(as_of)) for as_of in (renewed - DAY, NOON, NOON + 36 * 60 * MINUTE)
    )

    def states(said: Any) -> dict[str, tuple[str, str]]:
        return {row["probe"]: (row["certificate"], row["state"][2:]) for row in said["probes"]}

    assert states(before)[probe.code] == ("CAL-1", "counts")
    assert states(now)[probe.code] == ("CAL-2", "e within 30 days")
    assert states(later)[probe.code] == ("CAL-2", "past due")
    assert states(now)[loose.code] == ("", "never calibrated")
    assert [row["probe"] for row in now["probes"]] == [loose.code, probe.code]
    assert [row["to"] for row in now["mapping"]] == [None]
    assert now["facts"]["drills_overdue"] == world.site.code, "nobody acknowledged it"
    assert (len(before["drills"]), len(now["drills"])) == (0, 1)
    assert [row["result"] for row in now["probe_drills"]] == ["goes on"]
    assert (now["facts"]["overdue"], later["facts"]["overdue"]) == (0, 1)
    printed = " ".join(" ".join(words_on(record(NOON, form=CopyForm.PDF))).split())
    assert all(words in printed for words in ("CAL-2", "-0.30", "Under the lid", probe.code))
    with refused("ROLE_MISSING", by=NotAuthorised):
        record(NOON, by=world.technician)
    with refused("DAY_AHEAD"):
        record(LATER + DAY)
    assert begun < renewed
    client.force_login(world.technician)
    page = client.get("/temperature/calibrations/", {"show": "never"}).text
    assert loose.code in page
    assert probe.code not in page
    table = client.get("/temperature/calibrations/", {"format": "csv", "q": "cal-2"}).text
    assert [probe.code in table, loose.code in table] == [True, False]


def test_of_a_unit_is_for_those_who_work_there(world: World, probe: Probe, client: Browser) -> None:
    with refused("ROLE_MISSING", by=NotAuthorised):
        copied(world, CopyForm.JSON, by=world.admin)
    stranger = PersonFactory.create(roles=["technician"])
    with refused("OUTSIDE_SITE", by=NotAuthorised):
        copied(world, CopyForm.JSON, by=stranger)
    with refused("NO_PERIOD"):
        copied(world, CopyForm.JSON, days=0)
    with refused("PERIOD_TOO_LONG"):
        copied(world, CopyForm.JSON, days=400)

    client.force_login(world.technician)
    page = f"/temperature/units/{world.tank.pk}/"
    sent = {"since": "2026-11-20", "until": "2026-11-20", "form": "csv", "reason": "Review"}
    made = client.post(f"{page}copy/", sent)

    assert f'href="{page}copy/"' in client.get(page).text
    assert "-probes.csv" in made.headers["Content-Disposition"]
    assert client.post(f"{page}copy/", sent | {"until": "2026-11-19"}).status_code == 422


@pytest.mark.urs("URS-104", "URS-105")
def test_of_a_unit_counts_how_often_and_how_long_its_door_was_open(
    world: World, probe: Probe
) -> None:
    door = ProbeFactory.create(feed=probe.feed, quantity=Quantity.DOOR, code="D-1")
    FittingFactory.create(probe=door, unit=world.tank, zone=Zone.DOOR)
    LimitVersionFactory.create(
        profile__unit=world.tank,
        profile__quantity=Quantity.DOOR,
        setpoint=0.0,
        dead_band=0.0,
        bands=[band_of_contact(Level.WARNING, 1).as_json()],
    )
    at = NOON + 30 * MINUTE
    arrived(door, [0.0, 1.0, 1.0, 0.0, 1.0, 0.0], start=NOON, at=at)
    judge_readings(at=at)

    record = json.loads(copied(world, CopyForm.JSON))
    printed = " ".join(" ".join(words_on(copied(world, CopyForm.PDF))).split())

    facts = record["facts"]
    assert (facts["door_openings"], facts["door_minutes"]) == (2, "3.0")
    assert [row["seconds_known"] for row in record["openings"]] == [120, 60]
    assert {row["probe"] for row in record["contacts_beyond"]} == {"D-1"}
    assert facts["contacts_beyond"] == len(record["contacts_beyond"])
    assert {row["probe"] for row in record["excursions"]} == {probe.code}
    assert facts["excursions"] == len(record["excursions"])
    lines = {line["probe"]: line for line in record["probes"]}
    assert (lines["D-1"]["openings"], lines["D-1"]["open_minutes"]) == (2, "3.0")
    assert (lines["D-1"]["readings"], lines["D-1"]["mean"]) == (6, "")
    assert lines[probe.code]["openings"] is None
    assert "Door open: minutes in all 3.0" in printed
    rows = list(DictReader(copied(world, CopyForm.CSV).decode().splitlines()))
    assert {row["probe"]: row["open_minutes"] for row in rows} == {"D-1": "3.0", probe.code: ""}
