"""Every address of the portal with an example of its parts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from types import MappingProxyType

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.actions.issue_access_token import issue_access_token
from accounts.actions.raise_notices import raise_notices
from accounts.actions.request_role import request_role
from accounts.carrying import NewToken
from accounts.models import SecurityNotice, TokenKind
from accounts.roles import Role
from audit.actions.record_trail_check import record_trail_check
from audit.changes import machine_change
from audit.seals.findings import Finding, Kind, Outcome
from custody.actions.place_hold import place_hold
from custody.models import ClinicNotice, HoldScope, Retrieval
from inventory.actions.ask_emergency_access import ask_emergency_access
from inventory.actions.place_legal_hold import place_legal_hold
from inventory.actions.start_access_review import start_access_review
from sop.actions.assess_in_practice import assess_in_practice
from sop.actions.attach_file import attach_file
from sop.actions.begin_emergency_work import begin_emergency_work
from sop.actions.draft_version import draft_version
from sop.documents.document import TrainingDemand
from temperature.actions.pause_alarms import pause_alarms
from temperature.actions.take_readings import take_readings
from temperature.arrivals import Arrival
from temperature.models import Alarm, Excursion, FeedKind, Gap, IntakeKind, ReviewKind
from temperature.watching import judge_readings
from tests.accounts.notices import overstep
from tests.custody.counts import counting
from tests.custody.emptying import begun
from tests.custody.retrievals import claimed_retrieval
from tests.custody.reviews import review
from tests.factories.deviations import opened_deviation
from tests.factories.instruments import instrument
from tests.factories.procedures import document, in_force, train
from tests.factories.telling import ChannelFactory, OnCallFactory
from tests.factories.temperature import (
    FeedFactory,
    LimitVersionFactory,
    arrived,
    fitted_probe,
)
from tests.sop.actions.runs import Runs
from tests.temperature.reviews import reviewed
from tests.world import NOON, World


@dataclass(frozen=True)
class Site:
    """A world with one of everything that has an address of its own."""

    world: World
    parts: dict[str, object]

    def address(self, name: str) -> str:
        """Return the address of a route for this world."""
        for given in parts_of(name):
            if given not in self.parts:
                raise KeyError(f"{name} needs an example of {given}")
        return reverse(name, kwargs={part: self.parts[part] for part in parts_of(name)})


def build_site(world: World) -> Site:
    """Build one of everything."""
    retrieval, vial = claimed_retrieval(world)
    hold = place_hold(
        scope=HoldScope.VIALS,
        subject=world.stored()[0].code,
        intent=world.signs(world.qa),
        at=NOON,
    )
    therapy = vial.therapy
    assert therapy is not None
    change = vial.events.order_by("-seq").values_list("change", flat=True)[0]
    parts: dict[str, object] = {
        "retrieval_id": retrieval.pk,
        "vial_id": vial.pk,
        "batch_id": vial.batch_id,
        "container_id": world.box.pk,
        "unit_id": world.tank.pk,
        "excursion_id": 1,
        "gap_id": 1,
        "hold_id": hold.pk,
        "count_id": counting(world).pk,
        "legal_hold_id": place_legal_hold(
            subject=vial.batch.number, intent=world.signs(world.qa), at=NOON
        ).pk,
        "coi": therapy.coi,
        "change_id": change,
        "type_id": world.box.type_id,
        "product_id": vial.batch.product_id,
        "person_id": world.witness.pk,
        **_source(world),
        "token_id": 1,
        "request_id": _request(world),
        "notice_id": _notice(world),
        "check_id": record_trail_check(outcome=_broken(), device="bench 1", at=NOON).pk,
        "deviation_id": opened_deviation(world, vials=[vial]).pk,
        "review_id": review(world, vial.batch.number, by=world.qa2).pk,
        **_access_review(world),
        "emergency_id": _emergency(world),
        **_excursion(world),
        "clinic_notice_id": _clinic_notice(retrieval),
        "run_id": Runs.of(world).started().pk,
        "record_id": 1,
        "badge_id": _badge(world),
        **_training(world),
        **_procedure(world),
        "work_id": begin_emergency_work(
            site_id=world.site.pk, hours=1, intent=world.signs(world.supervisor)
        ).pk,
        "emptying_id": begun(world).pk,
        "instrument_id": instrument(world).pk,
        **_telling(world),
        "number": vial.batch.number,
        "code": vial.code,
    }
    return Site(world, parts)


def _telling(world: World) -> dict[str, object]:
    """Return a channel and a duty."""
    channel = ChannelFactory.create()
    duty = OnCallFactory.create(site=world.site, person=world.supervisor)
    return {"channel_kind": "webhook", "channel_id": channel.pk, "duty_id": duty.pk}


def _source(world: World) -> dict[str, object]:
    """Return a source of logger files that one file was stored of."""
    settings = {"time_header": "Time", "columns": [{"header": "T", "channel": "TP"}]}
    feed = FeedFactory.create(site=world.site, kind=FeedKind.LOGGER_FILE, settings=settings)
    intake = take_readings(
        feed_id=feed.pk, arrival=Arrival(kind=IntakeKind.FILE, body=b"", samples=[]), at=NOON
    )
    kind = FeedKind.LOGGER_FILE.value
    return {"feed_id": feed.pk, "kind": kind, "intake_id": intake.pk, "waiting_file_id": 1}


def _excursion(world: World) -> dict[str, int]:
    """Return a probe with limits, and an excursion and a gap while vials stood there."""
    limits = LimitVersionFactory.create(profile__unit=world.tank)
    probe = fitted_probe(world.tank)
    later = NOON + timedelta(hours=2)
    arrived(probe, [-130.0, -190.0], start=NOON + timedelta(hours=1), at=later)
    judge_readings(at=later)
    pause = pause_alarms(
        unit_id=world.tank.pk, lasts=timedelta(hours=1), intent=world.signs(world.qa), at=NOON
    )
    return {
        "alarm_id": Alarm.objects.latest("pk").pk,
        "pause_id": pause.pk,
        "probe_id": probe.pk,
        "profile_id": limits.profile_id,
        "excursion_id": Excursion.objects.latest("pk").pk,
        "gap_id": Gap.objects.filter(ended_at__isnull=False).latest("pk").pk,
        "temperature_review_id": reviewed(world, ReviewKind.READINGS).pk,
    }


def _clinic_notice(retrieval: Retrieval) -> int:
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        notice = ClinicNotice(retrieval=retrieval, excursion=Excursion.objects.latest("pk"))
        notice.raised_at = NOON
        notice.save(force_insert=True)
    return notice.pk


def _access_review(world: World) -> dict[str, int]:
    intent = world.signs(world.qa2)
    opened = start_access_review(intent=intent, at=NOON)
    return {"access_review_id": opened.pk, "line_id": opened.lines.earliest("pk").pk}


def _procedure(world: World) -> dict[str, int]:
    """Return a procedure with a version in force, and a draft with a file."""
    version = in_force(document(code="SOP-R-001"), author=world.supervisor, approver=world.qa)
    by = world.says(world.supervisor)
    draft = draft_version(procedure_id=version.procedure_id, by=by)
    file = attach_file(version_id=draft.pk, name="plan.txt", content=b"Rack 1", by=by)
    return {
        "procedure_id": version.procedure_id,
        "version_number": draft.number,
        "file_id": file.pk,
    }


def _badge(world: World) -> int:
    new = NewToken(kind=TokenKind.BADGE, code="PE-77", holder_id=world.technician.pk)
    return issue_access_token(new=new, intent=world.signs(world.admin), at=NOON).pk


def _emergency(world: World) -> int:
    return ask_emergency_access(
        role=Role.SUPERVISOR,
        program_code="",
        site_code="",
        intent=world.signs(world.technician),
        at=timezone.now(),
    ).pk


def _training(world: World) -> dict[str, int]:
    said = document(training=TrainingDemand(assessment=True))
    version = in_force(said, author=world.qa2, approver=world.release)
    for person in (world.witness, world.qa):
        train(person, version)
    assessment = assess_in_practice(
        person_id=world.witness.pk,
        version_id=version.pk,
        is_passed=True,
        observed="Three vials",
        intent=world.signs(world.qa),
        at=NOON,
    )
    return {"version_id": version.pk, "assessment_id": assessment.pk}


def _request(world: World) -> int:
    intent = world.signs(world.admin)
    return request_role(person_id=world.witness.pk, role=Role.SUPERVISOR, intent=intent).pk


def _notice(world: World) -> int:
    overstep(world.technician)
    raise_notices(at=timezone.now())
    return SecurityNotice.objects.latest("pk").pk


def _broken() -> Outcome:
    outcome = Outcome()
    outcome.add([Finding(kind=Kind.ALTERED, table="audit_change", key=1, words="not as sealed")])
    return outcome


@cache
def routes() -> Mapping[str, URLPattern]:
    """Return every route by its name; one without a name is a fault."""
    return MappingProxyType(dict(_walk(get_resolver(), "")))


def _walk(resolver: URLResolver, namespace: str) -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, inner)
        else:
            assert entry.name, f"{entry.pattern} has no name"
            yield f"{namespace}{entry.name}", entry


def parts_of(name: str) -> list[str]:
    """Return the names of the parts of a route's address."""
    return list(routes()[name].pattern.converters)
