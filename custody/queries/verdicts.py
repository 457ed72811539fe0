"""The verdict of vials, one by one or thousands at once by the same rules."""

from collections.abc import Collection, Hashable
from datetime import datetime

from custody.burdens import NONE, Burdens, burdens_on
from custody.chain import ChainCheck
from custody.moment import Moment
from custody.queries.standing import standings
from custody.queries.warmth import warmth_of
from custody.records import VialRecord
from custody.viability import Evidence, Judgement, judge, seen_as
from custody.warmth_facts import TemperatureFacts

NO_CHAIN = ChainCheck(intact=False, unbroken=False, first_bad_event=None, first_gap_event=None)


def verdicts(
    vial_ids: Collection[int], *, at: datetime, moment: Moment | None = None
) -> dict[int, Judgement]:
    """
    Judge these vials as they stand at `at`; the same answer one by one and set-based.

    Three statements for any number. moment: as of which the record is asked, where that is not
    now; what was not there by then is left out. Source: REQUIREMENTS B7.
    """
    burdens = burdens_on(vial_ids, moment=moment)
    warmth = warmth_of(vial_ids, at=at, moment=moment)
    found: dict[int, Judgement] = {}
    for alike in standings(vial_ids, moment=moment):
        judged: dict[Hashable, Judgement] = {}
        for vial, seen_at in alike.seen.items():
            carried, kept, seen = burdens.get(vial, NONE), warmth[vial], seen_as(seen_at, at)
            same = id(carried), id(kept), seen
            if same not in judged:
                evidence = evidence_of(
                    alike.record,
                    alike.chain,
                    carried,
                    kept,
                    seen_at=seen,
                    released_as=alike.released_as,
                    to_confirm=alike.to_confirm,
                )
                judged[same] = judge(evidence, at=at)
            found[vial] = judged[same]
    return found


def evidence_of(
    record: VialRecord,
    chain: ChainCheck,
    burdens: Burdens,
    temperature: TemperatureFacts,
    *,
    seen_at: datetime | None,
    released_as: str,
    to_confirm: int | None = None,
) -> Evidence:
    """
    Gather what the verdict on one vial rests on.

    temperature: by `warmth_of`. released_as: its fingerprint when quality decided; empty where
    none was kept. to_confirm: the emptying that left its place to be confirmed.
    """
    return Evidence(
        quality=record.quality,
        custody=record.custody,
        expires_at=record.expires_at,
        holds=burdens.holds,
        deviations=burdens.deviations,
        identity_agrees=record.identity_agrees,
        chain_is_intact=chain.intact,
        custody_is_unbroken=chain.unbroken,
        broken_at=chain.first_bad_event or chain.first_gap_event,
        seen_at=seen_at,
        place_in_doubt=record.place_in_doubt,
        temperature=temperature,
        to_confirm=to_confirm,
        changed_since_release=record.has_changed_since(released_as),
    )
