"""Everything a screen needs to judge a vial, or many: the same three statements."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from audit.authors import Author
from audit.errors import NotFound
from custody.chain import ChainCheck
from custody.locks import UNKNOWN_VIAL
from custody.queries.exposure import BudgetLeft, left_of
from custody.queries.past import ClaimFact, Past, pasts
from custody.queries.verdicts import evidence_of
from custody.queries.warmth import warmth_of
from custody.queries.whereabouts import Whereabouts, where_is
from custody.records import record_of
from custody.viability import HoldFact, Judgement, judge
from custody.warmth_facts import TemperatureFacts
from inventory.models import Custody, Vial

RELATED = ("batch__product", "therapy__patient", "position", "custodian")
WITH_BOX = (*RELATED, "position__container__type")  # for pages with a map; a scan has none


@dataclass(frozen=True)
class VialFacts:
    """
    One vial with the answers to where it is and whether it may still be used.

    vial: loaded with the rows around it, for rules and words; never written from here.
    warmth: how cold it was kept. left: of its product's budget, where that has one.
    """

    vial: Vial
    where: Whereabouts
    judgement: Judgement
    chain: ChainCheck
    holds: tuple[HoldFact, ...]
    claim: ClaimFact | None
    warmth: TemperatureFacts
    left: BudgetLeft | None

    @property
    def picked_since(self) -> datetime | None:
        """Since when it is out of its place by its scan at a pick that goes on."""
        out = self.warmth.going_on
        return None if out is None or self.where.custody != Custody.IN_STORAGE else out.began_at


def facts_of_vial(vial_id: int, *, seen_by: Author, at: datetime) -> VialFacts:
    """
    Return the facts of one vial and its box, in three statements.

    Raises NotFound: no such vial, or none that the person may see.
    Source: REQUIREMENTS B7; URS-117.
    """
    rows = Vial.objects.visible_to(seen_by).filter(pk=vial_id)
    found = facts_of(rows.select_related(*WITH_BOX), at=at)
    if not found:
        raise NotFound([UNKNOWN_VIAL])
    return found[0]


def facts_by_code(code: str, *, seen_by: Author, at: datetime) -> VialFacts | None:
    """
    Return the facts of the vial that carries or carried this code, in three statements.

    code: canonical, as `inventory.codes` reads a scan.
    """
    rows = Vial.objects.visible_to(seen_by).filter(identifiers__code=code)
    return next(iter(facts_of(rows.select_related(*RELATED), at=at)), None)


def facts_of(rows: QuerySet[Vial], *, at: datetime) -> list[VialFacts]:
    """
    Return the facts of `rows`, in their order; three statements for any number.

    rows: with everything in `RELATED` loaded.
    """
    vials = list(rows)
    if not vials:
        return []
    keys = [vial.pk for vial in vials]
    past, warmth = pasts(keys), warmth_of(keys, at=at)
    return [_facts(vial, past[vial.pk], warmth[vial.pk], at) for vial in vials]


def _facts(vial: Vial, past: Past, warmth: TemperatureFacts, at: datetime) -> VialFacts:
    where = where_is(
        vial, past.way, past.last_sighting, past.here_since, last_count=past.last_count
    )
    seen = past.last_sighting
    evidence = evidence_of(
        record_of(vial),
        past.chain,
        past.burdens,
        warmth,
        seen_at=None if seen is None else seen.at,
        released_as=past.released_as,
        to_confirm=past.to_confirm,
    )
    judgement = judge(evidence, at=at)
    return VialFacts(
        vial=vial,
        where=where,
        judgement=judgement,
        chain=past.chain,
        holds=past.burdens.holds,
        claim=past.claim,
        warmth=warmth,
        left=left_of(warmth, at),
    )
