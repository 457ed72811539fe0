"""Deciding what warmth beyond a product means where no excursion of the unit tells of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db.models import Max

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound, Refusal, refuse_if
from custody.models import Evaluation
from custody.queries.warm_events import UNKNOWN_UNIT, WarmEvent, warm_events
from custody.rules.evaluating import WarmthDecision, refusals_to_evaluate_warmth
from custody.warmth_facts import WarmFact
from inventory.models import Container

NOTHING_DECIDED = Refusal("NOTHING_DECIDED", "Decide for one product at least.")


def evaluate_warmth(
    *, unit_id: int, decisions: Sequence[WarmthDecision], intent: SignedIntent, at: datetime
) -> list[Evaluation]:
    """
    Sign what the warmth of a unit means for each product, one record and one signature each.

    The verdict of the vials follows at once, nothing else does. It counts for what was seen: what
    comes after it, or turns out warmer, must be decided anew. All are signed, or none.
    Raises NotFound; NotAuthorised; ActionRefused (NOTHING_DECIDED, NOT_WARM, WARMER_SINCE,
    NO_REASONING, NO_CAUSE, CAUSE_NOT_SAID, WARMER_THAN_PRODUCT).
    Source: 21 CFR 211.192, 11.70; REQUIREMENTS B7; URS-60, URS-105, URS-112.
    """
    with signed_change(intent, action="evaluate_warmth") as change:
        units = Container.objects.select_for_update(of=("self",), no_key=True)
        unit = units.filter(pk=unit_id).first()
        if unit is None:
            raise NotFound([UNKNOWN_UNIT])
        change.subject.update(
            unit=unit.code, product=sorted({each.product_id for each in decisions})
        )
        require_role(intent.signer, [Role.QA])
        found = warm_events(seen_by=intent.signer, at=at, unit_id=unit_id)
        events = {event.product.pk: event for event in found}
        refuse_if(list(dict.fromkeys(_refusals(events, decisions))))
        rows = list(_rows(unit, events, decisions, intent, at))
        for row in rows:
            row.save(force_insert=True)
        change.sign(rows)
        return rows


def _refusals(
    events: Mapping[int, WarmEvent], decisions: Sequence[WarmthDecision]
) -> Iterator[Refusal]:
    if not decisions:
        yield NOTHING_DECIDED
    for decision in decisions:
        event = events.get(decision.product_id)
        yield from refusals_to_evaluate_warmth(
            decision,
            peak=None if event is None else event.peak,
            limits=None if event is None else event.limits,
        )


def _rows(
    unit: Container,
    events: Mapping[int, WarmEvent],
    decisions: Sequence[WarmthDecision],
    intent: SignedIntent,
    at: datetime,
) -> Iterator[Evaluation]:
    earlier = Evaluation.objects.filter(unit=unit).values_list("product")
    newest = dict(earlier.annotate(newest=Max("number")))
    for decision in decisions:
        event = events[decision.product_id]
        yield Evaluation(
            unit=unit,
            product_id=decision.product_id,
            number=newest.get(decision.product_id, 0) + 1,
            has_impact=decision.has_impact,
            cause=decision.cause,
            cause_words=decision.cause_words.strip(),
            comparison=decision.comparison.strip(),
            reasoning=decision.reasoning.strip(),
            despite_limit=decision.despite_limit.strip(),
            tells_physician=decision.tells_physician,
            seen_began_at=event.began_at,
            seen_ended_at=min(event.ended_at, decision.seen_until),
            seen_peak=event.peak,
            seen_warm=list(_seen(event.facts, decision.seen_until)),
            evaluated_by_id=intent.signer.pk,
            evaluated_at=at,
        )


def _seen(facts: Sequence[WarmFact], until: datetime) -> Iterator[list[float]]:
    """Yield each time up to what was seen, as the record keeps it."""
    for row in facts:
        if row.span.began_at < until:
            ended_at = min(row.span.end, until)
            yield [row.probe_id, row.span.began_at.timestamp(), ended_at.timestamp(), row.peak]
