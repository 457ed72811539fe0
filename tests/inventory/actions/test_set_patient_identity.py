"""Recording who a patient is."""

from datetime import date, datetime
from typing import Any

import pytest

from accounts.roles import Role
from audit.errors import NotAuthorised, NotFound
from inventory.actions.set_patient_identity import set_patient_identity
from inventory.models import Patient, PatientIdentity
from tests.factories.inventory import PatientFactory
from tests.factories.people import PersonFactory
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import World

WHO = {
    "full_name": "Mina Example",
    "born_on": date(1980, 2, 29),
    "medical_record_number": "MRN-1",
}


@pytest.fixture
def patient(world: World) -> Patient:
    return PatientFactory.create(program=world.program)


@pytest.mark.urs("URS-35", "URS-117")
def test_sets_and_corrects_an_identity_and_keeps_both(
    world: World, patient: Patient, noon: datetime
) -> None:
    set_patient_identity(patient_id=patient.pk, **WHO, intent=world.signs(world.admin), at=noon)  # type: ignore[arg-type] # a mapping of two types
    corrected = WHO | {"full_name": "Minna Example"}
    identity = set_patient_identity(
        patient_id=patient.pk,
        **corrected,  # type: ignore[arg-type] # as above
        intent=world.signs(world.admin),
        at=noon,
    )

    kept = PatientIdentity.history.order_by("history_id")
    assert [row.full_name for row in kept] == ["Mina Example", "Minna Example"]
    assert_signed_and_kept(identity, action="set_patient_identity")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"full_name": " "}, "NAME_MISSING"),
        ({"medical_record_number": ""}, "RECORD_NUMBER_MISSING"),
        ({"born_on": date(2030, 1, 1)}, "BORN_IN_THE_FUTURE"),
    ],
)
def test_refuses_what_is_missing_or_impossible(
    world: World, patient: Patient, noon: datetime, change: dict[str, Any], code: str
) -> None:
    with refused(code):
        set_patient_identity(
            patient_id=patient.pk,
            **(WHO | change),  # type: ignore[arg-type] # as above
            intent=world.signs(world.admin),
            at=noon,
        )


@pytest.mark.urs("URS-117")
def test_refuses_an_administrator_of_other_sponsors(
    world: World, patient: Patient, noon: datetime
) -> None:
    stranger = PersonFactory.create(roles=[Role.ADMINISTRATOR])

    with refused("OUTSIDE_PROGRAM", by=NotAuthorised):
        set_patient_identity(patient_id=patient.pk, **WHO, intent=world.signs(stranger), at=noon)  # type: ignore[arg-type] # as above


def test_refuses_an_unknown_patient_and_everybody_but_administrators(
    world: World, patient: Patient, noon: datetime
) -> None:
    with refused("UNKNOWN_PATIENT", by=NotFound):
        set_patient_identity(patient_id=0, **WHO, intent=world.signs(world.admin), at=noon)  # type: ignore[arg-type] # as above
    with unauthorised():
        set_patient_identity(patient_id=patient.pk, **WHO, intent=world.signs(world.qa), at=noon)  # type: ignore[arg-type] # as above
