"""Badges and keys on screen: the list, and the sheets by which each is issued, tested and ended."""

from datetime import datetime

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from accounts.actions.check_access_token import check_access_token
from accounts.actions.end_access_token import end_access_token
from accounts.actions.issue_access_token import issue_access_token
from accounts.actions.replace_access_token import replace_access_token
from accounts.carrying import KEEPERS, NewToken
from accounts.models import AccessToken, Person, TokenKind, TokenState
from accounts.queries.badges import badges, find_badge
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.errors import NotAuthorised, Refusal
from web.configuring.setups import SetUp
from web.forms import badges as forms
from web.presenters import Crumb
from web.sheets import SignSheet
from web.signing import PERFORMED, PERFORMED_AND_VERIFIED

SEES_ALL = frozenset({*KEEPERS, Role.INSPECTOR})
Posted = QueryDict | None


def index_context(person: Person, at: datetime) -> dict[str, object]:
    """Gather the list: everybody's for keepers and inspectors, one's own for all others."""
    all_of_them = not SEES_ALL.isdisjoint(person.role_names())
    cards = badges(on=timezone.localdate(at), only_of=None if all_of_them else person.pk)
    return {
        "cards": cards,
        "due": sum(card.is_due for card in cards),
        "may_keep": not set(KEEPERS).isdisjoint(person.role_names()),
        "own": person.pk,
    }


def badge_for(person: Person, badge_id: int) -> AccessToken:
    """
    Return one token.

    Raises NotFound: there is none; NotAuthorised: it is another's, and not for this reader.
    """
    found = find_badge(badge_id)
    if found.holder_id != person.pk and set(KEEPERS).isdisjoint(person.role_names()):
        words = "This is somebody else's. Its holder, quality or an administrator ends it."
        raise NotAuthorised([Refusal("ROLE_MISSING", words)])
    return found


def issuing(posted: Posted, at: datetime) -> SetUp:
    """Hand something over."""
    people = Person.objects.filter(is_active=True, is_shared=False).order_by("full_name")
    named = [(row.pk, f"{row.full_name} ({row.user_id})") for row in people]
    form = forms.IssueForm(posted, people=named)

    def act(intent: SignedIntent) -> object:
        entered = form.cleaned_data
        new = NewToken(
            kind=TokenKind(entered["kind"]), code=entered["code"], holder_id=entered["holder"]
        )
        return issue_access_token(new=new, intent=intent, at=at)

    return SetUp(
        form=form,
        sheet=_sheet(
            "Issue a badge or key",
            words="It counts once it passed its first test. A badge says who is at the scanner; "
            "it is never a signature.",
        ),
        act=act,
        done="It is issued. Test it next.",
        done_url=reverse("badges:index"),
        roles=KEEPERS,
    )


def checking(posted: Posted, row: AccessToken, at: datetime) -> SetUp:
    """Record a test."""
    form = forms.CheckForm(posted)
    return SetUp(
        form=form,
        sheet=_sheet(
            f"Test {row}",
            words=f"Carried by {row.holder.full_name}. What fails counts no more, at once.",
            covers=((AccessToken, row.pk),),
        ),
        act=lambda intent: check_access_token(
            token_id=row.pk,
            works=form.cleaned_data["works"],
            is_intact=form.cleaned_data["is_intact"],
            found=form.cleaned_data["found"],
            intent=intent,
            at=at,
        ),
        done="The test is on record.",
        done_url=reverse("badges:index"),
        roles=KEEPERS,
    )


def ending(posted: Posted, row: AccessToken, at: datetime) -> SetUp:
    """Let it count no more."""
    form = forms.EndForm(posted)
    return SetUp(
        form=form,
        sheet=_sheet(
            f"Report {row} lost, stolen or returned",
            words=f"Carried by {row.holder.full_name}. It counts no more with your signature.",
            covers=((AccessToken, row.pk),),
            grave=True,
        ),
        act=lambda intent: end_access_token(
            token_id=row.pk,
            state=TokenState(form.cleaned_data["state"]),
            intent=intent,
            at=at,
        ),
        done="It counts no more.",
        done_url=reverse("badges:index"),
        roles=tuple(role for role in Role if role is not Role.SERVICE),
        signs=PERFORMED,
    )


def replacing(posted: Posted, row: AccessToken, at: datetime) -> SetUp:
    """Replace it, by two."""
    form = forms.ReplaceForm(posted)
    return SetUp(
        form=form,
        sheet=_sheet(
            f"Replace {row}",
            words=f"For {row.holder.full_name}. Two keepers sign: quality or administrators.",
        ),
        act=lambda intent: replace_access_token(
            token_id=row.pk, code=form.cleaned_data["code"], intent=intent, at=at
        ),
        done="It is replaced. Test the new one next.",
        done_url=reverse("badges:index"),
        roles=KEEPERS,
        signs=PERFORMED_AND_VERIFIED,
    )


def _sheet(heading: str, *, words: str, **more: object) -> SignSheet:
    return SignSheet(
        heading=heading,
        words=words,
        statement=f"{heading}: I had it in my hands, or know what became of it.",
        action_label="Sign",
        cancel_url=reverse("badges:index"),
        crumbs=(
            Crumb(label="Badges and keys", url=reverse("badges:index")),
            Crumb(label=heading),
        ),
        **more,  # type: ignore[arg-type]  # the sheet's own names
    )
