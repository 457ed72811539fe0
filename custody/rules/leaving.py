"""Rules about what may leave storage, and for whom."""

from datetime import datetime

from audit.errors import Refusal
from custody.models import Retrieval
from custody.rules.statuses import refusals_to_enter
from inventory.models import FOR_PATIENTS, Custody, Quality, Vial

MAY_GO_TO_A_PATIENT = frozenset({Quality.RELEASED, Quality.COND_RELEASED, Quality.OOS_SUPPLY})
MAY_BE_DISCARDED = frozenset({Quality.REJECTED, Quality.EXPIRED, Quality.RECALLED})


def refusals_to_promise(
    vial: Vial, *, retrieval: Retrieval, is_held: bool, at: datetime
) -> list[Refusal]:
    """
    Say every reason why `vial` may not go to the patient of `retrieval`; one gate for all steps.

    Source: 21 CFR 1271.265, 211.150; URS-89, URS-96, URS-99, URS-100, URS-103.
    """
    return [
        *refusals_of_patient(vial, retrieval),
        *refusals_of_quality(vial, is_held=is_held, at=at),
    ]


def refusals_of_patient(vial: Vial, retrieval: Retrieval) -> list[Refusal]:
    """Say whether `vial` is of another patient, product or purpose than `retrieval` asks for."""
    refusals = []
    if vial.therapy_id not in {None, retrieval.therapy_id} or (
        vial.therapy_id is None and vial.batch.product.is_autologous
    ):
        refusals.append(
            Refusal(
                "WRONG_PATIENT",
                f"STOP. {vial.code} belongs to another patient than {retrieval.therapy.coi}. "
                "Put it back where it came from and call QA.",
            )
        )
    if vial.batch.product_id != retrieval.product_id:
        refusals.append(
            Refusal(
                "WRONG_PRODUCT",
                f"{vial.code} is {vial.batch.product.code}; "
                f"{retrieval.product.code} was asked for.",
            )
        )
    if vial.purpose != retrieval.purpose:
        refusals.append(
            Refusal(
                "WRONG_PURPOSE",
                f"{vial.code} is a {vial.get_purpose_display().lower()}; "
                f"a {retrieval.get_purpose_display().lower()} was asked for.",
            )
        )
    return refusals


def refusals_of_quality(vial: Vial, *, is_held: bool, at: datetime) -> list[Refusal]:
    """Say why quality, a hold or the calendar keeps `vial` from any patient."""
    refusals = []
    if vial.quality not in MAY_GO_TO_A_PATIENT:
        refusals.append(
            Refusal(
                "NOT_RELEASED",
                f"{vial.code} is “{Quality(vial.quality).label}”. QA must release it first.",
            )
        )
    if vial.expires_at <= at and vial.quality != Quality.OOS_SUPPLY:
        refusals.append(
            Refusal("EXPIRED", f"{vial.code} expired on {vial.expires_at:%Y-%m-%d %H:%M} UTC.")
        )
    if is_held:
        refusals.append(
            Refusal("ON_HOLD", f"{vial.code} is on hold. QA must release the hold first.")
        )
    return refusals


def refusals_to_arrive(vial: Vial) -> list[Refusal]:
    """Say why `vial` cannot arrive: only what was handed to a courier does."""
    if vial.custody == Custody.IN_TRANSIT:
        return []
    return [
        Refusal(
            "NOT_IN_TRANSIT",
            f"{vial.code} is “{Custody(vial.custody).label}”. Only what a courier carries arrives.",
        )
    ]


def refusals_to_consume(vial: Vial) -> list[Refusal]:
    """
    Say why `vial` may not be used up in a test: doses are not for testing.

    Source: 21 CFR 211.170; REQUIREMENTS B9.
    """
    refusals = refusals_to_enter(vial, Custody.CONSUMED_QC)
    if vial.purpose in FOR_PATIENTS:
        refusals.append(
            Refusal(
                "NOT_A_SAMPLE",
                f"{vial.code} is a {vial.get_purpose_display().lower()} for a patient. "
                "Take a QC or retain sample.",
            )
        )
    return refusals


def refusals_to_transfer(
    vial: Vial, *, in_quarantine: bool, is_held: bool, at: datetime
) -> list[Refusal]:
    """
    Say every reason why `vial` may not go to another organisation.

    in_quarantine: whether it ships under the statement that it is in quarantine.
    Source: 21 CFR 1271.265(b), (c); URS-99.
    """
    refusals = refusals_to_enter(vial, Custody.TRANSFERRED)
    if in_quarantine and vial.quality == Quality.QUARANTINE:
        held = Refusal("ON_HOLD", f"{vial.code} is on hold. QA must release the hold first.")
        return [*refusals, held] if is_held else refusals
    return refusals + refusals_of_quality(vial, is_held=is_held, at=at)


def refusals_to_discard(vial: Vial) -> list[Refusal]:
    """
    Say every reason why `vial` may not be discarded.

    Source: REQUIREMENTS B8, discard after QA approval.
    """
    refusals = refusals_to_enter(vial, Custody.DISCARDED)
    if vial.quality not in MAY_BE_DISCARDED:
        refusals.append(
            Refusal(
                "DISCARD_NOT_APPROVED",
                f"{vial.code} is “{Quality(vial.quality).label}”. QA must reject it first.",
            )
        )
    return refusals
