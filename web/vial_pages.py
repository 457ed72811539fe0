"""The page of one vial: the answer first, then the evidence, then what may be done."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import get_script_prefix, reverse

from audit.authors import Author
from audit.errors import Refusal
from custody.queries.facts import VialFacts
from custody.queries.vial_page import ClaimLine, DeviationLink, LabelLine, PartLine, VialStory
from custody.viability import HoldFact
from inventory.models import LayoutKind, Vial
from inventory.rules.expiry import last_day
from web.gates import DEVIATION_REPORTERS, opens_audit
from web.judgements import finding_rows, place_words, sure_because, verdict_mark, why
from web.links import storage_url, therapy_url, unit_temperature_url, vial_url, with_query
from web.presenters import (
    AnswerItem,
    AnswerStrip,
    BoxMap,
    Crumb,
    FindingRow,
    Identity,
    StatusBadge,
    Tab,
    TimelineEvent,
    custody_badge,
    hold_badge,
    quality_badge,
)
from web.presenters.places import map_of
from web.stories import story_lines
from web.templatetags.freezer import in_sentence
from web.vial_lines import VialLine
from web.vial_verbs import Choice, choices_for

BUTTONS = 3
NEIGHBOURS = 3
NO_PATIENT = "not allocated"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a split, or the vial it came from, with its badges."""

    url: str
    code: str
    badges: tuple[StatusBadge, ...]


@dataclass(frozen=True, kw_only=True)
class VialPage:
    """Everything that the page of a vial shows."""

    code: str
    identity: Identity
    strip: AnswerStrip
    badges: tuple[StatusBadge, ...]
    crumbs: tuple[Crumb, ...]
    tabs: tuple[Tab, ...]
    buttons: tuple[Choice, ...]
    more: tuple[Choice, ...]
    blocked: tuple[Choice, ...]
    findings: tuple[FindingRow, ...]
    events: tuple[TimelineEvent, ...]
    chain_is_intact: bool
    place: tuple[Crumb, ...]
    map: BoxMap | None
    facts: tuple[tuple[str, str], ...]
    holds: tuple[HoldFact, ...]
    claims: tuple[ClaimLine, ...]
    deviations: tuple[DeviationLink, ...]
    report_url: str
    parent: Part | None
    parts: tuple[Part, ...]
    labels: tuple[LabelLine, ...]
    therapy_url: str


def vial_page(facts: VialFacts, story: VialStory, person: Author, *, at: datetime) -> VialPage:
    """Put the page of a vial together for one person."""
    vial = facts.vial
    choices = choices_for(facts, person)
    ready = [choice for choice in choices if not choice.refusals]
    return VialPage(
        code=vial.code,
        identity=identity_of(vial),
        strip=strip_of(facts, at=at),
        badges=badges_of(facts),
        crumbs=crumbs_of(vial),
        tabs=tabs_of(vial.pk, "vial"),
        buttons=tuple(ready[:BUTTONS]),
        more=tuple(ready[BUTTONS:]),
        blocked=tuple(choice for choice in choices if choice.refusals),
        findings=finding_rows(facts.judgement.findings, unit_url=_unit_url(facts)),
        events=story_lines(story.events, links=opens_audit(person)),
        chain_is_intact=facts.chain.intact,
        place=place_of(facts),
        map=_map(facts, story),
        facts=_facts(vial),
        holds=facts.holds,
        claims=story.claims,
        deviations=story.deviations,
        report_url=_report_url(vial, person),
        parent=None if story.parent is None else _part(story.parent),
        parts=tuple(_part(part) for part in story.parts),
        labels=story.labels,
        therapy_url="" if vial.therapy is None else therapy_url(vial.therapy.coi),
    )


def _unit_url(facts: VialFacts) -> str:
    """Give the address of the temperature of the unit that a vial stands in."""
    crumbs = facts.where.crumbs
    return unit_temperature_url(crumbs[0].container_id) if crumbs else ""


def _report_url(vial: Vial, person: Author) -> str:
    """Give the address where a deviation on this vial is reported, to whoever may."""
    if DEVIATION_REPORTERS.isdisjoint(person.role_names()):
        return ""
    return with_query(reverse("quality:new_deviation"), vial=vial.code)


def identity_of(vial: Vial) -> Identity:
    """Show whose a vial is; batch, product, therapy and patient are loaded."""
    therapy = vial.therapy
    return Identity(
        coi="" if therapy is None else therapy.coi,
        vial_code=vial.code,
        pseudonym=NO_PATIENT if therapy is None else therapy.patient.pseudonym,
        product=f"{vial.batch.product.name}, {vial.get_kind_display().lower()}",
    )


