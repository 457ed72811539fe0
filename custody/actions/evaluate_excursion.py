"""Deciding what an excursion, or a time without evidence, means for one product."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound, Refusal, refuse_if
from custody.models import Evaluation
from custody.rules.evaluating import refusals_to_evaluate
from custody.touched import products_in
from temperature.models import CONTACTS, Excursion, Gap

UNKNOWN = Refusal("UNKNOWN_EXCURSION", "No such excursion. Open it from the list.")


@dataclass(frozen=True, kw_only=True)
class Decision:
    """
    What QA says of one product.

    comparison: with its stability data. tells_physician: whether physician or patient must know.
    """

    product_id: int
    has_impact: bool
    comparison: str
    reasoning: str
    tells_physician: bool


def evaluate_excursion(
    *,
    of: type[Excursion] | type[Gap],
    key: int,
    decision: Decision,
    intent: SignedIntent,
    at: datetime,
) -> Evaluation:
    """
    Sign what it means for a product; the verdict of its vials follows at once, nothing else does.

    A decision is never changed: another one is signed after it, and the newest counts. It counts
    for what was seen: once the excursion turns out longer or worse, it must be decided anew.
    Raises NotFound; NotAuthorised; ActionRefused (WITHDRAWN, STILL_OPEN, NOT_TOUCHED,
    NO_REASONING).
    Source: 21 CFR 211.192, 1271.260(d); REQUIREMENTS B7; URS-105.
    """
    with signed_change(intent, action="evaluate_excursion") as change:
        rows = of.objects.exclude(probe__quantity__in=CONTACTS).filter(pk=key)
        subject = rows.select_for_update(of=("self",), no_key=True).first()
        if subject is None:
            raise NotFound([UNKNOWN])
        change.subject.update({of.__name__.lower(): key, "product": decision.product_id})
        require_role(intent.signer, [Role.QA])
        touched = {product.pk for product, _ in products_in(subject, seen_by=intent.signer)}
        refuse_if(
            refusals_to_evaluate(
                subject,
                is_touched=decision.product_id in touched,
                comparison=decision.comparison,
                reasoning=decision.reasoning,
            )
        )
        row = _row(subject, decision, intent, at)
        row.save(force_insert=True)
        change.sign([row])
        return row


def _row(
    subject: Excursion | Gap, decision: Decision, intent: SignedIntent, at: datetime
) -> Evaluation:
    is_excursion = isinstance(subject, Excursion)
    about = {"excursion" if is_excursion else "gap": subject}
    earlier = Evaluation.objects.filter(product=decision.product_id, **about)
    newest = earlier.aggregate(newest=Max("number"))["newest"] or 0
    return Evaluation(
        **about,
        product_id=decision.product_id,
        number=newest + 1,
        has_impact=decision.has_impact,
        comparison=decision.comparison.strip(),
        reasoning=decision.reasoning.strip(),
        tells_physician=decision.tells_physician,
        seen_ended_at=subject.ended_at or at,  # it is over: else it was refused
        seen_peak=subject.peak if isinstance(subject, Excursion) else None,
        evaluated_by_id=intent.signer.pk,
        evaluated_at=at,
    )
