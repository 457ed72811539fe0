"""Registering a therapy by its chain of identity, before anything is made or allocated for it."""

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import Author, SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import NotAuthorised, NotFound, Refusal, refuse_if
from inventory.codes.isbt128 import coi_is_well_formed
from inventory.models import Identifier, IdentifierKind, Patient, Product, Program, Therapy

UNKNOWN_PRODUCT = Refusal("UNKNOWN_PRODUCT", "No such product. Choose it from the list.")
OUTSIDE_PROGRAM = Refusal("OUTSIDE_PROGRAM", "This belongs to a program you do not work on.")
TAKEN_MEANWHILE = Refusal("COI_KNOWN", "Somebody else has just registered this chain of identity.")


def register_therapy(*, coi: str, pseudonym: str, product_id: int, intent: SignedIntent) -> Therapy:
    """
    Register one patient's treatment; an allogeneic dose meets its patient only by such a therapy.

    coi: canonical, as `inventory.codes` reads a scan.
    Raises NotFound; NotAuthorised; ActionRefused (MALFORMED_COI, COI_KNOWN, PATIENT_MISSING).
    Source: ICCBBA ST-028; URS-88.
    """
    with signed_change(intent, action="register_therapy") as change:
        change.subject.update(coi=coi, patient=pseudonym)
        require_role(intent.signer, [Role.SUPERVISOR, Role.RELEASE, Role.SERVICE])
        product = Product.objects.filter(pk=product_id).first()
        if product is None:
            raise NotFound([UNKNOWN_PRODUCT])
        _require_scope(intent.signer, product.program_id)
        refuse_if(_refusals(coi, pseudonym))
        therapy = Therapy(
            coi=coi,
            program_id=product.program_id,
            product=product,
            patient=_patient(product.program_id, pseudonym.strip()),
        )
        with refused_by("inventory_therapy_coi_key", TAKEN_MEANWHILE):
            therapy.save(force_insert=True)
        Identifier(code=coi, kind=IdentifierKind.THERAPY, therapy=therapy).save(force_insert=True)
        change.sign([therapy])
        return therapy


def _require_scope(signer: Author, program_id: int) -> None:
    if not Program.objects.worked_on_by(signer).filter(pk=program_id).exists():
        raise NotAuthorised([OUTSIDE_PROGRAM])


def _patient(program_id: int, pseudonym: str) -> Patient:
    known = Patient.objects.filter(program=program_id, pseudonym=pseudonym).first()
    if known is not None:
        return known
    patient = Patient(program_id=program_id, pseudonym=pseudonym)
    patient.save(force_insert=True)
    return patient


def _refusals(coi: str, pseudonym: str) -> list[Refusal]:
    refusals = []
    if not coi_is_well_formed(coi):
        refusals.append(Refusal("MALFORMED_COI", f"{coi} is not a chain of identity id."))
    elif Identifier.objects.filter(code=coi).exists():
        refusals.append(
            Refusal("COI_KNOWN", f"{coi} was given out before and is never given again.")
        )
    if not pseudonym.strip():
        refusals.append(Refusal("PATIENT_MISSING", "Enter the patient's pseudonym."))
    return refusals
