"""The page of one therapy: where everything is, whether it may be used, and why."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils.html import format_html

from audit.authors import Author
from audit.local_times import with_local_times
from custody.findings import PRECEDENCE, Finding
from custody.queries.therapies import RetrievalFact, TherapyFacts
from custody.queries.whereabouts import Sighting, Whereabouts
from sop.action import Action
from sop.authority import may
from web.gates import opens_audit
from web.judgements import QUESTIONS, why
from web.links import storage_url, with_query
from web.presenters import (
    AnswerItem,
    AnswerStrip,
    ChainLink,
    Crumb,
    FindingRow,
    Identity,
    Mark,
    SignatureBlock,
    TimelineEvent,
    VerdictMark,
)
from web.retrieval_pages import signature_blocks_of
from web.stories import journey_lines
from web.templatetags.freezer import ago
from web.therapy_chains import chain_of
from web.vial_lines import VialLine, vial_lines
from web.vial_verbs import Choice

MOST_IN_STRIP = 3
MOST_EVENTS = 60


@dataclass(frozen=True, kw_only=True)
class PlaceGroup:
    """Vials that stand in one box, or are in the same hands."""

    words: str
    labels: str
    count: int
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class JudgedLine:
    """One vial in the table, with its verdict."""

    vial: VialLine
    verdict: VerdictMark


@dataclass(frozen=True, kw_only=True)
class TherapyPage:
    """Everything that the page of a therapy shows."""

    coi: str
    identity: Identity
    strip: AnswerStrip
    crumbs: tuple[Crumb, ...]
    buttons: tuple[Choice, ...]
    chain: tuple[ChainLink, ...]
    places: tuple[PlaceGroup, ...]
    findings: tuple[FindingRow, ...]
    lines: tuple[JudgedLine, ...]
    retrievals: tuple[RetrievalFact, ...]
    deviations: tuple[Crumb, ...]
    signatures: tuple[SignatureBlock, ...]
    events: tuple[TimelineEvent, ...]
    events_left_out: int


def therapy_page(facts: TherapyFacts, person: Author) -> TherapyPage:
    """Put the page of a therapy together for one person."""
    groups = place_groups(facts)
    codes = {vial.vial_id: vial.code for vial in facts.vials}
    links = opens_audit(person)
    events = journey_lines(facts.events, codes, links=links)
    return TherapyPage(
        coi=facts.coi,
        identity=Identity(coi=facts.coi, pseudonym=facts.pseudonym, product=facts.product),
        strip=_strip(facts, groups),
        crumbs=(
            Crumb(label="Therapies", url=reverse("therapies:index")),
            Crumb(label=facts.coi),
        ),
        buttons=tuple(_buttons(facts, person)),
        chain=chain_of(facts, links=links),
        places=tuple(groups),
        findings=tuple(_findings(facts)),
        lines=tuple(_lines(facts)),
        retrievals=facts.retrievals,
        deviations=tuple(_deviations(facts)),
        signatures=tuple(signature_blocks_of(facts.signatures)),
        events=events[:MOST_EVENTS],
        events_left_out=max(0, len(events) - MOST_EVENTS),
    )


def place_groups(facts: TherapyFacts) -> list[PlaceGroup]:
    """Group the vials by box, or by whose hands they are in, the stored ones first."""
    boxes: dict[str, list[Whereabouts]] = defaultdict(list)
    for vial in facts.vials:
        where = facts.where[vial.vial_id]
        boxes[_group_words(where)].append(where)
    groups = [
        PlaceGroup(
            words=words,
            labels=", ".join(where.position_label for where in found if where.position_label),
            count=len(found),
            url=storage_url(found[0].crumbs[-1].container_id) if found[0].crumbs else "",
        )
        for words, found in boxes.items()
    ]
    return sorted(groups, key=lambda group: (not group.url, group.words))


def _group_words(where: Whereabouts) -> str:
    if where.crumbs:
        return " › ".join(crumb.name for crumb in where.crumbs)
    return where.place


def _strip(facts: TherapyFacts, groups: Sequence[PlaceGroup]) -> AnswerStrip:
    mark = Mark(facts.verdict.value)
    return AnswerStrip(
        items=(
            AnswerItem(label="Where", words=_where(groups), url=groups[0].url if groups else ""),
            AnswerItem(label="Sure because", words=_sure(facts)),
            AnswerItem(label="Why", words=_why(facts), mark=mark),
        ),
        verdict=VerdictMark(mark=mark, as_of=facts.as_of),
    )


def _where(groups: Sequence[PlaceGroup]) -> str:
    if not groups:
        return "No vial of this therapy was announced yet"
    told = [f"{group.words} · {_many(group.count)}" for group in groups[:MOST_IN_STRIP]]
    left = sum(group.count for group in groups[MOST_IN_STRIP:])
    return "; ".join(told) + (f"; {_many(left)} elsewhere" if left else "")


def _many(count: int) -> str:
    return "1 vial" if count == 1 else f"{count} vials"


def _sure(facts: TherapyFacts) -> str:
    """Say when the vial that nobody touched for longest was last in somebody's hands."""
    seen = [facts.where[vial.vial_id].last_sighting for vial in facts.usable]
    known: list[Sighting] = [sighting for sighting in seen if sighting is not None]
    if not known:
        return "nobody has scanned them here · never counted"
    oldest, newest = min(s.at for s in known), max(s.at for s in known)
    count = _many(len(known)) if len(known) < len(seen) else "every vial"
    if newest - oldest < timedelta(minutes=1):
        return format_html("{} scanned {} · never counted", count, ago(oldest, facts.as_of))
    return format_html(
        "{} scanned, the first {}, the last {} · never counted",
        count,
        ago(oldest, facts.as_of),
        ago(newest, facts.as_of),
    )


