"""Recording who a patient is, apart from everything operational."""

from datetime import date, datetime

from django.db.models import Q

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import Author, SignedIntent
from audit.changes import signed_change
from audit.errors import NotAuthorised, NotFound, Refusal, refuse_if
from inventory.models import Identifier, Patient, PatientIdentity, Program
from inventory.rules.telling import Who, refusals_of_telling_codes

UNKNOWN_PATIENT = Refusal("UNKNOWN_PATIENT", "No such patient. Search by the pseudonym.")
OUTSIDE_PROGRAM = Refusal("OUTSIDE_PROGRAM", "This patient belongs to a program you do not see.")


def set_patient_identity(
    *,
    patient_id: int,
    full_name: str,
    born_on: date,
    medical_record_number: str,
    intent: SignedIntent,
    at: datetime,
) -> PatientIdentity:
    """
    Set who a patient is, signed by an administrator who sees the program; earlier versions stay.

    Raises NotFound; NotAuthorised; ActionRefused (NAME_MISSING, RECORD_NUMBER_MISSING,
    BORN_IN_THE_FUTURE, CODE_TELLS_WHO).
    Source: GDPR Art. 25; HIPAA; URS-35, URS-86, URS-117.
    """
    with signed_change(intent, action="set_patient_identity") as change:
        rows = Patient.objects.select_for_update(of=("self",), no_key=True)
        patient = rows.filter(pk=patient_id).first()
        require_role(intent.signer, [Role.ADMINISTRATOR])
        if patient is None:
            raise NotFound([UNKNOWN_PATIENT])
        change.subject.update(patient=patient.pseudonym)
        _require_sight(intent.signer, patient)
        refuse_if(
            _refusals(full_name, born_on, medical_record_number, at)
            + refusals_of_telling_codes(_codes_of(patient), Who(full_name, medical_record_number))
        )
        known = PatientIdentity.objects.filter(patient=patient).first()
        identity = known or PatientIdentity(patient=patient)
        identity.full_name, identity.born_on = full_name.strip(), born_on
        identity.medical_record_number = medical_record_number.strip()
        if known is None:
            identity.save(force_insert=True)
        else:
            identity.save(update_fields=["full_name", "born_on", "medical_record_number"])
        change.sign([identity])
        return identity


def _codes_of(patient: Patient) -> list[str]:
    """Return every code that stands on something of this patient's; old ones still do."""
    rows = Identifier.objects.filter(
        Q(vial__therapy__patient=patient) | Q(batch__therapy__patient=patient)
    )
    return list(rows.order_by("code").values_list("code", flat=True))


def _require_sight(signer: Author, patient: Patient) -> None:
    if not Program.objects.visible_to(signer).filter(pk=patient.program_id).exists():
        raise NotAuthorised([OUTSIDE_PROGRAM])


def _refusals(
    full_name: str, born_on: date, medical_record_number: str, at: datetime
) -> list[Refusal]:
    refusals = []
    if not full_name.strip():
        refusals.append(Refusal("NAME_MISSING", "Enter the patient's full name."))
    if not medical_record_number.strip():
        refusals.append(Refusal("RECORD_NUMBER_MISSING", "Enter the number of the medical record."))
    if born_on > at.date():
        refusals.append(
            Refusal("BORN_IN_THE_FUTURE", f"{born_on} lies in the future. Check the year.")
        )
    return refusals