def strip_of(facts: VialFacts, *, at: datetime) -> AnswerStrip:
    """Answer: where is it, how sure is that, and may it still be used."""
    crumbs = facts.where.crumbs
    where = AnswerItem(
        label="Where",
        words=place_words(facts.where, at=at, picked_since=facts.picked_since),
        url=storage_url(crumbs[-1].container_id) if crumbs else "",
    )
    judgement = facts.judgement
    return AnswerStrip(
        items=(
            where,
            sure_because(facts.where, at=at),
            why(judgement.verdict, judgement.findings),
        ),
        verdict=verdict_mark(judgement),
    )


def badges_of(facts: VialFacts) -> tuple[StatusBadge, ...]:
    """Show how the vial stands on both axes, and its holds."""
    badges = [quality_badge(facts.vial.quality), custody_badge(facts.vial.custody)]
    if facts.holds:
        badges.append(hold_badge(count=len(facts.holds)))
    return tuple(badges)


def crumbs_of(vial: Vial, here: str = "") -> tuple[Crumb, ...]:
    """Give the way to a vial's page, and to a step on it."""
    prefix = get_script_prefix()
    therapy = vial.therapy
    whose = (
        Crumb(label=vial.batch.number, url="")
        if therapy is None
        else Crumb(label=therapy.coi, url=therapy_url(therapy.coi))
    )
    way = [Crumb(label="Therapies", url=f"{prefix}therapies/"), whose]
    if not here:
        return (*way, Crumb(label=vial.code))
    return (*way, Crumb(label=vial.code, url=vial_url(vial.pk)), Crumb(label=here))


def tabs_of(vial_id: int, active: str) -> tuple[Tab, ...]:
    """Give the tabs of a vial: the answer with its story, its time out, the record behind it."""
    url = vial_url(vial_id)
    return (
        Tab(label="Vial", url=url, active=active == "vial"),
        Tab(label="Time out of storage", url=f"{url}exposure/", active=active == "exposure"),
        Tab(label="In the past", url=f"{url}past/", active=active == "past"),
        Tab(label="Signatures and versions", url=f"{url}record/", active=active == "record"),
    )


def place_of(facts: VialFacts) -> tuple[Crumb, ...]:
    """Give the way from the unit to the position as links."""
    way = [Crumb(label=c.name, url=storage_url(c.container_id)) for c in facts.where.crumbs]
    return (*way, Crumb(label=facts.where.position_label)) if way else ()


def line_of(facts: VialFacts, refusals: tuple[Refusal, ...] = ()) -> VialLine:
    """Show the vial as the one line of a signing sheet."""
    vial, identity = facts.vial, identity_of(facts.vial)
    return VialLine(
        id=vial.pk,
        url=vial_url(vial.pk),
        code=vial.code,
        coi=identity.coi,
        pseudonym="" if vial.therapy is None else identity.pseudonym,
        product=vial.batch.product.code,
        batch=vial.batch.number,
        kind=f"{vial.get_kind_display()}, {in_sentence(vial.get_purpose_display())}",
        volume_ml=vial.volume_ml,
        expires_at=vial.expires_at,
        badges=badges_of(facts),
        place=facts.where.place,
        refusals=refusals,
    )


def _map(facts: VialFacts, story: VialStory) -> BoxMap | None:
    """Show the box; of a long row of named places only the neighbours."""
    position, places = facts.vial.position, story.places
    if position is None or story.box is None:
        return None
    if story.box.type.layout != LayoutKind.GRID:
        places = tuple(
            place for place in places if abs(place.ordinal - position.ordinal) <= NEIGHBOURS
        )
    return map_of(story.box, places, here={position.pk})


def _facts(vial: Vial) -> tuple[tuple[str, str], ...]:
    cells = vial.nucleated_cells
    return (
        ("Batch", vial.batch.number),
        ("Donation", vial.batch.donation_number),
        ("Product", vial.batch.product.code),
        ("Kind", f"{vial.get_kind_display()}, {in_sentence(vial.get_purpose_display())}"),
        ("Volume", f"{vial.volume_ml} ml"),
        ("Nucleated cells", "not recorded" if cells is None else f"{cells:,}"),
        ("Stored at", vial.batch.product.get_storage_class_display()),
        ("Expires", f"{last_day(vial.expires_at):%Y-%m-%d}, end of day UTC"),
    )


def _part(part: PartLine) -> Part:
    return Part(
        url=vial_url(part.vial_id),
        code=part.code,
        badges=(quality_badge(part.quality), custody_badge(part.custody)),
    )
