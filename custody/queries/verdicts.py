"""The verdict of vials, one by one or thousands at once by the same rules."""

from collections.abc import Collection, Mapping
from datetime import datetime

from custody.burdens import NONE, Burdens, burdens_on
from custody.chain import ChainCheck, check_chains
from custody.queries.warmth import warmth_of
from custody.queries.whereabouts import Whereabouts, whereabouts
from custody.released import released_as
from custody.rules.released import has_changed
from custody.viability import Evidence, Judgement, judge
from custody.warmth import TemperatureFacts
from inventory.models import Custody, PositionCondition, Quality, Vial

NO_CHAIN = ChainCheck(intact=False, unbroken=False, first_bad_event=None, first_gap_event=None)


def verdicts(
    vial_ids: Collection[int],
    *,
    at: datetime,
    places: Mapping[int, Whereabouts] | None = None,
) -> dict[int, Judgement]:
    """
    Judge these vials as they stand at `at`; the same answer one by one and set-based.

    places: their whereabouts, where the caller has read them already.
    Source: REQUIREMENTS B7.
    """
    rows = Vial.objects.filter(pk__in=vial_ids).select_related(
        "batch__product", "batch__therapy", "therapy", "position"
    )
    known = whereabouts(vial_ids) if places is None else places
    chains = check_chains(vial_ids)
    burdens = burdens_on(vial_ids)
    decided = released_as(vial_ids)
    warmth = warmth_of(vial_ids, at=at)
    return {
        vial.pk: judge(
            evidence_of(
                vial,
                chains.get(vial.pk, NO_CHAIN),
                burdens.get(vial.pk, NONE),
                known[vial.pk],
                decided.get(vial.pk, ""),
                warmth[vial.pk],
            ),
            at=at,
        )
        for vial in rows
    }


def evidence_of(
    vial: Vial,
    chain: ChainCheck,
    burdens: Burdens,
    where: Whereabouts,
    released_as: str,
    temperature: TemperatureFacts,
) -> Evidence:
    """
    Gather what the verdict on one vial rests on; batch, product, therapy, place are loaded.

    released_as: its fingerprint when quality decided; empty where none was kept.
    temperature: by `warmth_of`.
    """
    seen = where.last_sighting
    return Evidence(
        quality=Quality(vial.quality),
        custody=Custody(vial.custody),
        expires_at=vial.expires_at,
        holds=burdens.holds,
        deviations=burdens.deviations,
        identity_agrees=_identity_agrees(vial),
        chain_is_intact=chain.intact,
        custody_is_unbroken=chain.unbroken,
        broken_at=chain.first_bad_event or chain.first_gap_event,
        seen_at=None if seen is None else seen.at,
        place_in_doubt=vial.position is not None
        and vial.position.condition == PositionCondition.IN_DOUBT,
        temperature=temperature,
        changed_since_release=has_changed(vial, released_as),
    )


def _identity_agrees(vial: Vial) -> bool:
    """Say whether batch, vial and therapy name one patient, or none where none is due."""
    product, therapy = vial.batch.product, vial.therapy
    if vial.program_id != product.program_id:
        return False
    if product.is_autologous:
        return therapy is not None and vial.batch.therapy_id == therapy.pk
    return vial.batch.therapy_id is None and (
        therapy is None or therapy.program_id == vial.program_id
    )
