"""Reviews of readings and of alarms: what they hold, who may sign, what is due, what changed."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from audit.errors import NotAuthorised
from audit.models import Meaning
from audit.signing import signature_blocks
from temperature.actions.acknowledge_alarm import acknowledge_alarm
from temperature.actions.pause_alarms import pause_alarms
from temperature.actions.set_review_rules import set_review_rules
from temperature.models import (
    Alarm,
    Gap,
    Level,
    Probe,
    ReviewedUnit,
    ReviewKind,
    TemperatureReview,
)
from temperature.queries.reviews import changed_since, count_overdue, due_lines
from temperature.rules.reviewing import DueRules, DueState
from temperature.watching import judge_readings, watch_for_silence
from tests.browsing import Browser
from tests.custody.actions.evidence import refused
from tests.factories.people import PASSWORD, PersonFactory
from tests.factories.telling import ChannelOutageFactory
from tests.factories.temperature import (
    CalibrationFactory,
    LimitVersionFactory,
    arrived,
    fitted_probe,
)
from tests.temperature.reviews import DAY, LATER, SINCE, asked_of, reviewed
from tests.world import NOON, World

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)
NumQueries = Callable[[int], AbstractContextManager[object]]


@pytest.fixture
def probe(world: World) -> Probe:
    """Return a probe of the tank with an excursion, a silence and an alarm taken on late."""
    LimitVersionFactory.create(profile__unit=world.tank)
    made = fitted_probe(world.tank)
    said(made, [-190.0] * 3 + [-130.0] * 2 + [-190.0], after=0)
    by = world.says(world.technician, "The lid was open")
    alarm = Alarm.objects.get(cause="excursion")
    at = NOON + 30 * MINUTE
    acknowledge_alarm(alarm_id=alarm.pk, shown=Level.CRITICAL, by=by, at=at)
    said(made, [-190.0], after=60)
    return made


def said(probe: Probe, values: list[float], *, after: int) -> None:
    """Let values come, one a minute, from so many minutes after noon on; and judge them."""
    start = NOON + after * MINUTE
    at = start + len(values) * MINUTE
    arrived(probe, values, start=start, at=at)
    judge_readings(at=at)


def units_of(review: TemperatureReview) -> list[ReviewedUnit]:
    return list(ReviewedUnit.objects.filter(review=review).select_related("review"))


@pytest.mark.urs("URS-104", "URS-107", "URS-42")
def test_keeps_what_was_seen_with_its_digest_and_signature(world: World, probe: Probe) -> None:
    ChannelOutageFactory.create(began_at=NOON, ended_at=NOON + MINUTE)
    pause_alarms(
        unit_id=world.tank.pk, lasts=30 * MINUTE, intent=world.signs(world.qa), at=NOON + MINUTE
    )

    readings = reviewed(world, ReviewKind.READINGS, findings="The lid stood open once.")
    alarms = reviewed(
        world, ReviewKind.ALARMS, asked=asked_of(world, ReviewKind.ALARMS, whole=True)
    )

    [seen], [heard] = units_of(readings), units_of(alarms)
    assert (seen.seen["readings"], seen.seen["usable"], seen.seen["excursions"]) == (7, 7, 1)
    gaps = Gap.objects.standing().filter(began_at__lt=SINCE + DAY).count()
    assert (seen.seen["gaps"], seen.seen["past_due"]) == (gaps, 0)
    assert heard.seen["alarms"] == Alarm.objects.count()
    assert (heard.seen["late"], heard.seen["without_comment"]) == (1, 0)
    assert (heard.seen["pauses"], heard.seen["outages"]) == (1, 1)
    assert (readings.findings, alarms.findings) == ("The lid stood open once.", "none")
    assert (readings.is_whole_site, alarms.is_whole_site) == (False, True)
    [block] = signature_blocks(TemperatureReview, readings.pk)
    assert (block.printed_name, block.changed_since) == (world.qa2.full_name, False)


@pytest.mark.urs("URS-104", "URS-107")
def test_is_changed_since_by_what_comes_late_and_by_nothing_after_its_period(
    world: World, probe: Probe
) -> None:
    watch_for_silence(at=NOON + 120 * MINUTE)  # silent since one o'clock, over the end of the day
    since = probe.fittings.get().began_at
    for kind in ReviewKind:
        before = asked_of(world, kind, since=since, days=(SINCE - since).days)
        reviewed(world, kind, asked=before)
    [readings], [alarms] = (units_of(reviewed(world, kind)) for kind in ReviewKind)

    def states() -> dict[ReviewKind, DueState]:
        found = due_lines([world.site.pk], at=LATER)
        return {line.kind: line.due.state for line in found}

    said(probe, [-190.0], after=40 * 60)
    assert changed_since([readings, alarms]) == {alarms.pk}, "its alarm is over since"
    said(probe, [-189.0], after=20)
    assert changed_since([readings, alarms]) == {readings.pk, alarms.pk}
    assert states() == dict.fromkeys(ReviewKind, DueState.CHANGED)
    reviewed(world, ReviewKind.READINGS)
    assert states()[ReviewKind.READINGS] == DueState.LATER
    CalibrationFactory.create(probe=probe, calibrated_at=NOON, certificate="Entered late")
    assert states()[ReviewKind.READINGS] == DueState.CHANGED


@pytest.mark.urs("URS-43", "URS-107")
def test_refuses_who_has_no_authority_or_took_part_and_what_is_not_over_or_not_shown(
    world: World, probe: Probe
) -> None:
    kind = ReviewKind.ALARMS
    pause_alarms(
        unit_id=world.tank.pk, lasts=30 * MINUTE, intent=world.signs(world.qa), at=NOON + MINUTE
    )

    stranger = PersonFactory.create(roles=[Role.QA])

    for person in (world.technician, world.inspector, world.release):
        with refused("ROLE_MISSING", by=NotAuthorised):
            reviewed(world, kind, by=person)
    with refused("OUTSIDE_SITE", by=NotAuthorised):
        reviewed(world, kind, by=stranger)
    with refused("OWN_ALARMS"):
        reviewed(world, kind, by=world.qa)
    with refused("PERIOD_NOT_OVER"):
        reviewed(world, kind, at=NOON + 2 * 60 * MINUTE)
    with refused("SCOPE_CHANGED"):
        reviewed(world, kind, shown="0" * 64)
    with refused("NOTHING_TO_REVIEW"):
        reviewed(world, kind, asked=asked_of(world, kind, since=SINCE - 900 * DAY))
    with refused("NO_PERIOD"):
        reviewed(world, kind, asked=replace(asked_of(world, kind), until=SINCE))
    arrived(probe, [-190.0], start=NOON + 90 * MINUTE, at=LATER)  # no worker judged it yet
    with refused("READINGS_NOT_JUDGED"):
        reviewed(world, ReviewKind.READINGS)
    assert not TemperatureReview.objects.exists()


@pytest.mark.urs("URS-104", "URS-107")
def test_is_due_by_signed_rules(world: World, probe: Probe) -> None:
    sites = [world.site.pk]
    since = probe.fittings.get().began_at

    def line(at: object) -> tuple[DueState, object]:
        found = due_lines(sites, at=at)  # type: ignore[arg-type]  # an instant of the test
        return next((row.due.state, row.due.since) for row in found if row.kind == "alarms")

    assert line(since + 6 * DAY)[0] == DueState.LATER
    assert line(since + 7 * DAY)[0] == DueState.DUE
    assert line(since + 11 * DAY)[0] == DueState.OVERDUE
    assert count_overdue(sites, at=since + 11 * DAY) == 1
    assert count_overdue(sites, at=since + 40 * DAY) == 2
    asked = asked_of(world, ReviewKind.ALARMS, since=since, days=10)
    reviewed(world, ReviewKind.ALARMS, asked=asked)
    assert line(since + 11 * DAY) == (DueState.LATER, since + 10 * DAY)
    assert count_overdue(sites, at=since + 11 * DAY) == 0

    rules = DueRules(alarm_days=2, reading_days=20, grace_days=0)
    signs = world.signs(world.qa, meaning=Meaning.APPROVED)
    assert set_review_rules(rules=rules, intent=signs).version == 1
    assert line(since + 13 * DAY)[0] == DueState.OVERDUE
    assert count_overdue(sites, at=since + 13 * DAY) == 1
    with refused("OUT_OF_BOUNDS"):
        set_review_rules(rules=DueRules(alarm_days=0), intent=signs)
    with refused("ROLE_MISSING", by=NotAuthorised):
        set_review_rules(rules=rules, intent=world.signs(world.admin))


@pytest.mark.urs("URS-104", "URS-107")
@pytest.mark.parametrize(
    ("since", "until", "words"),
    [(-1, 0, "not over yet"), (3, 5, "not over yet"), (-1, -3, "comes before"), (-500, -2, "year")],
)
def test_opens_no_sheet_for_days_that_cannot_be_reviewed(
    world: World, probe: Probe, since: int, until: int, words: str
) -> None:
    desk, today = Browser(), timezone.localdate()
    desk.force_login(world.qa2)
    query: dict[str, str | int] = {"kind": "alarms", "site": world.site.pk}
    query["unit"] = world.tank.pk

    page = desk.get(
        "/temperature/reviews/new/",
        {**query, "since": str(today + since * DAY), "until": str(today + until * DAY)},
    )

    assert words in page.text
    assert "What do you review?" in page.text
    assert "sheet" not in page.context


@pytest.mark.urs("URS-104", "URS-107")
def test_is_signed_on_screen_and_shown_to_those_who_read(
    world: World, probe: Probe, django_assert_num_queries: NumQueries
) -> None:
    desk = Browser()
    desk.force_login(world.qa2)
    query: dict[str, str | int] = {"kind": "alarms", "site": world.site.pk, "unit": world.tank.pk}
    days = {"since": "2026-11-20", "until": "2026-11-20"}

    chosen = desk.get("/temperature/reviews/new/", query)
    page = desk.get("/temperature/reviews/new/", {**query, **days})
    sheet = page.context["sheet"]
    address = f"/temperature/reviews/new/?kind=alarms&site={world.site.pk}&unit={world.tank.pk}"
    signed = desk.post(
        f"{address}&since=2026-11-20&until=2026-11-20",
        {
            **dict(sheet.hidden),
            "user_id": world.qa2.user_id,
            "password": PASSWORD,
            "reason": "Periodic review",
            "findings": "One lid",
        },
    )

    assert "What do you review?" in chosen.text
    assert "The lid was open" in page.text
    assert signed.status_code == 302, signed.text
    made = TemperatureReview.objects.get()
    desk.force_login(world.technician)
    with django_assert_num_queries(19):
        listed = desk.get("/temperature/reviews/").text
    for text in (
        listed,
        desk.get(f"/temperature/reviews/{made.pk}/").text,
    ):
        assert "One lid" in text
        assert "reviews/new/" not in text
    assert made.digest in desk.get(f"/temperature/reviews/{made.pk}/").text
    assert "Overdue" in desk.get("/temperature/reviews/", {"format": "csv"}).text
