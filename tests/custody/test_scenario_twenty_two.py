"""A late logger file shows an excursion after the product reached the clinic: scenario 22."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audit.errors import ActionRefused, NotAuthorised, NotFound
from custody.actions.confirm_arrival import confirm_arrival
from custody.actions.hand_over_retrieval import ClinicContact, hand_over_retrieval
from custody.actions.pack_retrieval import pack_retrieval
from custody.actions.record_clinic_answer import ClinicAnswer, record_clinic_answer
from custody.findings import Verdict
from custody.models import AnswerWay, ClinicNotice, Retrieval
from custody.queries.verdicts import verdicts
from custody.watching import watch_clinic_notices
from inventory.actions.set_product_licence import set_product_licence
from inventory.models import Vial
from sop.models import Deviation, DeviationSource
from temperature.actions.acknowledge_alarm import acknowledge_alarm
from temperature.consequences import watches
from temperature.models import Alarm, AlarmCause, Feed, FeedKind, Level, Probe
from temperature.telling import tell_what_is_due
from temperature.watching import judge_readings
from tests.browsing import Browser
from tests.custody.actions.ways import RECEIVER
from tests.custody.retrievals import picked_retrieval
from tests.custody.trips import registered_shipper
from tests.factories.people import PASSWORD, PersonFactory
from tests.factories.telling import ChannelFactory, ContactFactory
from tests.factories.temperature import CalibrationFactory, FeedFactory, ProbeFactory
from tests.world import World

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urs("URS-112", "URS-114"),
]

MINUTE = timedelta(minutes=1)
PACKED, ARRIVED = 180, 120
"""Minutes ago."""
CLINIC = ClinicContact(name="Nora Weiss", phone="+41 44 555 01 01", email="ward7@clinic.example")
KNOWS = ClinicAnswer(name="Nora Weiss", way=AnswerWay.PHONE, words="Understood: set apart.")


def signature(world: World, **said: str) -> dict[str, str]:
    """Fill in what the technician enters to sign."""
    who = {"user_id": world.technician.user_id, "password": PASSWORD, "reason": "They called"}
    return who | said


@pytest.fixture
def feed(world: World) -> Feed:
    """Return the source of the loggers' files."""
    settings = {"time_header": "Time", "zone": "UTC", "columns": [{"header": "T", "channel": "L7"}]}
    made: Feed = FeedFactory.create(
        site=world.site, kind=FeedKind.LOGGER_FILE, settings=settings, name="Loggers"
    )
    return made


@pytest.fixture
def logger(feed: Feed) -> Probe:
    """Return a logger whose files are brought by hand."""
    probe: Probe = ProbeFactory.create(feed=feed, code="L7")
    CalibrationFactory.create(probe=probe)
    return probe


def at_the_clinic(
    world: World, logger: Probe, now: datetime, clinic: ClinicContact | None = CLINIC
) -> tuple[Retrieval, Vial]:
    """Return an order whose vial was packed three hours ago and arrived two hours ago."""
    retrieval, vial = picked_retrieval(world, now - (PACKED + 1) * MINUTE)
    registered_shipper(world)
    both = world.signs(world.technician, world.witness)
    pack_retrieval(
        retrieval_id=retrieval.pk,
        codes=[vial.code],
        shipper="DS-12",
        seal_number="S-1",
        logger_id=logger.pk,
        intent=both,
        at=now - PACKED * MINUTE,
    )
    hand_over_retrieval(
        retrieval_id=retrieval.pk,
        receiver=RECEIVER,
        clinic=clinic,
        intent=both,
        at=now - (PACKED - 1) * MINUTE,
    )
    confirm_arrival(
        vial_ids=[vial.pk],
        receiver="Nora Weiss",
        arrival_celsius="-180.0",
        intent=world.signs(world.technician),
        at=now - ARRIVED * MINUTE,
    )
    return retrieval, vial