def _why(facts: TherapyFacts) -> str:
    if not facts.usable:
        return "Nothing is left to use: every vial came to its end"
    found = [
        finding for vial in facts.usable for finding in facts.judgements[vial.vial_id].findings
    ]
    return why(facts.verdict, found).words


def _findings(facts: TherapyFacts) -> Iterable[FindingRow]:
    """Give for each question its worst answer among the usable vials, and how many have it."""
    usable = facts.usable
    found: dict[str, list[Finding]] = defaultdict(list)
    for vial in usable:
        for finding in facts.judgements[vial.vial_id].findings:
            found[finding.evidence].append(finding)
    for question, words in QUESTIONS.items():
        if question in found:
            yield _worst_of(words, found[question], len(usable))


def _deviations(facts: TherapyFacts) -> Iterable[Crumb]:
    """Give each open deviation on a vial once, as a link."""
    told = {
        finding.reference: finding.words
        for vial in facts.vials
        for finding in facts.judgements[vial.vial_id].findings
        if finding.evidence == "deviation"
    }
    for key, words in sorted(told.items(), key=lambda item: item[0] or 0):
        yield Crumb(label=words, url=reverse("quality:deviation", args=[key]))


def _worst_of(question: str, findings: Sequence[Finding], usable: int) -> FindingRow:
    worst = min(findings, key=lambda finding: PRECEDENCE.index(finding.verdict))
    same = [finding for finding in findings if finding.verdict == worst.verdict]
    words = dict.fromkeys(finding.words for finding in same)
    return FindingRow(
        mark=Mark(worst.verdict.value),
        question=question,
        words=with_local_times(" ".join(words)),
        evidence=f"{min(len(same), usable)} of {_many(usable)}",
        evidence_url="#vials",
    )


def _lines(facts: TherapyFacts) -> Iterable[JudgedLine]:
    places = {vial.vial_id: facts.where[vial.vial_id].place for vial in facts.vials}
    for line in vial_lines(facts.vials, places=places):
        verdict = facts.judgements[line.id].verdict
        yield JudgedLine(vial=line, verdict=VerdictMark(mark=Mark(verdict.value)))


def _buttons(facts: TherapyFacts, person: Author) -> Iterable[Choice]:
    """List what leads on: the open order, the dossier, the hold."""
    for order in facts.retrievals:
        if order.status not in {"Handed over", "Cancelled"}:
            url = reverse("retrievals:retrieval", args=[order.retrieval_id])
            label = f"Open {order.order_number}"
            yield Choice(name="retrieval", label=label, icon="clipboard-list", url=url)
    if may(person, Action.EXPORT_DOSSIER):
        url = with_query(reverse("reports:index"), coi=facts.coi)
        yield Choice(name="dossier", label="Dossier", icon="file-certificate", url=url)
    if opens_audit(person):
        url = with_query(reverse("audit:index"), code=facts.coi)
        yield Choice(name="audit", label="Audit trail", icon="history", url=url)
    if facts.usable and may(person, Action.PLACE_HOLD):
        url = with_query(reverse("quality:new_hold"), scope="therapy", subject=facts.coi)
        yield Choice(name="hold", label="Hold", icon="hand-stop", url=url)
