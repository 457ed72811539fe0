"""Which order a run works for: the one whose pick list was scanned in it, or the patient's one."""

from audit.authors import Author
from custody.models import Retrieval, RetrievalStatus
from inventory.models import IdentifierKind
from sop.models import Execution, StepOutcome, StepRecord

_ENDED = (RetrievalStatus.HANDED_OVER, RetrievalStatus.CANCELLED)


def order_of_run(run: Execution, *, seen_by: Author, by_patient: bool = True) -> int | None:
    """
    Return the key of the order that a run works for, or nothing where it is not certain.

    by_patient: without a scanned pick list it is the only open order of the run's patient, or the
    only one at all.
    """
    orders = Retrieval.objects.visible_to(seen_by)
    scans = StepRecord.objects.filter(execution=run, values__kind=IdentifierKind.PICK_LIST)
    scanned = scans.exclude(outcome=StepOutcome.STOPPED).order_by("-pk")
    key = scanned.values_list("values__key", flat=True).first()
    if key is not None:
        return orders.filter(pick_list=key).values_list("pk", flat=True).first()
    if not by_patient or run.therapy_id is None:
        return None
    found = orders.filter(therapy=run.therapy_id).exclude(status=RetrievalStatus.CANCELLED)
    standing = dict(found.values_list("pk", "status"))
    for keys in ([key for key, status in standing.items() if status not in _ENDED], [*standing]):
        if len(keys) == 1:
            return keys[0]
    return None
