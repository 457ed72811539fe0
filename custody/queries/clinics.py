"""What clinics were told, for the pages of their orders."""

from audit.errors import NotFound
from custody.clinics import UNKNOWN_NOTICE
from custody.models import ClinicNotice


def notices_of(retrieval_id: int) -> list[ClinicNotice]:
    """Return what the clinic of an order was told, the newest first; one query."""
    rows = ClinicNotice.objects.filter(retrieval=retrieval_id).select_related(
        "retrieval", "excursion__unit", "excursion__probe", "deviation", "answered_by"
    )
    return list(rows.order_by("-pk"))


def find_notice(notice_id: int, *, of: int) -> ClinicNotice:
    """
    Return a notice of an order that the caller has found.

    Raises NotFound (UNKNOWN_NOTICE).
    """
    for notice in notices_of(of):
        if notice.pk == notice_id:
            return notice
    raise NotFound([UNKNOWN_NOTICE])
