"""Beginning a blind count of a container."""

from collections.abc import Sequence
from datetime import datetime

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.constraints import refused_by
from audit.errors import NotFound, refuse_if
from audit.writes import create_all
from custody.locks import UNKNOWN_COUNT, lock_containers
from custody.mix_ups import undone
from custody.models import DIFFERENCES, Count, CountLine, CountResult
from custody.rules.counts import COUNTED_BY_ANOTHER, refusals_to_recount, refusals_to_start
from custody.spots import breadcrumb, lineages, spots
from inventory.models import Container, Vial
from sop.action import Action
from sop.gate import Scope, admit


def start_count(
    *,
    container_id: int,
    attribution: Attribution,
    at: datetime,
    recount_of: int | None = None,
) -> Count:
    """
    Begin to count a container, and freeze what the record has in it now.

    recount_of: the closed count whose differing lines another person counts again.
    Raises NotFound; NotAuthorised; ActionRefused (CONTAINER_RETIRED, TOO_MANY_VIALS,
    BEING_COUNTED, NOT_CLOSED, NOTHING_DIFFERS, SAME_COUNTER, and what the gate refuses).
    Source: 21 CFR 211.184; REQUIREMENTS B9, cycle count, blind.
    """
    with attributed_change(attribution, action="start_count") as change:
        [container] = lock_containers([container_id])
        change.subject.update(container=container.code)
        lines = _expected(container) if recount_of is None else _differing(recount_of)
        vials = [line.vial for line in lines if line.vial is not None]
        scope = Scope(
            programs={vial.program_id for vial in vials}, sites={container.site_id}, touched=vials
        )
        with undone(when=True):  # the step of a run is done when the count is closed
            admit(change, Action.COUNT, scope)
        original = None if recount_of is None else _original(recount_of)
        refuse_if(refusals_to_start(container, expected=len(lines)))
        if original is not None:
            refuse_if(
                refusals_to_recount(
                    original,
                    container,
                    by=attribution.actor,
                    differing=sum(original.results.get(name, 0) for name in DIFFERENCES),
                )
            )
        return _begin(container, lines, original, attribution, at)


def _begin(
    container: Container,
    lines: Sequence[CountLine],
    original: Count | None,
    attribution: Attribution,
    at: datetime,
) -> Count:
    count = Count(
        container=container,
        site_id=container.site_id,
        place=breadcrumb(lineages([container])[container.pk]),
        counted_by_id=attribution.actor.pk,
        started_at=at,
        expected=len(lines),
        recount_of=original,
    )
    with refused_by("custody_one_count_at_a_time", COUNTED_BY_ANOTHER):
        count.save(force_insert=True)
    for line in lines:
        line.count = count
    create_all(lines)
    return count


def _original(key: int) -> Count:
    row = Count.objects.filter(pk=key).first()
    if row is None:
        raise NotFound([UNKNOWN_COUNT])
    return row


def _expected(container: Container) -> list[CountLine]:
    """List what the record has in the container, and where; two statements for any number."""
    rows = Vial.objects.under(container.path).select_related("position", "batch")
    vials = list(rows.order_by("position__container__path", "position__ordinal"))
    places = {vial.position.pk: vial.position for vial in vials if vial.position is not None}
    around = spots(list(places.values())) if places else {}
    return [
        CountLine(
            vial=vial,
            code=vial.code,
            position=vial.position,
            place=around[vial.position.pk].place,
        )
        for vial in vials
        if vial.position is not None
    ]


def _differing(original: int) -> list[CountLine]:
    """List what differed in a count and has a place, as it was expected then."""
    rows = CountLine.objects.filter(
        count=original, result__in=DIFFERENCES, vial__isnull=False, position__isnull=False
    ).exclude(result=CountResult.EXTRA)
    return [
        CountLine(vial=row.vial, code=row.code, position=row.position, place=row.place)
        for row in rows.select_related("vial__batch", "position").order_by("pk")
    ]
