"""Telling clinics what was too warm before it reached them, in the Change that finds it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from audit.changes import OpenChange
from audit.errors import Refusal
from audit.local_times import in_words
from custody.excursion_words import about, with_unit
from custody.excursions import grave
from custody.models import Claim, ClinicNotice, Exposure, Retrieval, RetrievalStatus
from inventory.models import Custody, Vial
from sop.deviations import add_to_open_deviation, list_further
from sop.models import Deviation
from temperature.alarms_about import Subject, settle_about
from temperature.consequences import News
from temperature.models import AlarmCause, Excursion, Level

MAIL_AGAIN = timedelta(minutes=2)
"""How much later each time a message that no channel took is sent again."""
UNKNOWN_NOTICE = Refusal("UNKNOWN_NOTICE", "No such notice. Open it from its order.")
DISTRIBUTED = (Custody.IN_TRANSIT, Custody.AT_CLINIC, Custody.ADMINISTERED)


def about_notice(notice_id: int) -> str:
    """Return what the alarm of a notice is known by."""
    return f"clinic notice {notice_id}"


def tell_clinics(change: OpenChange, news: News, at: datetime) -> None:
    """
    Write for each order that left with exposed vials that its clinic must be told, and call people.

    Comes after the exposures and the deviation of the excursion, which lists these vials. A clinic
    that was told of a time in the same unit, and has not answered, is not told again.
    Source: REQUIREMENTS B10, scenario 22; URS-112, URS-114.
    """
    for excursion in sorted(grave(*news.begun, *news.changed), key=lambda row: row.began_at):
        for retrieval, vials in _orders_of(excursion):
            deviation = _in_the_deviation(excursion, retrieval, vials)
            _tell(change, excursion, retrieval, deviation, at)


def _orders_of(excursion: Excursion) -> Iterator[tuple[Retrieval, list[Vial]]]:
    """Yield each order that left with vials that stood in it, and whose clinic is not told yet."""
    exposed = Exposure.objects.filter(excursion=excursion).values("vial")
    claims = Claim.objects.filter(
        vial__in=exposed,
        vial__custody__in=DISTRIBUTED,
        retrieval__status=RetrievalStatus.HANDED_OVER,
    )
    newest = claims.select_related("retrieval", "vial").order_by("vial", "-pk").distinct("vial")
    told = ClinicNotice.objects.filter(
        Q(excursion=excursion) | Q(excursion__unit=excursion.unit_id, answered_at__isnull=True)
    )
    known = set(told.values_list("retrieval", flat=True))
    found: dict[Retrieval, list[Vial]] = {}
    for claim in newest:
        if claim.retrieval_id not in known:
            found.setdefault(claim.retrieval, []).append(claim.vial)
    yield from sorted(found.items(), key=lambda order: order[0].pk)


def _in_the_deviation(
    excursion: Excursion, retrieval: Retrieval, vials: Sequence[Vial]
) -> Deviation | None:
    """List them in the open deviation, so that what is told to authorities counts them."""
    codes = ", ".join(vial.code for vial in vials)
    words = f"{codes} had left with order {retrieval.order_number}: its clinic is told."
    deviation = add_to_open_deviation(about(excursion), words)
    if deviation is not None:
        list_further(deviation, vials)
    return deviation


def _tell(
    change: OpenChange,
    excursion: Excursion,
    retrieval: Retrieval,
    deviation: Deviation | None,
    at: datetime,
) -> None:
    notice = ClinicNotice(
        retrieval=retrieval,
        excursion=excursion,
        deviation=deviation,
        contact=retrieval.clinic_contact,
        phone=retrieval.clinic_phone,
        email=retrieval.clinic_email,
        raised_at=at,
    )
    notice.save(force_insert=True)
    change.subject.update(clinic_of=retrieval.order_number)
    subject = Subject(
        unit_id=excursion.unit_id, program_id=retrieval.program_id, words=_words(notice)
    )
    settle_about(
        about_notice(notice.pk), subject, cause=AlarmCause.CLINIC, level=Level.CRITICAL, at=at
    )


def how_warm(excursion: Excursion) -> str:
    """Say how warm it was and since when, by the clock of the site that sent it."""
    since = in_words(excursion.began_at, ZoneInfo(excursion.unit.site.time_zone))
    return f"{with_unit(excursion, excursion.peak)} from {since} on"


def _words(notice: ClinicNotice) -> str:
    retrieval, excursion = notice.retrieval, notice.excursion
    who = ", ".join(said for said in (notice.contact, notice.phone, notice.email) if said)
    return (
        f"What left with order {retrieval.order_number} for {retrieval.destination} was up to "
        f"{how_warm(excursion)}. "
        f"Call the clinic: {who or 'nobody was named, ask who received it'}. Record its answer at "
        "the order: that ends this alarm."
    )


def notices_to_mail(*, at: datetime) -> list[int]:
    """Return the notices that no channel took yet, and that are due again; one query."""
    rows = ClinicNotice.objects.filter(mailed_at__isnull=True, answered_at__isnull=True)
    rows = rows.exclude(email="").order_by("pk")
    tried = rows.values_list("pk", "raised_at", "mail_tries")
    return [key for key, raised, tries in tried if raised + MAIL_AGAIN * tries <= at]
