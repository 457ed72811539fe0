"""What the clock looks after of vials, beside expiry."""

from datetime import datetime

from custody.actions.hold_blind_unit import hold_blind_unit
from custody.actions.hold_due import hold_due
from custody.actions.hold_open_excursions import hold_open_excursions
from custody.actions.judge_nitrogen import judge_nitrogen
from custody.actions.judge_time_out import judge_time_out
from custody.actions.mail_clinic_notice import mail_clinic_notice
from custody.actions.report_gap import report_gap
from custody.blind_holds import blind_to_hold
from custody.clinics import notices_to_mail
from custody.due_holds import units_due
from custody.gaps import due_gaps
from custody.models import ClinicNotice
from custody.nitrogen import tanks_to_settle
from custody.time_alarms import last_unit, time_out_to_settle
from custody.waiting_holds import units_to_hold
from inventory.models import Container, Vial
from temperature.models import Alarm, Work
from temperature.one_by_one import Known, each_alone


def watch_gaps(*, at: datetime) -> int:
    """
    Report every gap that goes on and has lasted too long, one Change after the other.

    Returns how many. Source: URS-108, URS-113.
    """
    rows = due_gaps(at=at).select_related("probe").order_by("unit", "pk")
    gaps = {gap.pk: gap for gap in rows}

    def report(key: int) -> None:
        report_gap(gap_id=key, at=at)

    def known(key: int) -> Known:
        return Known(f"probe {gaps[key].probe.code}", gaps[key].unit_id)

    return len(each_alone(Work.GAP, gaps, report, known=known, at=at))


def watch_holds(*, at: datetime) -> int:
    """
    Hold where an excursion goes on that rules signed since hold for, one Change for each unit.

    Returns for how many units. Source: REQUIREMENTS B4; URS-113.
    """

    def hold(key: int) -> None:
        hold_open_excursions(unit_id=key, at=at)

    return len(each_alone(Work.HOLD, units_to_hold(), hold, known=_unit, at=at))


def watch_due_holds(*, at: datetime) -> int:
    """
    Hold what excursions touched and was put off, one unit after the other; return for how many.

    Source: 21 CFR 211.150(b); URS-113, URS-115.
    """

    def hold(key: int) -> None:
        hold_due(unit_id=key, at=at)

    return len(each_alone(Work.DUE_HOLD, units_due(), hold, known=_unit, at=at))


def watch_blind_units(*, at: datetime) -> int:
    """
    Hold what stands in each unit that is blind for as long as the rules say.

    Returns of how many units. Source: REQUIREMENTS B4; URS-108, URS-113.
    """

    def hold(key: int) -> None:
        hold_blind_unit(alarm_id=key, at=at)

    def known(key: int) -> Known:
        return _unit(Alarm.objects.get(pk=key).unit_id)

    return len(each_alone(Work.BLIND, blind_to_hold(at=at), hold, known=known, at=at))


def watch_nitrogen(*, at: datetime) -> int:
    """
    Raise the alarm of each tank whose nitrogen runs low, and resolve what is over.

    Returns for how many tanks. Source: REQUIREMENTS B4; URS-104, URS-107.
    """

    def judge(key: int) -> None:
        judge_nitrogen(unit_id=key, at=at)

    return len(each_alone(Work.NITROGEN, tanks_to_settle(at=at), judge, known=_unit, at=at))


def watch_time_out(*, at: datetime) -> int:
    """
    Raise the alarm of each vial that is out beyond its budget, and resolve what is over.

    Returns for how many vials. Source: REQUIREMENTS B5; URS-107, URS-113.
    """

    def judge(key: int) -> None:
        judge_time_out(vial_id=key, at=at)

    keys = time_out_to_settle(at=at)
    return len(each_alone(Work.TIME_OUT, keys, judge, known=_vial, at=at))


def watch_clinic_notices(*, at: datetime) -> int:
    """
    Send each clinic what it must be told, until a channel takes it; return how many were tried.

    Source: REQUIREMENTS scenario 22; URS-110, URS-114.
    """

    def mail(key: int) -> None:
        mail_clinic_notice(notice_id=key, at=at)

    def known(key: int) -> Known:
        notice = ClinicNotice.objects.select_related("retrieval", "excursion").get(pk=key)
        return Known(f"order {notice.retrieval.order_number}", notice.excursion.unit_id)

    return len(each_alone(Work.CLINIC, notices_to_mail(at=at), mail, known=known, at=at))


def _vial(key: int) -> Known:
    vial = Vial.objects.get(pk=key)
    return Known(f"vial {vial.code}", last_unit(vial))


def _unit(key: int) -> Known:
    return Known(Container.objects.get(pk=key).name, key)
