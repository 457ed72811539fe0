"""Everything a screen needs to judge one vial, in four statements."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from audit.authors import Author
from audit.errors import NotFound
from custody.chain import ChainCheck, check_chains
from custody.locks import UNKNOWN_VIAL
from custody.models import Claim, CustodyEvent, HeldVial
from custody.queries.verdicts import NO_CHAIN, evidence_of
from custody.queries.whereabouts import SIGHTINGS, UNMOVING, Sighting, Whereabouts, where_is
from custody.spots import lineages
from custody.time_out import began_at
from custody.viability import HoldFact, Judgement, judge
from inventory.models import Vial

RELATED = (
    "batch__product",
    "therapy__patient",
    "position__container",
    "custodian",
)  # each join costs planning at every scan: what only the page shows, it loads itself


@dataclass(frozen=True)
class ClaimFact:
    """Who holds the vial for which order, since when."""

    retrieval_id: int
    order_number: str
    claimed_by: str
    claimed_at: datetime


@dataclass(frozen=True)
class VialFacts:
    """
    One vial with the answers to where it is and whether it may still be used.

    vial: loaded with the rows around it, for rules and words; never written from here.
    """

    vial: Vial
    where: Whereabouts
    judgement: Judgement
    chain: ChainCheck
    holds: tuple[HoldFact, ...]
    claim: ClaimFact | None


def facts_of_vial(vial_id: int, *, seen_by: Author, at: datetime) -> VialFacts:
    """
    Return the facts of one vial, in three statements.

    Raises NotFound: no such vial, or none that the person may see.
    Source: REQUIREMENTS B7; URS-117.
    """
    found = _facts(Q(pk=vial_id), seen_by, at)
    if found is None:
        raise NotFound([UNKNOWN_VIAL])
    return found


def facts_by_code(code: str, *, seen_by: Author, at: datetime) -> VialFacts | None:
    """
    Return the facts of the vial that carries or carried this code, in three statements.

    code: canonical, as `inventory.codes` reads a scan.
    """
    return _facts(Q(identifiers__code=code), seen_by, at)


def _facts(which: Q, seen_by: Author, at: datetime) -> VialFacts | None:
    rows = Vial.objects.visible_to(seen_by).filter(which).select_related(*RELATED)
    vial = _with_its_past(rows).first()
    if vial is None:
        return None
    past = vars(vial)
    holds = tuple(_hold(fact) for fact in past["open_holds"])
    position = vial.position
    around = {} if position is None else lineages([position.container])
    where = where_is(vial, around, _sighting(past["last_sighting"]), past["here_since"])
    chain = check_chains([vial.pk]).get(vial.pk, NO_CHAIN)
    judgement = judge(evidence_of(vial, chain, holds, where), at=at)
    return VialFacts(vial, where, judgement, chain, holds, _claim(past["open_claim"]))


def _with_its_past(rows: QuerySet[Vial]) -> QuerySet[Vial]:
    """Add holds, claim and the last sighting to each row, so that no further query asks."""
    events = CustodyEvent.objects.filter(vial=OuterRef("pk")).order_by("-seq")
    sighting = JSONObject(
        person=Coalesce("actor__full_name", "device"),
        at=Coalesce("performed_at", "recorded_at"),
        kind="kind",
    )
    hold = JSONObject(
        id="hold__pk", subject="hold__subject", reason="hold__reason", at="hold__placed_at"
    )
    claim = JSONObject(
        id="retrieval__pk",
        order="retrieval__order_number",
        by="claimed_by__full_name",
        at="claimed_at",
    )
    held = HeldVial.objects.open().filter(vial=OuterRef("pk")).order_by("hold")
    claims = Claim.objects.open().filter(vial=OuterRef("pk"))
    return rows.annotate(
        last_sighting=Subquery(
            events.filter(kind__in=SIGHTINGS).annotate(fact=sighting).values("fact")[:1]
        ),
        here_since=Subquery(
            events.exclude(kind__in=UNMOVING).annotate(began=began_at()).values("began")[:1]
        ),
        open_holds=ArraySubquery(held.annotate(fact=hold).values("fact")),
        open_claim=Subquery(claims.annotate(fact=claim).values("fact")[:1]),
    ).order_by(F("pk"))


def _sighting(fact: Mapping[str, str] | None) -> Sighting | None:
    if fact is None:
        return None
    return Sighting(
        person=fact["person"],
        at=datetime.fromisoformat(fact["at"]),
        kind=str(_LABELS[fact["kind"]]),
    )


def _hold(fact: Mapping[str, object]) -> HoldFact:
    return HoldFact(
        hold_id=int(str(fact["id"])),
        subject=str(fact["subject"]),
        reason=str(fact["reason"]),
        placed_at=datetime.fromisoformat(str(fact["at"])),
    )


def _claim(fact: Mapping[str, object] | None) -> ClaimFact | None:
    if fact is None:
        return None
    return ClaimFact(
        retrieval_id=int(str(fact["id"])),
        order_number=str(fact["order"]),
        claimed_by=str(fact["by"]),
        claimed_at=datetime.fromisoformat(str(fact["at"])),
    )


_LABELS = {str(kind): kind.label for kind in SIGHTINGS}
