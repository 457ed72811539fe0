"""No way of commissioning a code takes one that tells who the patient is."""

from dataclasses import replace
from datetime import date

import pytest

from custody.actions.register_batches import register_batches
from custody.actions.relabel_vial import relabel_vial
from custody.actions.split_vial import Part, split_vial
from custody.messages import IncomingMessage
from inventory.actions.set_patient_identity import set_patient_identity
from inventory.models import Identifier, Patient, Purpose, Vial, VialKind
from tests.custody.actions.evidence import refused
from tests.custody.messages import announced_batch
from tests.factories.inventory import PatientFactory
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-85", "URS-86")


def identify(world: World, patient: Patient) -> None:
    """Record who a patient is."""
    set_patient_identity(
        patient_id=patient.pk,
        full_name="Mina Example",
        born_on=date(1980, 2, 29),
        medical_record_number="004711",
        intent=world.signs(world.admin),
        at=NOON,
    )


def known_vial(world: World) -> Vial:
    """Return a vial in hand of a patient whose identity is known."""
    vial = world.checked_out(world.stored())[0]
    assert vial.therapy is not None
    identify(world, vial.therapy.patient)
    return vial


def test_a_batch_is_not_registered_under_it(world: World) -> None:
    batch = announced_batch(world)
    identify(world, PatientFactory.create(program=world.program, pseudonym=batch.patient))
    vials = [batch.vials[0], replace(batch.vials[1], code="MINA-2")]

    with refused("CODE_TELLS_WHO", "CODE_TELLS_WHO"):
        register_batches(
            message=IncomingMessage(source_system="EBR", message_id="m-1", body="{}"),
            batches=[replace(batch, number="B-004711", vials=vials)],
            attribution=world.says(world.supervisor),
            at=NOON,
        )


def test_a_vial_is_not_relabelled_with_it(world: World) -> None:
    vial = known_vial(world)

    with refused("CODE_TELLS_WHO"):
        relabel_vial(
            vial_id=vial.pk,
            new_code="EXAMPLE/1",
            intent=world.signs(world.technician, world.witness),
            at=NOON,
        )


def test_a_part_is_not_split_off_under_it(world: World) -> None:
    vial = known_vial(world)
    part = Part(
        code="MRN004711", volume_ml=vial.volume_ml / 2, kind=VialKind.VIAL, purpose=Purpose.QC
    )

    with refused("CODE_TELLS_WHO"):
        split_vial(
            vial_id=vial.pk,
            parts=[part],
            intent=world.signs(world.technician, world.witness),
            at=NOON,
        )


def test_an_identity_is_not_recorded_beside_codes_that_tell_it(world: World) -> None:
    vial = world.expected(code="MINA-1")[0]
    assert vial.therapy is not None
    assert Identifier.objects.filter(code="MINA-1").exists()

    with refused("CODE_TELLS_WHO"):
        identify(world, vial.therapy.patient)
