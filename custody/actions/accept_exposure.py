"""Accepting that vials were, or may be, out of storage more than their product allows."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import Max

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound, refuse_if
from audit.writes import create_all
from custody.exposure import Spent
from custody.locks import UNKNOWN_VIAL, lock_vials
from custody.models import ExposureAcceptance
from custody.queries.warmth import warmth_of
from custody.rules.accepting import Allowance, refusals_of_allowance, refusals_to_accept
from custody.steps import of_each
from custody.warmth import spent_by
from inventory.models import Vial


def accept_exposure(
    *, vial_ids: Sequence[int], allowance: Allowance, intent: SignedIntent, at: datetime
) -> list[ExposureAcceptance]:
    """
    Sign up to which the exposure of these vials is accepted; their verdict follows at once.

    It is never changed: another one is signed after it, and the newest counts. What goes beyond it
    is exceeded again. Raises NotFound; NotAuthorised; ActionRefused (NO_REASONING,
    ENDS_IN_THE_PAST, SINGLE_ABOVE_TOTAL, VIAL_GONE, LESS_THAN_SEEN).
    Source: 21 CFR 211.192, 1271.260(d); REQUIREMENTS B5, B7; URS-105, URS-112.
    """
    with signed_change(intent, action="accept_exposure") as change:
        vials = lock_vials(vial_ids)
        change.subject.update(vials=[vial.code for vial in vials])
        require_role(intent.signer, [Role.QA])
        _insist_on_sight(vial_ids, intent)
        warmth = warmth_of([vial.pk for vial in vials], at=at)
        used = {vial.pk: spent_by(warmth[vial.pk], at) for vial in vials}
        refuse_if(
            refusals_of_allowance(allowance, at=at)
            + of_each(vials, lambda vial: refusals_to_accept(vial, used[vial.pk], allowance))
        )
        rows = create_all(_rows(vials, used, allowance, intent, at))
        change.sign(rows)
        return rows


def _insist_on_sight(vial_ids: Collection[int], intent: SignedIntent) -> None:
    seen = Vial.objects.visible_to(intent.signer).filter(pk__in=vial_ids).count()
    if seen != len(set(vial_ids)):
        raise NotFound([UNKNOWN_VIAL])


def _rows(
    vials: Sequence[Vial],
    used: Mapping[int, Spent],
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
            seen_times=used[vial.pk].times,
            seen_total=used[vial.pk].total,
            accepted_by_id=intent.signer.pk,
            accepted_at=at,
        )
        for vial in vials
    ]
