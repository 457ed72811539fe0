"""Finding what was scanned for a retrieval, and noting whose it is beside what was expected."""

from collections.abc import Collection, Sequence

from audit.changes import OpenChange
from custody.models import Retrieval
from inventory.models import Identifier, Vial


def find_scanned(
    change: OpenChange, codes: Sequence[str], retrieval: Retrieval, expected: Collection[Vial]
) -> dict[str, Vial]:
    """
    Return the vial of each code that one carries now; one query.

    Both chains of identity are noted, so that they are kept if the scan is refused.
    codes: canonical, as `inventory.codes` reads a scan.
    """
    rows = Identifier.objects.filter(
        code__in=codes, vial__isnull=False, replaced_by__isnull=True
    ).select_related("vial__batch__product", "vial__therapy")
    found = {row.code: row.vial for row in rows if row.vial is not None}
    change.subject.update(
        retrieval=retrieval.order_number,
        expected=[vial.code for vial in expected],
        expected_therapy=retrieval.therapy.coi,
        scanned=list(codes) if len(codes) != 1 else codes[0],
        scanned_therapies=sorted({vial.therapy.coi for vial in found.values() if vial.therapy}),
    )
    return found
