"""What a measurement stands on: enough vials, the people who work with them, and samples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random

from django.core.management import call_command
from django.utils import timezone

from accounts.actions.acknowledge_policy import acknowledge_policy
from accounts.actions.create_person import create_person
from accounts.actions.open_first_account import open_first_account
from accounts.actions.publish_policy import publish_policy
from accounts.actions.record_certification import record_certification
from accounts.actions.verify_first_identity import verify_first_identity
from accounts.actions.verify_identity import verify_identity
from accounts.models import AccessRequest, Person, RequestStatus
from accounts.opening import NewAccount
from accounts.readiness import ALL_GATES, SET_UP, Gate, newest_policy, readiness_of
from accounts.roles import Role
from audit.authors import Attribution, SignedIntent
from audit.models import Meaning
from audit.signing import confirm_intent, witnessed
from bench.procedures import put_in_force
from custody.actions.receive_batch import Inspection, receive_batch
from custody.actions.register_batches import register_batches
from custody.messages import IncomingMessage
from custody.models import Outcome
from custody.rules.messages import AnnouncedBatch, AnnouncedVial
from freezer_inventory.demo_accounts import DEMO_PASSWORD
from freezer_inventory.scale.frame import CODE
from inventory.actions.approve_access import approve_access
from inventory.actions.request_scope import request_scope
from inventory.codes.iso7064 import check_character
from inventory.grants import Right, ScopeKind
from inventory.models import Batch, Position, Program, Purpose, Site, Vial, VialKind

DEVICE = "bench"
SEED = 7
SPARE = 20  # more than any measurement needs to warm up
CAST = {
    "bench-admin": Role.ADMINISTRATOR,
    "bench-technician": Role.TECHNICIAN,
    "bench-witness": Role.TECHNICIAN,
    "bench-gateway": Role.SERVICE,
    "bench-reader": Role.QA,
}


@dataclass(frozen=True, kw_only=True)
class Ground:
    """
    Who works, and with what.

    vials: stored ones, drawn at random. free: places in different boxes. in_hand: just received.
    """

    people: Mapping[str, Person]
    vials: Sequence[Vial]
    free: Sequence[Position]
    in_hand: Sequence[Vial]

    @property
    def technician(self) -> Person:
        """The person who scans and moves."""
        return self.people["bench-technician"]

    def received(self, count: int) -> list[Vial]:
        """Return so many vials of a new batch, just received into the technician's hands."""
        return _received(self.people, count)

    def says(self) -> Attribution:
        """Return the attribution of a step, by a person read anew as in every request."""
        person = Person.objects.get(pk=self.technician.pk)
        return Attribution(actor=person, reason="Put away after receipt", device=DEVICE)


def ground(*, vials: int, rounds: int) -> Ground:
    """Load vials until there are enough, and draw what so many rounds need."""
    call_command("load_scale", vials=vials)
    people = _cast()
    count = rounds + SPARE
    return Ground(
        people=people,
        vials=_drawn(count),
        free=_free_places(4 * count),
        in_hand=_received(people, 2 * count),
    )


def _cast() -> dict[str, Person]:
    """Return the people, made the first time; without anybody yet, the first makes the others."""
    for user_id, role in CAST.items():
        if not Person.objects.filter(user_id=user_id).exists():
            account = NewAccount(
                user_id=user_id,
                full_name=user_id.replace("-", " ").title(),
                password=DEMO_PASSWORD,
                roles=[role],
                lasts_from=timezone.now(),
            )
            if Person.objects.exists():
                create_person(account=account, intent=proof(administrator()))
                _approve()
            else:
                open_first_account(account=account, device=DEVICE)
                _open_signing(user_id)
        if role is not Role.SERVICE:
            _let_sign(user_id)
    people = {row.user_id: row for row in Person.objects.filter(user_id__in=CAST)}
    for user_id in ("bench-technician", "bench-witness", "bench-gateway", "bench-reader"):
        _let_in(people[user_id])
    writes = Attribution(actor=people["bench-technician"], reason="To measure by it", device=DEVICE)
    readers = ["bench-technician", "bench-witness", "bench-reader"]
    put_in_force(proof, writes, readers)
    return people


def _open_signing(user_id: str) -> None:
    """Put on record what signing waits for, by the first administrator alone."""
    today = timezone.localdate()
    verify_first_identity(
        user_id=user_id,
        verifier_name="Whoever measures",
        method="None: made up",
        verified_on=today,
        device=DEVICE,
    )
    certified = proof(user_id, Meaning.CERTIFIED, needs=SET_UP)
    record_certification(reference="Measurements", sent_on=today, intent=certified)
    publish_policy(text="I answer for it.", intent=proof(user_id, needs=SET_UP))


