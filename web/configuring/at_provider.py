"""Setting up who signs in at the identity provider."""

from datetime import datetime

from django.http import QueryDict
from django.urls import reverse

from accounts.actions.end_provider_link import end_provider_link
from accounts.actions.permit_provider import permit_provider
from accounts.models import Person
from audit.authors import SignedIntent
from web.configuring.person import Account
from web.configuring.setups import SetUp, sheet
from web.forms.signing import SigningForm


def permitting(posted: QueryDict | None, account: Account, at: datetime) -> SetUp:
    """Permit somebody to sign in and sign at the provider."""
    person = account.person
    return SetUp(
        form=SigningForm(posted),
        sheet=sheet(
            f"Let {person.full_name} sign in at the provider",
            under="people",
            words="They link their account themselves: with their password here, and by signing in "
            "there. Until they have, their password counts; from then on it does not.",
            covers=((Person, person.pk),),
        ),
        act=lambda intent: permit_provider(person_id=person.pk, intent=intent, at=at),
        done=f"{person.full_name} may link their account now.",
        done_url=reverse("configure:person", args=[person.pk]),
    )


def ending(posted: QueryDict | None, account: Account, at: datetime) -> SetUp:
    """End the permission or the link of somebody."""
    person = account.person
    told: dict[str, str] = {}

    def act(intent: SignedIntent) -> None:
        secret = end_provider_link(person_id=person.pk, intent=intent, at=at)
        if secret:
            told["secret"], told["name"], told["user_id"] = (
                secret,
                person.full_name,
                person.user_id,
            )

    return SetUp(
        form=SigningForm(posted),
        sheet=sheet(
            f"End the sign-in of {person.full_name} at the provider",
            under="people",
            words="If they linked their account, their sessions end, and you get a secret to tell "
            "them, by which they sign in once and choose a password.",
            grave=True,
            covers=((Person, person.pk),),
        ),
        act=act,
        done=f"{person.full_name} signs in with a password.",
        done_url=reverse("configure:person", args=[person.pk]),
        told=told,
    )
