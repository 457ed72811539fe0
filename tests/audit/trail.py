"""A committed site with a row in every regulated table and every table of evidence."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db.models import CompositePrimaryKey, Model
from django.test import override_settings
from django.utils import timezone

from accounts.access_rules import Limits
from accounts.actions.check_access_token import check_access_token
from accounts.actions.issue_access_token import issue_access_token
from accounts.actions.issue_service_token import issue_service_token
from accounts.actions.raise_notices import raise_notices
from accounts.actions.reset_password import reset_password
from accounts.actions.set_access_rules import set_access_rules
from accounts.carrying import NewToken
from accounts.models import Person, ProviderLink, SecondFactor, SecurityKey, TokenKind
from accounts.roles import Role
from audit.actions.record_system_event import record_system_event
from audit.actions.record_trail_check import record_trail_check
from audit.authors import ShownSheet
from audit.changes import machine_change
from audit.clocks.measuring import measure_clocks
from audit.errors import SigningFailed
from audit.models import Meaning, RestoreReconciliation
from audit.seals.sealing import seal_trail
from audit.seals.verifying import verify_trail
from audit.signing import confirm_intent
from audit.spool import Happening
from custody.actions.claim_vials import claim_vials
from custody.actions.place_hold import place_hold
from custody.actions.request_retrievals import request_retrievals
from custody.actions.scan_pick import scan_pick
from custody.actions.set_carrier import CarrierFacts, set_carrier
from custody.actions.set_handling_rules import set_handling_rules
from custody.actions.set_warming_curve import set_warming_curve
from custody.actions.witness_pick import witness_pick
from custody.messages import IncomingMessage
from custody.models import (
    CarrierKind,
    ClinicNotice,
    DueHold,
    Evaluation,
    Exposure,
    ExposureAcceptance,
    GapReport,
    HoldScope,
    Retrieval,
    Stay,
)
from custody.rules.orders import Order
from inventory.actions.ask_emergency_access import ask_emergency_access
from inventory.actions.place_legal_hold import place_legal_hold
from inventory.actions.set_retention import set_retention
from inventory.actions.start_access_review import start_access_review
from inventory.models import (
    PatientIdentity,
    ProgramGroupPermission,
    Purpose,
    SiteGroupPermission,
    Vial,
)
from inventory.rules.retention import PROPOSED
from sop.actions.classify_deviation import classify_deviation
from sop.models import Classification, Deviation
from temperature.models import Excursion, Gap
from tests.accounts.access import give_role
from tests.accounts.notices import overstep
from tests.custody.counts import counting, scan
from tests.custody.curves import curve_facts
from tests.custody.emptying import begun, take
from tests.custody.reviews import review
from tests.factories.deviations import opened_deviation
from tests.factories.instruments import instrument
from tests.factories.people import PersonFactory
from tests.factories.procedures import a_row_of_each
from tests.factories.telling import a_row_of_each as a_row_of_each_of_telling
from tests.factories.temperature import a_row_of_each as a_row_of_each_of_temperature
from tests.world import NOON, World, build_world


def tables(trigger: str) -> list[type[Model]]:
    """Return the models whose table has this trigger, so that new models are covered too."""
    return [model for model in apps.get_models() if trigger in triggers_of(model)]


def triggers_of(model: type[Model]) -> set[str]:
    """Return the names of the triggers of a model."""
    return {trigger.name for trigger in getattr(model._meta, "triggers", [])}


def with_a_key(models: list[type[Model]]) -> list[type[Model]]:
    """Leave out readings, which have no key of their own; tests/temperature attacks them."""
    return [model for model in models if not isinstance(model._meta.pk, CompositePrimaryKey)]


REGULATED = with_a_key(tables("only_in_a_change"))
WITH_HISTORY = tables("history_at_commit")
EVIDENCE = with_a_key(tables("append_only"))
STAMPED = tables("stamped_with_change")
BY_THE_THOUSAND = tables("proven_by_change")
NEVER_DELETED = tables("never_deleted")
NEVER_TRUNCATED = tables("never_truncated")


def label(model: type[Model]) -> str:
    """Name a model in the name of a test."""
    return model._meta.label


def build_trail() -> World:
    """Let a site work until every table has a row."""
    world = build_world()
    _permissions_of_groups(world)
    service = PersonFactory.create(roles=[Role.SERVICE], programs=[world.program])
    issue_service_token(name="trail", account_id=service.pk, intent=world.signs(world.admin))
    set_access_rules(limits=Limits(), intent=world.signs(world.admin))
    _second_factor(world)
    start_access_review(intent=world.signs(world.qa), at=NOON)
    _badge(world)
    ask_emergency_access(
        role=Role.SUPERVISOR,
        program_code="",
        site_code="",
        intent=world.signs(world.witness),
        at=NOON,
    )
    reset_password(person_id=world.inspector.pk, intent=world.signs(world.admin))
    [vial, spare, held] = world.released(3)
    retrieval = _retrieval(world, vial)
    claim_vials(
        retrieval_id=retrieval.pk,
        vial_ids=[vial.pk],
        attribution=world.says(world.technician),
        at=NOON,
        reason_to_skip="Kept for the test",
    )
    witness_pick(
        retrieval_id=retrieval.pk,
        intent=replace(
            world.signs(world.witness, meaning=Meaning.WITNESSED),
            sheet=ShownSheet(nonce="trail", shown_at=NOON, versions={}),
        ),
    )
    scan_pick(
        retrieval_id=retrieval.pk,
        code=vial.code,
        attribution=world.says(world.technician),
        at=NOON,
    )
    place_hold(scope=HoldScope.VIALS, subject=held.code, intent=world.signs(world.qa), at=NOON)
    world.checked_out([spare])
    review(world, vial.batch.number, by=world.qa2)
    scan(world, counting(world), held.code)
    _identity(vial)
    _refused_attempt()
    _notice(world)
    _system_event()
    set_handling_rules(late_entry_hours=24, intent=world.signs(world.qa))
    _carrier(world)
    set_warming_curve(facts=curve_facts(), intent=world.signs(world.qa), at=NOON)
    _reconciliation()
    place_legal_hold(subject=vial.batch.number, intent=world.signs(world.qa), at=NOON)
    set_retention(months=PROPOSED, intent=world.signs(world.qa))
    instrument(world)
    give_role(world, world.witness, Role.SUPERVISOR)
    a_row_of_each(by=world.technician, other=world.qa, site=world.site)
    a_row_of_each_of_temperature(world.tank, by=world.technician, at=NOON)
    a_row_of_each_of_telling(world.supervisor, world.site)
    _exposure(held, evaluated_by=world.qa)
    _deviation(world, held)
    take(world, begun(world), world.rack)
    _seal_and_check()
    return world


def _badge(world: World) -> None:
    new = NewToken(kind=TokenKind.BADGE, code="PE-77", holder_id=world.technician.pk)
    by = world.signs(world.admin)
    token = issue_access_token(new=new, intent=by, at=NOON)
    check_access_token(
        token_id=token.pk, works=True, is_intact=True, found="As new", intent=by, at=NOON
    )


def _second_factor(world: World) -> None:
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        ProviderLink(person=world.supervisor, permitted_at=NOON).save(force_insert=True)
        SecondFactor(person=world.supervisor, enrolled_at=NOON).save(force_insert=True)
        SecurityKey(
            person=world.supervisor,
            name="Blue key",
            credential="bmFtZQ",
            public_key="a2V5",
            enrolled_at=NOON,
        ).save(force_insert=True)


def _permissions_of_groups(world: World) -> None:
    group = Group.objects.get(name=Role.INSPECTOR)
    view_program = Permission.objects.get(codename="view_program")
    view_site = Permission.objects.get(codename="view_site")
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        ProgramGroupPermission(
            group=group, permission=view_program, content_object=world.program
        ).save()
        SiteGroupPermission(group=group, permission=view_site, content_object=world.site).save()


def _exposure(vial: Vial, *, evaluated_by: Person) -> None:
    stay, excursion = Stay.objects.open().get(vial=vial), Excursion.objects.get()
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        Exposure(vial=vial, excursion=excursion, stay=stay, began_at=NOON).save(force_insert=True)
        Evaluation(
            excursion=excursion,
            product=vial.batch.product,
            number=1,
            has_impact=False,
            tells_physician=False,
            seen_ended_at=NOON,
            evaluated_by=evaluated_by,
            evaluated_at=NOON,
        ).save(force_insert=True)
        ExposureAcceptance(
            vial=vial,
            number=1,
            most=1,
            longest_single=timedelta(),
            longest_total=timedelta(),
            seen_times=0,
            seen_total=timedelta(),
            accepted_by=evaluated_by,
            accepted_at=NOON,
        ).save(force_insert=True)


def _carrier(world: World) -> None:
    facts = CarrierFacts(
        name="Cart",
        kind=CarrierKind.LN2_CART,
        storage_class="",
        cold_for=timedelta(hours=1),
        qualification="PQ-1",
        qualified_until=None,
    )
    set_carrier(facts=facts, intent=world.signs(world.qa), at=NOON)


def _deviation(world: World, vial: Vial) -> None:
    classify_deviation(
        deviation_id=opened_deviation(world, vials=[vial]).pk,
        classification=Classification.MINOR,
        intent=world.signs(world.qa),
        at=NOON,
    )
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        DueHold(excursion=Excursion.objects.get(), put_off_at=NOON).save(force_insert=True)
        notice = ClinicNotice(excursion=Excursion.objects.get(), raised_at=NOON)
        notice.retrieval = Retrieval.objects.order_by("pk")[0]
        notice.save(force_insert=True)
        report = GapReport(gap=Gap.objects.get(), deviation=Deviation.objects.get())
        report.save(force_insert=True)


def _retrieval(world: World, vial: Vial) -> Retrieval:
    assert vial.therapy is not None
    order = Order(
        number="SCH-TRAIL",
        coi=vial.therapy.coi,
        patient=vial.therapy.patient.pseudonym,
        product_code=vial.batch.product.code,
        purpose=Purpose.DOSE,
        quantity=1,
        needed_by=NOON + timedelta(days=3),
        destination="Clinic North",
    )
    [retrieval] = request_retrievals(
        message=IncomingMessage(source_system="Scheduling", message_id="trail", body="{}"),
        orders=[order],
        attribution=world.says(world.supervisor),
        at=NOON,
    )
    return retrieval


def _identity(vial: Vial) -> None:
    assert vial.therapy is not None
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        PatientIdentity(
            patient=vial.therapy.patient,
            full_name="Made Up",
            born_on=date(1980, 1, 1),
            medical_record_number="MRN-1",
        ).save()


def _notice(world: World) -> None:
    overstep(world.technician)
    with override_settings(NOTICE_CONTACTS={"security": ["a@example.org"], "management": []}):
        raise_notices(at=timezone.now())


def _seal_and_check() -> None:
    seal_trail()
    record_trail_check(outcome=verify_trail(), device="bench 1", at=NOON)


def _system_event() -> None:
    happening = Happening(
        kind="record_backup", component="command", device="bench 1", words="Set up a test"
    )
    record_system_event(happening=happening, device="bench 1")
    measure_clocks()


def _reconciliation() -> None:
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        RestoreReconciliation(
            first_lost=0,
            last_lost=0,
            last_anchored=0,
            first_lost_at=NOON,
            last_lost_at=NOON,
            findings="Made up",
        ).save(force_insert=True)


def _refused_attempt() -> None:
    with suppress(SigningFailed):
        confirm_intent(
            user_id="nobody",
            password="wrong",
            meaning=Meaning.PERFORMED,
            reason="Guessing",
            device="bench 1",
            at=NOON,
        )
