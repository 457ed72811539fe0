"""Answering the due step of a locked run: what was scanned, what is expected, what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from audit.errors import ActionRefused, Refusal
from inventory.models import Custody, Identifier, IdentifierKind, Position, Vial
from sop.codes import read_code
from sop.documents.steps import (
    ChoiceStep,
    ConfirmStep,
    IdentitySource,
    IdentityStep,
    MeasurementStep,
    MustEqual,
    ScanStep,
    Step,
    TextStep,
    WaitStep,
)
from sop.instruments import instrument_for
from sop.rules.judging import (
    Answer,
    Expected,
    Judged,
    judge_choice,
    judge_measurement,
    judge_scan,
    judge_text,
    judge_wait,
)
from sop.rules.walking import Due
from sop.runs import LockedRun
from sop.taking_up import read_vial, whose


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """What a code stands for; `kind` is empty for one that is not known."""

    code: str
    kind: str = ""
    key: int | None = None


def answer_step(run: LockedRun, due: Due, answer: Answer, *, now: datetime) -> Judged:
    """
    Judge an answer to the step that is due.

    Raises ActionRefused: the answer is none; RuntimeError: the step is not answered but signed,
    or done on product.
    """
    step = due.step
    if isinstance(step, ScanStep):
        return _answer_scan(run, step, answer)
    if isinstance(step, IdentityStep):
        return _answer_identity(run, step, answer)
    if isinstance(step, MeasurementStep):
        read_from = instrument_for(step, answer.device, site_id=run.row.site_id, at=now)
        return judge_measurement(step, answer, read_from=read_from)
    if isinstance(step, WaitStep):
        last = run.walk.last(due.vial_id)
        return judge_wait(step, since=run.row.started_at if last is None else last.at, now=now)
    return _judge_alone(step, answer)


def _judge_alone(step: Step, answer: Answer) -> Judged:
    match step:
        case ConfirmStep():
            return Judged()
        case ChoiceStep():
            return judge_choice(step, answer)
        case TextStep():
            return judge_text(step, answer)
        case _:
            raise RuntimeError(f"{step.kind} is not answered")


def scanned(code: str) -> Scanned:
    """
    Say what a canonical code stands for, in one statement.

    Raises ActionRefused (CODE_RETIRED): the thing carries another label now.
    """
    row = Identifier.objects.filter(code=code).select_related("replaced_by").first()
    if row is None:
        return Scanned(code=code)
    if row.replaced_by is not None:
        words = f"{code} was replaced by {row.replaced_by.code}. Scan the label it carries now."
        raise ActionRefused([Refusal("CODE_RETIRED", words)])
    keys = (row.vial_id, row.container_id, row.position_id, row.therapy_id, row.batch_id)
    key = next((key for key in (*keys, row.person_id) if key is not None), row.pk)
    return Scanned(code=code, kind=row.kind, key=key)


def _answer_scan(run: LockedRun, step: ScanStep, answer: Answer) -> Judged:
    code = read_code(answer.code)
    found = scanned(code)
    expected = _expected(run, step)
    key = _compared(step, found)
    judged = judge_scan(step, code=code, kind=found.kind, key=key, expected=expected)
    kept = {**judged.values, "key": found.key, "kind": found.kind}
    return replace(judged, values=kept)


def _compared(step: ScanStep, found: Scanned) -> int | None:
    """Return what is compared: the thing itself, or whose batch or treatment a vial is of."""
    if found.kind != IdentifierKind.VIAL or step.must_equal not in _OF_THE_RUN:
        return found.key
    vial = read_vial(found.key or 0)
    return vial.batch_id if step.must_equal == MustEqual.BATCH_OF_RUN else whose(vial)


_OF_THE_RUN = {MustEqual.BATCH_OF_RUN, MustEqual.THERAPY_OF_RUN}


def _expected(run: LockedRun, step: ScanStep) -> Expected | None:
    """Return what a scan is compared with, or nothing where anything of the kind will do."""
    row, wanted = run.row, step.must_equal
    if wanted == MustEqual.ANYTHING:
        return None
    if wanted == MustEqual.CODE:
        return Expected(code=step.code, name=step.code)
    if wanted == MustEqual.BATCH_OF_RUN:
        batch = row.batch
        return _of_run(None if batch is None else Expected(key=batch.pk, name=batch.number))
    if wanted == MustEqual.THERAPY_OF_RUN:
        therapy = row.therapy
        return _of_run(None if therapy is None else Expected(key=therapy.pk, name=therapy.coi))
    vial = vial_in_hand(run)
    if wanted == MustEqual.VIAL_IN_HAND:
        return Expected(key=vial.pk, name=vial.code)
    container = _place_of(vial).container
    if wanted == MustEqual.UNIT_OF_VIAL:
        container = container.unit or container
    return Expected(key=container.pk, name=container.name)


def _of_run(expected: Expected | None) -> Expected:
    if expected is None:
        raise ActionRefused([NO_PRODUCT])
    return expected


def vial_in_hand(run: LockedRun) -> Vial:
    """
    Return the vial whose steps are done now.

    Raises ActionRefused (NO_PRODUCT).
    """
    if run.row.vial_in_hand_id is None:
        raise ActionRefused([NO_PRODUCT])
    rows = Vial.objects.select_related("batch", "therapy__patient")
    return rows.get(pk=run.row.vial_in_hand_id)


def _place_of(vial: Vial) -> Position:
    """
    Return where the vial stands, or the place that is kept for it.

    Raises ActionRefused (NO_PLACE).
    """
    places = Position.objects.select_related("container__unit")
    stored = vial.custody == Custody.IN_STORAGE
    place = places.filter(vials=vial) if stored else places.filter(reserved_for=vial)
    found = place.first()
    if found is None:
        raise ActionRefused(
            [Refusal("NO_PLACE", f"{vial.code} has no place in storage to compare with.")]
        )
    return found


def _answer_identity(run: LockedRun, step: IdentityStep, answer: Answer) -> Judged:
    """
    Compare two identifiers from two sources with the product at hand, in whichever order they came.

    Source: REQUIREMENTS B1; URS-89.
    """
    one, other = answer.code.strip(), answer.second.strip()
    if not one or not other:
        raise ActionRefused([Refusal("NO_SCAN", "Scan or enter both identifiers.")])
    said = {step.first: one, step.second: other}
    wrong = _strangers(run, said)
    turned = {step.first: other, step.second: one}
    if wrong and not _strangers(run, turned):
        said, wrong = turned, []
    values: dict[str, object] = {str(source): raw[:60] for source, raw in said.items()}
    if wrong:
        words = f"STOP. This does not belong to the same patient's product: {'; '.join(wrong)}."
        return Judged(values=values, failure=Refusal("WRONG_PATIENT", words), is_mismatch=True)
    return Judged(values=values)


def _strangers(run: LockedRun, said: Mapping[IdentitySource, str]) -> list[str]:
    """Name the identifiers that do not belong to the product at hand."""
    return [
        f"{SOURCES[source]} {raw[:60]}"
        for source, raw in said.items()
        if not _belongs(run, source, raw)
    ]


SOURCES = {
    IdentitySource.VIAL_LABEL: "the vial's label",
    IdentitySource.BATCH_RECORD: "the batch record",
    IdentitySource.THERAPY_RECORD: "the therapy's COI",
    IdentitySource.DONATION_NUMBER: "the donation number",
    IdentitySource.PATIENT_PSEUDONYM: "the patient's pseudonym",
    IdentitySource.ORDER: "the order",
}


def _belongs(run: LockedRun, source: IdentitySource, raw: str) -> bool:
    """Say whether an identifier belongs to the product at hand."""
    vials = Vial.objects.filter(**_at_hand(run))
    if source == IdentitySource.ORDER:
        listed = Q(therapy__retrievals__pick_list__code=read_code(raw))
        return vials.filter(listed | Q(therapy__retrievals__order_number__iexact=raw)).exists()
    if source in {IdentitySource.BATCH_RECORD, IdentitySource.PATIENT_PSEUDONYM}:
        field = {
            IdentitySource.BATCH_RECORD: "batch__number__iexact",
            IdentitySource.PATIENT_PSEUDONYM: "therapy__patient__pseudonym__iexact",
        }[source]
        return vials.filter(**{field: raw}).exists()
    field = {
        IdentitySource.VIAL_LABEL: "identifiers__code",
        IdentitySource.THERAPY_RECORD: "therapy__coi",
        IdentitySource.DONATION_NUMBER: "batch__donation_number",
    }[source]
    return vials.filter(**{field: read_code(raw)}).exists()


def _at_hand(run: LockedRun) -> dict[str, int]:
    """
    Return which vials an identifier may belong to: the one in hand, else those of the run.

    Raises ActionRefused (NO_PRODUCT).
    """
    row = run.row
    for field, key in (
        ("pk", row.vial_in_hand_id),
        ("therapy", row.therapy_id),
        ("batch", row.batch_id),
    ):
        if key is not None:
            return {field: key}
    raise ActionRefused([NO_PRODUCT])


NO_PRODUCT = Refusal("NO_PRODUCT", "No product is at hand in this run. Scan the vial first.")