def _let_sign(user_id: str) -> None:
    """Verify somebody, and let them acknowledge the policy, unless that was done before."""
    person, policy = Person.objects.get(user_id=user_id), newest_policy()
    ready = readiness_of(person.pk)
    if not ready.is_identified:
        verify_identity(
            person_id=person.pk,
            method="None: made up",
            verified_on=timezone.localdate(),
            intent=proof(administrator()),
        )
    if policy is not None and not ready.has_acknowledged:
        acknowledge_policy(policy_id=policy.pk, intent=proof(user_id, needs=SET_UP))


def administrator() -> str:
    """Return who may make accounts and containers here."""
    return "bench-admin" if Person.objects.filter(user_id="bench-admin").exists() else "admin"


def _let_in(person: Person) -> None:
    program, site = Program.objects.get(code=CODE), Site.objects.get(code=CODE)
    if Program.objects.worked_on_by(person).filter(pk=program.pk).exists():
        return
    for kind, key in ((ScopeKind.PROGRAM, program.pk), (ScopeKind.SITE, site.pk)):
        request_scope(
            person_id=person.pk,
            kind=kind,
            scope_id=key,
            right=Right.WORK,
            intent=proof(administrator()),
        )
    _approve()


def _approve() -> None:
    """Let quality approve what waits; what concerns the only one there is given alone."""
    quality = "qa" if Person.objects.filter(user_id="qa").exists() else "bench-reader"
    waiting = AccessRequest.objects.filter(status=RequestStatus.REQUESTED)
    for key in waiting.values_list("pk", flat=True):
        approve_access(request_id=key, intent=proof(quality, Meaning.APPROVED))


def proof(
    user_id: str, meaning: Meaning = Meaning.PERFORMED, *, needs: frozenset[Gate] = ALL_GATES
) -> SignedIntent:
    """Return the proof that somebody signs, by the password of all of the cast."""
    return confirm_intent(
        user_id=user_id,
        password=DEMO_PASSWORD,
        meaning=meaning,
        reason="To measure",
        device=DEVICE,
        at=timezone.now(),
        needs=needs,
    )


def _drawn(count: int) -> list[Vial]:
    """
    Draw loaded vials evenly over all keys, in a random order that is the same every time.

    What earlier measurements received is left out: its batches are of another size.
    """
    keys = list(
        Vial.objects.filter(
            program__code=CODE, custody="in_storage", batch__source_system="load_scale"
        )
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    chosen = Random(SEED).sample(keys, min(count, len(keys)))
    rows = Vial.objects.select_related("therapy__patient", "batch", "position").in_bulk(chosen)
    return [rows[key] for key in chosen]


def _free_places(count: int) -> list[Position]:
    free = Position.objects.filter(
        container__site__code=CODE, holds="vial", vials__isnull=True, reserved_for__isnull=True
    )
    places = list(free.order_by("ordinal", "container")[:count])
    Random(SEED).shuffle(places)
    return places


def _received(people: Mapping[str, Person], count: int) -> list[Vial]:
    """Announce and receive a batch through the actions, into the technician's hands."""
    serial = Batch.objects.filter(source_system="bench").count() + 1
    now = timezone.now()
    donation = f"A999826{serial:06d}"
    check = check_character(donation)
    message = IncomingMessage(source_system="bench", message_id=f"bench-{serial}", body=donation)
    announced = AnnouncedBatch(
        number=f"BENCH-{serial}",
        product_code=CODE,
        coi=f"CHA999826{serial:06d}",
        patient=f"BENCH-{serial}",
        donation_number=donation,
        check_character=check,
        completed_at=now - timedelta(days=9),
        expires_at=now + timedelta(days=700),
        vials=[
            AnnouncedVial(
                code=f"{donation}{check}-{number:04d}",
                kind=VialKind.VIAL,
                purpose=Purpose.DOSE,
                volume_ml=Decimal("1.8"),
                nucleated_cells=10_000_000,
            )
            for number in range(1, count + 1)
        ],
    )
    gateway = Attribution(actor=people["bench-gateway"], reason="Completed batch", device=DEVICE)
    (batch,) = register_batches(message=message, batches=[announced], attribution=gateway, at=now)
    vials = list(batch.vials.order_by("pk"))
    receive_batch(
        batch_id=batch.pk,
        vial_ids=[vial.pk for vial in vials],
        inspection=Inspection(
            site_id=Site.objects.get(code=CODE).pk,
            counted=count,
            seal_number="S-1",
            seal_intact=True,
            labels_legible=True,
            arrival_celsius=Decimal("-180.0"),
            outcome=Outcome.ACCEPTED,
        ),
        intent=witnessed(proof("bench-technician"), by=proof("bench-witness", Meaning.WITNESSED)),
        at=timezone.now(),
    )
    return list(batch.vials.order_by("pk"))