def file_of(now: datetime, *, warm: range = range(20, 32)) -> bytes:
    """Write the logger's file: a reading a minute, too warm for a while."""
    lines = ["Time,T"]
    for step in range(PACKED - ARRIVED + 1):
        at = now - (PACKED - step) * MINUTE
        lines.append(f"{at:%Y-%m-%d %H:%M:%S},{-140.0 if step in warm else -190.0}")
    return "\n".join(lines).encode()


def brought(client: Browser, feed: Feed, now: datetime) -> None:
    """Bring the file through the pages, and let the readings be judged."""
    file = SimpleUploadedFile("L7.csv", file_of(now))
    waiting = client.post("/temperature/files/", {"feed": feed.pk, "file": file})["Location"]
    stored = client.post(waiting, {"reason": "The logger came back"}, follow=True)
    assert stored.status_code == 200
    judge_readings(at=timezone.now())


def test_the_clinic_and_quality_are_told_at_once_until_the_clinic_answers(
    world: World, client: Browser, feed: Feed, logger: Probe
) -> None:
    now = timezone.now().replace(microsecond=0)
    ChannelFactory.create()
    ContactFactory.create(person=world.qa, address="qa@example.org")
    retrieval, vial = at_the_clinic(world, logger, now)
    set_product_licence(
        product_id=vial.batch.product_id, is_licensed=True, intent=world.signs(world.qa)
    )
    client.force_login(world.technician)
    unread = {one.code: one for one in verdicts([vial.pk], at=timezone.now())[vial.pk].findings}
    assert unread["LOGGER_NOT_READ"].verdict == Verdict.GREY

    brought(client, feed, now)

    at = timezone.now()
    found = {one.code: one for one in verdicts([vial.pk], at=at)[vial.pk].findings}
    assert found["EXCURSION"].verdict == Verdict.AMBER
    assert "LOGGER_NOT_READ" not in found
    deviation = Deviation.objects.get(source=DeviationSource.EXCURSION)
    assert f"{vial.code} had left with order {retrieval.order_number}" in deviation.what_happened

    assert watch_clinic_notices in watches(), "while the workers stand still, the watchdog sends"
    assert watch_clinic_notices(at=at) == 1
    tell_what_is_due(at=at)
    texts = {message.to[0]: message.body for message in mail.outbox}
    assert retrieval.order_number in texts["ward7@clinic.example"]
    assert "−140 °C" in texts["ward7@clinic.example"]
    assert vial.code not in texts["ward7@clinic.example"]
    assert any("qa@example.org" in message.to for message in mail.outbox)
    notice = ClinicNotice.objects.get()
    assert (notice.mailed_at, notice.mail_tries) == (at, 1)
    assert watch_clinic_notices(at=at + MINUTE) == 0, "once"

    client.force_login(world.qa)
    report = client.get(f"/quality/deviations/{deviation.pk}/").text
    assert "45 calendar days" in report
    assert f"{deviation.opened_at + timedelta(days=45):%Y-%m-%d}" in report
    client.force_login(world.technician)
    page = client.get(f"/retrievals/{retrieval.pk}/").text
    assert "not answered" in page
    assert "Nora Weiss, +41 44 555 01 01" in page
    url = f"/retrievals/{retrieval.pk}/clinic/{notice.pk}/"
    alarm = Alarm.objects.get(cause=AlarmCause.CLINIC)
    assert (alarm.level, alarm.resolved_at) == (Level.CRITICAL, None)
    answer = {"name": "Nora Weiss", "way": "phone", "answer": "Understood: it is set apart."}
    assert client.post(url, signature(world, **answer)).status_code == 302

    alarm.refresh_from_db()
    assert alarm.resolved_at is not None
    assert alarm.acknowledged_by == world.technician
    said = client.get(f"/retrievals/{retrieval.pk}/").text
    assert "Nora Weiss, by telephone: Understood: it is set apart." in said
    assert "not answered" not in said


