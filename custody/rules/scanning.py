"""Rules about what may be scanned for a retrieval; another patient's vial stops everything."""

from collections.abc import Collection, Mapping, Sequence

from audit.errors import Refusal
from custody.models import Retrieval
from custody.rules.leaving import refusals_of_patient
from inventory.models import Vial

WRONG_PROGRAM = Refusal(
    "WRONG_PATIENT",
    "STOP. This belongs to another patient, of another program. Put it back where it came from "
    "and call QA.",
)


def refusals_of_scan(
    code: str, vial: Vial | None, retrieval: Retrieval, expected: Collection[Vial]
) -> list[Refusal]:
    """
    Say every reason why the scanned vial is not one that is claimed for `retrieval`.

    vial: that carries `code` now; nothing when none does. expected: the claimed ones.
    Source: 21 CFR 11.10(f), (h); REQUIREMENTS scenario 2; URS-29, URS-89.
    """
    if vial is None:
        return [Refusal("UNKNOWN_CODE", f"No vial carries {code}. Scan the vial's own label.")]
    if vial.pk in {row.pk for row in expected}:
        return []
    if vial.program_id != retrieval.program_id:  # no word of what belongs to another sponsor
        return [WRONG_PROGRAM]
    return refusals_of_patient(vial, retrieval) or [
        Refusal(
            "WRONG_VIAL",
            f"{vial.code} is not the one that was claimed. Put it back and take "
            f"{' or '.join(row.code for row in expected)}.",
        )
    ]


def refusals_of_scans(
    codes: Sequence[str],
    found: Mapping[str, Vial],
    retrieval: Retrieval,
    expected: Collection[Vial],
) -> list[Refusal]:
    """Say of all scanned codes why they are not what is claimed, and which are left out."""
    refusals = [
        refusal
        for code in dict.fromkeys(codes)
        for refusal in refusals_of_scan(code, found.get(code), retrieval, expected)
    ]
    scanned = {vial.pk for vial in found.values()}
    refusals.extend(
        Refusal(
            "NOT_SCANNED",
            f"{vial.code} was not scanned. All that was picked for {retrieval} goes together.",
        )
        for vial in expected
        if vial.pk not in scanned
    )
    return refusals
