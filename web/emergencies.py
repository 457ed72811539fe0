"""Emergency access on screen: the list, one with what was done under it, and its sheets."""

from datetime import datetime

from django.http import QueryDict
from django.urls import reverse

from accounts.actions.approve_emergency_access import approve_emergency_access
from accounts.actions.end_emergency_access import end_emergency_access
from accounts.actions.review_emergency_access import review_emergency_access
from accounts.emergencies import APPROVERS, ASKERS, REVIEWERS
from accounts.models import EmergencyAccess, Person
from accounts.queries.emergencies import (
    EmergencyCard,
    changes_under,
    emergencies,
    find_emergency,
)
from accounts.roles import Role
from audit.errors import NotAuthorised, Refusal
from audit.models import Change, Meaning
from audit.queries.changes import action_words
from audit.signing import signature_blocks
from inventory.actions.ask_emergency_access import ask_emergency_access
from web.configuring.setups import SetUp
from web.forms.emergencies import EmergencyForm
from web.forms.signing import SigningForm, TwoPersonForm
from web.gates import opens_audit
from web.presenters import Crumb
from web.sheets import SignSheet
from web.signing import SignAs

APPROVED = SignAs(meaning=Meaning.APPROVED)
APPROVED_BY_TWO = SignAs(meaning=Meaning.APPROVED, second=Meaning.APPROVED)
SEES_ALL = frozenset({*APPROVERS, Role.INSPECTOR})
Posted = QueryDict | None


def holds(person: Person, roles: tuple[Role, ...]) -> bool:
    """Say whether somebody holds one of the roles; the actions ask again."""
    return not set(roles).isdisjoint(person.role_names())


def sees_all(person: Person) -> bool:
    """Say whether somebody sees the emergencies of others."""
    return not SEES_ALL.isdisjoint(person.role_names())


def index_context(person: Person, at: datetime) -> dict[str, object]:
    """Gather the list: everybody's for who approves or inspects, one's own for all others."""
    only = None if sees_all(person) else person.pk
    return {
        "cards": emergencies(at=at, only_of=only),
        "may_ask": holds(person, ASKERS) and not person.is_shared,
    }


def card_for(person: Person, emergency_id: int, at: datetime) -> EmergencyCard:
    """
    Return one emergency.

    Raises NotFound: there is none; NotAuthorised: it is another's, and not for this reader.
    """
    card = find_emergency(emergency_id, at=at)
    if card.row.person_id != person.pk and not sees_all(person):
        words = "This is another person's emergency access. Those who approve and QA see it."
        raise NotAuthorised([Refusal("ROLE_MISSING", words)])
    return card


def detail_context(person: Person, card: EmergencyCard) -> dict[str, object]:
    """Gather one emergency, what was done under it, and what this person may do with it."""
    is_other = card.row.person_id != person.pk
    approves = holds(person, APPROVERS) and is_other
    return {
        "card": card,
        "row": card.row,
        "crumbs": _crumbs(f"No. {card.row.pk}"),
        "lines": [_line(change, opens=opens_audit(person)) for change in changes_under(card.row)],
        "may_approve": approves
        and card.may_be_approved
        and card.row.first_approver_id != person.pk,
        "may_end": card.lasts and (approves or not is_other),
        "may_review": card.to_review
        and holds(person, REVIEWERS)
        and person.pk
        not in {card.row.person_id, card.row.first_approver_id, card.row.second_approver_id},
        "signatures": signature_blocks(EmergencyAccess, card.row.pk),
    }


def _line(change: Change, *, opens: bool) -> dict[str, object]:
    return {
        "id": change.pk,
        "at": change.recorded_at,
        "what": action_words(change.action),
        "role": change.role,
        "device": change.device,
        "reason": change.reason,
        "url": reverse("audit:change", args=[change.pk]) if opens else "",
    }


def asking(posted: Posted, at: datetime) -> SetUp:
    """Ask for emergency access."""
    form = EmergencyForm(posted)
    return SetUp(
        form=form,
        sheet=_sheet(
            "Ask for emergency access",
            words="Two other people approve it, each by signature. It ends by itself within the "
            "hour, quality is told at once, and everything done under it is reviewed.",
            statement="This cannot wait for access by the ordinary way; the reason says why.",
        ),
        act=lambda intent: ask_emergency_access(
            role=form.chosen(),
            program_code=form.cleaned_data["program"],
            site_code=form.cleaned_data["site"],
            intent=intent,
            at=at,
        ),
        done="It is asked for. Two others approve it under Emergency access.",
        done_url=reverse("emergency:index"),
        roles=ASKERS,
    )


def approving(posted: Posted, card: EmergencyCard, at: datetime, *, both: bool) -> SetUp:
    """Approve emergency access, alone as one of two, or both on this screen."""
    row = card.row
    return SetUp(
        form=TwoPersonForm(posted) if both else SigningForm(posted),
        sheet=_sheet(
            f"Approve emergency access {row.pk}",
            words=f"{row.person.full_name} asks for: {row.what}. Because: {card.reasons[0]}",
            statement=f"{row.person.full_name} needs this now, and I answer for giving it.",
            covers=((EmergencyAccess, row.pk),),
            grave=True,
        ),
        act=lambda intent: approve_emergency_access(emergency_id=row.pk, intent=intent, at=at),
        done="Your approval is on record. With the second one it lasts, and quality is told.",
        done_url=reverse("emergency:detail", args=[row.pk]),
        roles=APPROVERS,
        signs=APPROVED_BY_TWO if both else APPROVED,
    )


def ending(posted: Posted, card: EmergencyCard, at: datetime) -> SetUp:
    """End emergency access."""
    row = card.row
    return SetUp(
        form=SigningForm(posted),
        sheet=_sheet(
            f"End emergency access {row.pk}",
            words=f"{row.person.full_name} loses at once: {row.what}.",
            statement="The emergency is over, or this access must end.",
            reasons=("The emergency is over",),
        ),
        act=lambda intent: end_emergency_access(emergency_id=row.pk, intent=intent, at=at),
        done="It has ended. Quality reviews what was done under it.",
        done_url=reverse("emergency:detail", args=[row.pk]),
        roles=tuple(role for role in Role if role is not Role.SERVICE),
    )


def reviewing(posted: Posted, card: EmergencyCard, at: datetime) -> SetUp:
    """Review what was done under emergency access."""
    row = card.row
    number = changes_under(row).count()
    return SetUp(
        form=SigningForm(posted),
        sheet=_sheet(
            f"Review emergency access {row.pk}",
            words=f"{row.person.full_name} made or signed {number} changes under it. Look at each "
            "on the page before you sign; the reason says what came of it.",
            statement=f"I looked at all {number} changes made under emergency access {row.pk}.",
            covers=((EmergencyAccess, row.pk),),
        ),
        act=lambda intent: review_emergency_access(emergency_id=row.pk, intent=intent, at=at),
        done="The review is on record.",
        done_url=reverse("emergency:detail", args=[row.pk]),
        roles=REVIEWERS,
        signs=SignAs(meaning=Meaning.REVIEWED),
    )


def _sheet(heading: str, *, words: str, statement: str, **more: object) -> SignSheet:
    return SignSheet(
        heading=heading,
        words=words,
        statement=statement,
        action_label=f"Sign: {heading[0].lower()}{heading[1:]}",
        cancel_url=reverse("emergency:index"),
        crumbs=_crumbs(heading),
        **more,  # type: ignore[arg-type]  # the sheet's own names
    )


def _crumbs(here: str) -> tuple[Crumb, ...]:
    return (Crumb(label="Emergency access", url=reverse("emergency:index")), Crumb(label=here))
