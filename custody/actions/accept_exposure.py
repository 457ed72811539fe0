"""Accepting that vials were, or may be, out of storage more than their product allows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound, refuse_if
from audit.writes import create_all
from custody.estimates import to_a_tenth
from custody.exposure import Spent
from custody.locks import UNKNOWN_VIAL, lock_vials
from custody.models import ExposureAcceptance
from custody.queries.warmth import warmth_of
from custody.rules.accepting import Allowance, refusals_of_allowance, refusals_to_accept
from custody.steps import of_each
from custody.warmth import heat_by, spent_by
from custody.warmth_facts import TemperatureFacts
from inventory.models import Vial


def accept_exposure(
    *, vial_ids: Sequence[int], allowance: Allowance, intent: SignedIntent, at: datetime
) -> list[ExposureAcceptance]:
    """
    Sign up to which the exposure of these vials is accepted; their verdict follows at once.

    It is never changed: another one is signed after it, and the newest counts. What goes beyond it
    is exceeded again. Raises NotFound; NotAuthorised; ActionRefused (NO_REASONING,
    ENDS_IN_THE_PAST, SINGLE_ABOVE_TOTAL, VIAL_GONE, LESS_THAN_SEEN, COLDER_THAN_SEEN).
    Source: 21 CFR 211.192, 1271.260(d); REQUIREMENTS B5, B7; URS-105, URS-112.
    """
    with signed_change(intent, action="accept_exposure") as change:
        vials = lock_vials(vial_ids)
        change.subject.update(vials=[vial.code for vial in vials])
        require_role(intent.signer, [Role.QA])
        _insist_on_sight(vial_ids, intent)
        warmth = warmth_of([vial.pk for vial in vials], at=at)
        seen = {vial.pk: _seen(warmth[vial.pk], at) for vial in vials}
        refuse_if(
            refusals_of_allowance(allowance, at=at)
            + of_each(
                vials,
                lambda vial: refusals_to_accept(
                    vial, seen[vial.pk].used, allowance, too_warm=seen[vial.pk].too_warm
                ),
            )
        )
        rows = create_all(_rows(vials, seen, allowance, intent, at))
        change.sign(rows)
        return rows


@dataclass(frozen=True)
class _Seen:
    """What is known of a vial when it is signed; too_warm: where it became warmer than it may."""

    used: Spent
    warmest: float | None
    too_warm: float | None


def _seen(facts: TemperatureFacts, at: datetime) -> _Seen:
    heat, budget = heat_by(facts, at), facts.budget
    warmest = None if heat is None else heat.warmest
    is_over = warmest is not None and budget is not None and warmest > budget.warmest_celsius
    return _Seen(spent_by(facts, at), warmest, warmest if is_over else None)


def _insist_on_sight(vial_ids: Collection[int], intent: SignedIntent) -> None:
    seen = Vial.objects.visible_to(intent.signer).filter(pk__in=vial_ids).count()
    if seen != len(set(vial_ids)):
        raise NotFound([UNKNOWN_VIAL])


def _rows(
    vials: Sequence[Vial],
    seen: Mapping[int, _Seen],
    allowance: Allowance,
    intent: SignedIntent,
    at: datetime,
) -> list[ExposureAcceptance]:
    rows = ExposureAcceptance.objects.filter(vial__in=vials).values("vial")
    newest = dict(rows.annotate(newest=Max("number")).values_list("vial", "newest"))
    return [
        ExposureAcceptance(
            vial=vial,
            number=newest.get(vial.pk, 0) + 1,
            most=allowance.most,
            longest_single=allowance.longest_single,
            longest_total=allowance.longest_total,
            valid_until=allowance.valid_until,
            reasoning=allowance.reasoning.strip(),
            warmest_celsius=allowance.warmest_celsius,
            seen_times=seen[vial.pk].used.times,
            seen_total=seen[vial.pk].used.total,
            seen_celsius=to_a_tenth(seen[vial.pk].warmest),
            accepted_by_id=intent.signer.pk,
            accepted_at=at,
        )
        for vial in vials
    ]
