"""Asking the separated store about patients, for rules only; nothing of it is shown."""

from collections.abc import Collection

from inventory.models import Patient, PatientIdentity
from inventory.rules.telling import Who


def who_is(patient: Patient | None) -> Who | None:
    """Return who a patient is, where that is known; of an unallocated vial there is nobody."""
    if patient is None:
        return None
    return who_are({patient.program_id}, {patient.pseudonym}).get(
        (patient.program_id, patient.pseudonym)
    )


def who_are(programs: Collection[int], pseudonyms: Collection[str]) -> dict[tuple[int, str], Who]:
    """Return who these patients are, by program and pseudonym, where that is known."""
    rows = PatientIdentity.objects.filter(
        patient__program__in=programs, patient__pseudonym__in=pseudonyms
    ).select_related("patient")
    return {
        (row.patient.program_id, row.patient.pseudonym): Who(
            row.full_name, row.medical_record_number
        )
        for row in rows
    }