def test_stays_open_and_calls_on_until_the_clinic_has_answered(
    world: World, client: Browser, feed: Feed, logger: Probe
) -> None:
    now = timezone.now().replace(microsecond=0)
    at_the_clinic(world, logger, now)
    client.force_login(world.technician)
    brought(client, feed, now)
    alarm = Alarm.objects.get(cause=AlarmCause.CLINIC)

    with pytest.raises(ActionRefused) as stop:
        acknowledge_alarm(
            alarm_id=alarm.pk, shown=Level.CRITICAL, by=world.says(world.qa), at=timezone.now()
        )

    assert [one.code for one in stop.value.refusals] == ["CLINIC_WAITS"]
    judge_readings(at=timezone.now())
    assert ClinicNotice.objects.count() == 1, "told once"


def test_says_why_a_message_did_not_go_and_tries_again(
    world: World, client: Browser, feed: Feed, logger: Probe
) -> None:
    now = timezone.now().replace(microsecond=0)
    at_the_clinic(world, logger, now)
    client.force_login(world.technician)
    brought(client, feed, now)
    at = timezone.now()

    assert watch_clinic_notices(at=at) == 1
    notice = ClinicNotice.objects.get()
    assert (notice.mailed_at, notice.mail_tries) == (None, 1)
    assert "No channel for e-mail is set up" in notice.mail_failure
    page = client.get(f"/retrievals/{notice.retrieval_id}/").text
    assert "E-mail not sent after 1 tries" in page
    ChannelFactory.create()
    assert watch_clinic_notices(at=at + MINUTE) == 0
    assert watch_clinic_notices(at=at + 3 * MINUTE) == 1

    notice.refresh_from_db()
    assert notice.mailed_at == at + 3 * MINUTE


def test_names_nobody_where_nobody_was_named(
    world: World, client: Browser, feed: Feed, logger: Probe
) -> None:
    now = timezone.now().replace(microsecond=0)
    at_the_clinic(world, logger, now, clinic=None)
    client.force_login(world.technician)
    brought(client, feed, now)

    assert watch_clinic_notices(at=timezone.now()) == 0
    assert "nobody was named" in Alarm.objects.get(cause=AlarmCause.CLINIC).words


def test_refuses_an_answer_of_nobody_by_others_or_twice(
    world: World, client: Browser, feed: Feed, logger: Probe
) -> None:
    now = timezone.now().replace(microsecond=0)
    at_the_clinic(world, logger, now)
    client.force_login(world.technician)
    brought(client, feed, now)
    notice = ClinicNotice.objects.get()
    stranger = PersonFactory.create(roles=["technician"])

    def answer(said: ClinicAnswer = KNOWS, by: object = world.technician) -> None:
        record_clinic_answer(
            notice_id=notice.pk,
            answer=said,
            intent=world.signs(by),  # type: ignore[arg-type] # a person
            at=timezone.now(),
        )

    with pytest.raises(ActionRefused):
        answer(replace(KNOWS, name=" "))
    with pytest.raises(NotAuthorised):
        answer(by=world.inspector)
    with pytest.raises(NotFound):
        answer(by=stranger)
    assert ClinicNotice.objects.get().answered_at is None
    answer()
    with pytest.raises(ActionRefused) as stop:
        answer()

    assert [one.code for one in stop.value.refusals] == ["ANSWERED_ALREADY"]


def test_a_clinic_that_nobody_can_reach_is_no_contact(world: World) -> None:
    at = timezone.now()
    retrieval, _ = picked_retrieval(world, at)

    with pytest.raises(ActionRefused) as stop:
        hand_over_retrieval(
            retrieval_id=retrieval.pk,
            receiver=RECEIVER,
            clinic=ClinicContact(name="Nora Weiss"),
            intent=world.signs(world.technician, world.witness),
            at=at,
        )

    assert [one.code for one in stop.value.refusals] == ["CLINIC_UNREACHABLE"]
