"""Recording that a clinic knows what was too warm."""

from dataclasses import dataclass
from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound, Refusal, refuse_if
from audit.writes import update_all
from custody.clinics import UNKNOWN_NOTICE, about_notice
from custody.models import AnswerWay, ClinicNotice
from temperature.alarms import resolve
from temperature.models import Alarm, AlarmCause

TAKES_CALLS = (Role.TECHNICIAN, Role.SUPERVISOR, Role.QA)
OF_NOTICE = ("answered_at", "answered_by", "answer_from", "answer_way", "answer")


@dataclass(frozen=True, kw_only=True)
class ClinicAnswer:
    """Who at the clinic said that they know, how, and what they said."""

    name: str
    way: AnswerWay
    words: str


def record_clinic_answer(
    *, notice_id: int, answer: ClinicAnswer, intent: SignedIntent, at: datetime
) -> ClinicNotice:
    """
    Record a clinic's answer, signed by whoever took it; the alarm of the notice is over with that.

    Raises NotFound (UNKNOWN_NOTICE): none, or of a program that one does not see; NotAuthorised;
    ActionRefused (ANSWERED_ALREADY, ANSWER_INCOMPLETE).
    Source: REQUIREMENTS scenario 22; URS-114.
    """
    with signed_change(intent, action="record_clinic_answer") as change:
        rows = ClinicNotice.objects.select_for_update(of=("self",), no_key=True)
        notice = rows.select_related("retrieval").filter(pk=notice_id).first()
        if notice is None or not _sees(intent, notice):
            raise NotFound([UNKNOWN_NOTICE])
        change.subject.update(retrieval=notice.retrieval.order_number)
        require_role(intent.signer, TAKES_CALLS)
        refuse_if(_refusals(notice, answer))
        notice.answered_at, notice.answered_by_id = at, intent.signer.pk
        notice.answer_from, notice.answer_way = answer.name.strip(), answer.way
        notice.answer = answer.words.strip()
        notice.save(update_fields=OF_NOTICE)
        _end_alarm(notice, at=at)
        change.sign([notice])
        return notice


def _sees(intent: SignedIntent, notice: ClinicNotice) -> bool:
    mine = type(notice.retrieval).objects.visible_to(intent.signer)
    return mine.filter(pk=notice.retrieval_id).exists()


def _refusals(notice: ClinicNotice, answer: ClinicAnswer) -> list[Refusal]:
    refusals = []
    if notice.answered_at is not None:
        refusals.append(Refusal("ANSWERED_ALREADY", "The clinic's answer is on record already."))
    if not (answer.name.strip() and answer.words.strip()):
        words = "Say who at the clinic answered, and what they said."
        refusals.append(Refusal("ANSWER_INCOMPLETE", words))
    return refusals


def _end_alarm(notice: ClinicNotice, *, at: datetime) -> None:
    """Acknowledge the alarm in the name of whoever took the answer, and resolve it."""
    rows = Alarm.objects.open().filter(cause=AlarmCause.CLINIC, about=about_notice(notice.pk))
    alarms = list(rows.select_for_update(of=("self",), no_key=True))
    for alarm in alarms:
        alarm.acknowledged_at, alarm.acknowledged_by_id = at, notice.answered_by_id
        alarm.comment = f"{notice.answer_from} of the clinic: {notice.answer}"
    update_all(alarms, ["acknowledged_at", "acknowledged_by", "comment"])
    resolve(alarms, at=at)
