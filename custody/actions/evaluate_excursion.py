"""Deciding what excursions, or times without evidence, mean for the products that stood there."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db.models import Max

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import Author, SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound, Refusal, refuse_if
from custody.models import Evaluation
from custody.rules.evaluating import Decision, refusals_to_evaluate
from custody.touched import limits_then, products_in
from temperature.models import CONTACTS, Excursion, Gap

UNKNOWN = Refusal("UNKNOWN_EXCURSION", "No such excursion. Open it from the list.")
NOTHING_DECIDED = Refusal("NOTHING_DECIDED", "Decide for one product at least.")
DECIDED_TWICE = Refusal(
    "DECIDED_TWICE", "The same excursion was decided twice for one product. Decide it once."
)
Subjects = Mapping[int, Excursion | Gap]


def evaluate_excursion(
    *,
    of: type[Excursion] | type[Gap],
    decisions: Sequence[Decision],
    intent: SignedIntent,
    at: datetime,
) -> list[Evaluation]:
    """
    Sign what each excursion means for each product, one record and one signature each.

    The verdict of the vials follows at once, nothing else does. A decision is never changed:
    another one is signed after it, and the newest counts. It counts for what was seen: once the
    excursion turns out longer or worse, it must be decided anew. All are signed, or none.
    Raises NotFound; NotAuthorised; ActionRefused (NOTHING_DECIDED, DECIDED_TWICE, WITHDRAWN,
    STILL_OPEN, NOT_TOUCHED, NO_REASONING, NO_CAUSE, CAUSE_NOT_SAID, WARMER_THAN_PRODUCT).
    Source: 21 CFR 211.192, 1271.260(d), 11.70; REQUIREMENTS B7; URS-60, URS-105.
    """
    with signed_change(intent, action="evaluate_excursion") as change:
        keys = sorted({decision.key for decision in decisions})
        change.subject.update(
            {of.__name__.lower(): keys, "product": sorted({each.product_id for each in decisions})}
        )
        subjects = _locked(of, keys)
        require_role(intent.signer, [Role.QA])
        refuse_if(list(dict.fromkeys(_refusals(subjects, decisions, intent.signer))))
        rows = list(_rows(subjects, decisions, intent, at))
        for row in rows:
            row.save(force_insert=True)
        change.sign(rows)
        return rows


def _locked(of: type[Excursion] | type[Gap], keys: Sequence[int]) -> Subjects:
    rows = of.objects.exclude(probe__quantity__in=CONTACTS).filter(pk__in=keys)
    rows = rows.select_for_update(no_key=True, of=("self",))
    found = {row.pk: row for row in rows.select_related("probe").order_by("pk")}
    if len(found) < len(keys):
        raise NotFound([UNKNOWN])
    return found


def _refusals(
    subjects: Subjects, decisions: Sequence[Decision], seen_by: Author
) -> Iterator[Refusal]:
    """Yield every reason against any of the decisions."""
    if not decisions:
        yield NOTHING_DECIDED
    if max(Counter((each.key, each.product_id) for each in decisions).values(), default=0) > 1:
        yield DECIDED_TWICE
    for key, subject in subjects.items():
        touched = {product.pk for product, _ in products_in(subject, seen_by=seen_by)}
        limits = limits_then(touched, at=subject.began_at)
        for decision in decisions:
            if decision.key == key:
                yield from refusals_to_evaluate(
                    subject,
                    decision,
                    is_touched=decision.product_id in touched,
                    limits=limits.get(decision.product_id),
                )


def _rows(
    subjects: Subjects, decisions: Sequence[Decision], intent: SignedIntent, at: datetime
) -> Iterator[Evaluation]:
    column = "gap" if any(isinstance(row, Gap) for row in subjects.values()) else "excursion"
    earlier = Evaluation.objects.filter(**{f"{column}__in": subjects}).values_list(
        column, "product"
    )
    newest = {(key, product): n for key, product, n in earlier.annotate(newest=Max("number"))}
    for decision in decisions:
        subject = subjects[decision.key]
        yield Evaluation(
            **{column: subject},
            product_id=decision.product_id,
            number=newest.get((decision.key, decision.product_id), 0) + 1,
            has_impact=decision.has_impact,
            cause=decision.cause,
            cause_words=decision.cause_words.strip(),
            comparison=decision.comparison.strip(),
            reasoning=decision.reasoning.strip(),
            despite_limit=decision.despite_limit.strip(),
            tells_physician=decision.tells_physician,
            seen_ended_at=subject.ended_at or at,  # it is over: else it was refused
            seen_peak=subject.peak if isinstance(subject, Excursion) else None,
            evaluated_by_id=intent.signer.pk,
            evaluated_at=at,
        )
