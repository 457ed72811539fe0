"""Each container of a therapy: place, verdict and chain, as custody judges them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from custody.chain import ChainCheck as CustodyChain
from custody.chain import check_chains
from custody.findings import Finding as Judged
from custody.findings import Verdict as Answer
from custody.findings import worst
from custody.queries.verdicts import NO_CHAIN, verdicts
from custody.queries.whereabouts import Whereabouts, whereabouts
from custody.viability import Judgement
from inventory.models import GONE, Vial
from reports.dossier.contents import (
    ChainCheck,
    ContainerPart,
    EventPart,
    Finding,
    Place,
    Verdict,
)
from reports.kit.blocks import Mark

EVIDENCE = {
    "quality": "Quality decisions among the events below, with their signatures",
    "expiry": "Expiry as manufacturing reported it for the batch",
    "hold": "Holds and recalls below",
    "deviation": "Deviations below",
    "identity": "Identity graph below",
    "ledger": "Every event below, its hashes recomputed for this record",
    "place": "Position on record, and the last time somebody had it in hand",
    "emptying": "Emptying of the unit in an emergency; how it was moved is among the events below",
    "temperature": "Probe readings of the storage unit",
    "excursion": "Excursion of the storage unit",
    "gap": "Time without readings of the storage unit",
    "exposure": "Times out of storage below",
}


def container_parts(
    vials: Sequence[Vial], events: Sequence[tuple[int, EventPart]], *, at: datetime
) -> tuple[ContainerPart, ...]:
    """
    Give each container as it stands at `at`.

    events: of all of them, each behind its key.
    """
    keys = [vial.pk for vial in vials]
    places = whereabouts(keys)
    judged = verdicts(keys, at=at)
    chains = check_chains(keys)
    numbers = {key: event.seq for key, event in events}
    counts: dict[str, int] = {}
    for _, event in events:
        counts[event.vial] = counts.get(event.vial, 0) + 1
    return tuple(
        _part(
            vial,
            places[vial.pk],
            judged[vial.pk],
            _chain(chains.get(vial.pk, NO_CHAIN), counts.get(vial.code, 0), numbers),
        )
        for vial in vials
    )


def verdict_of_all(vials: Sequence[Vial], parts: Sequence[ContainerPart]) -> Verdict:
    """Judge the therapy by its worst container that could still be used, and count the rest."""
    by_code = {vial.code: vial for vial in vials}
    usable = [part for part in parts if by_code[part.code].custody not in GONE]
    counted = [
        Finding(
            code=f"CONTAINERS_{mark.name}",
            mark=mark,
            words=f"{count} of {len(usable)} containers: {mark.words.lower()}",
            evidence="Containers below",
        )
        for mark in Mark
        if (count := sum(part.verdict.mark is mark for part in usable))
    ]
    if len(usable) < len(parts):
        gone = len(parts) - len(usable)
        words = f"{gone} of {len(parts)} containers are gone: see their disposition"
        counted.append(
            Finding(code="CONTAINERS_GONE", mark=Mark.GREY, words=words, evidence="Events below")
        )
    overall = worst([Answer(part.verdict.mark.value) for part in usable])
    return Verdict(mark=Mark(overall.value), findings=tuple(counted))


def _part(vial: Vial, where: Whereabouts, judged: Judgement, chain: ChainCheck) -> ContainerPart:
    return ContainerPart(
        code=vial.code,
        kind=vial.get_kind_display(),
        purpose=vial.get_purpose_display(),
        batch=vial.batch.number,
        volume_ml=vial.volume_ml,
        nucleated_cells=vial.nucleated_cells,
        expires_at=vial.expires_at,
        quality=vial.get_quality_display(),
        custody=vial.get_custody_display(),
        place=_place(where),
        verdict=Verdict(
            mark=Mark(judged.verdict.value),
            findings=tuple(_finding(finding) for finding in judged.findings),
        ),
        rules_version=judged.version,
        chain=chain,
    )


def _place(where: Whereabouts) -> Place:
    seen = where.last_sighting
    return Place(
        words=where.place,
        since=where.since,
        last_seen_at=seen.at if seen else None,
        last_seen_by=seen.person if seen else "",
        last_seen_how=seen.kind if seen else "",
        last_counted_at=where.last_count,
    )


def _finding(judged: Judged) -> Finding:
    evidence = EVIDENCE[judged.evidence]
    if judged.reference is not None:
        evidence = f"{evidence} (no. {judged.reference})"
    return Finding(
        code=judged.code,
        mark=Mark(judged.verdict.value),
        words=judged.words,
        evidence=evidence,
    )


def _chain(check: CustodyChain, count: int, numbers: Mapping[int, int]) -> ChainCheck:
    bad = check.first_bad_event
    return ChainCheck(
        events=count,
        is_intact=check.intact,
        is_unbroken=check.unbroken,
        first_broken=None if bad is None else numbers.get(bad),
    )
