"""Setting up accounts: opening and closing them, roles, scopes and tokens."""

from datetime import datetime

from django.http import QueryDict
from django.urls import reverse

from accounts.actions.create_person import create_person
from accounts.actions.deactivate_person import deactivate_person
from accounts.actions.end_sessions_of_person import end_sessions_of_person
from accounts.actions.request_role import request_role
from accounts.actions.reset_password import reset_password
from accounts.actions.reset_second_factor import reset_second_factor
from accounts.actions.revoke_role import revoke_role
from accounts.actions.revoke_service_token import revoke_service_token
from accounts.actions.unlock_account import unlock_account
from accounts.models import Person, ServiceToken
from accounts.opening import NewAccount
from accounts.roles import Role
from accounts.sides import refusals_to_combine
from audit.authors import SignedIntent
from inventory.actions.request_scope import request_scope
from inventory.actions.revoke_scope import revoke_scope
from web.configuring.person import Account, all_scopes
from web.configuring.setups import SetUp, sheet
from web.forms import people as forms
from web.forms.signing import SigningForm

Posted = QueryDict | None
APPROVED = "Another administrator or QA approves it before it counts."
ASKED = "It is asked for. It counts once another administrator or QA approves it."


def opening(posted: Posted) -> SetUp:
    """Open an account."""
    form = forms.PersonForm(posted)
    told: dict[str, str] = {}

    def act(intent: SignedIntent) -> None:
        account = _account(form)
        create_person(account=account, intent=intent)
        told["secret"], told["name"] = account.password, account.full_name
        told["user_id"] = account.user_id

    return SetUp(
        form=form,
        sheet=sheet(
            "Open an account",
            under="people",
            words="Check who they are first. You get a secret to tell them, by which they sign in "
            "once and choose their own password.",
            statement="I verified the identity of this person before opening the account.",
        ),
        act=act,
        done="The account is open. Its roles wait for approval; ask for programs and sites next.",
        done_url=reverse("configure:people"),
        told=told,
    )


def _account(form: forms.PersonForm) -> NewAccount:
    entered = form.cleaned_data
    return NewAccount(
        user_id=entered["new_user_id"],
        full_name=entered["full_name"],
        roles=[Role(name) for name in entered["roles"]],
        badge_code=entered["badge_code"] or None,
        is_shared=entered["is_shared"],
    )


def closing(posted: Posted, account: Account) -> SetUp:
    """Close an account."""
    person = account.person
    return SetUp(
        form=SigningForm(posted),
        sheet=sheet(
            f"Close the account of {person.full_name}",
            under="people",
            words="They cannot sign in or sign any more. The id stays taken; the history stays.",
            statement=f"I close the account {person.user_id} of {person.full_name}.",
            grave=True,
            covers=_shown(account),
        ),
        act=lambda intent: deactivate_person(person_id=person.pk, intent=intent),
        done=f"The account of {person.full_name} is closed.",
        done_url=_page(account),
    )


def resetting_password(posted: Posted, account: Account) -> SetUp:
    """Open the way to another password for somebody who lost theirs."""
    person = account.person
    told: dict[str, str] = {}

    def act(intent: SignedIntent) -> None:
        secret = reset_password(person_id=person.pk, intent=intent)
        told["secret"], told["name"], told["user_id"] = secret, person.full_name, person.user_id

    return SetUp(
        form=SigningForm(posted),
        sheet=sheet(
            f"Reset the password of {person.full_name}",
            under="people",
            words="Make sure it is them who ask. Their password and their sessions end; you get a "
            "secret to tell them, by which they sign in once and choose their own.",
            statement=f"I made sure that {person.full_name} asks for this.",
        ),
        act=act,
        done=f"The password of {person.full_name} is reset.",
        done_url=_page(account),
        told=told,
    )


def resetting_second_factor(posted: Posted, account: Account, at: datetime) -> SetUp:
    """Take a lost second factor away."""
    person = account.person
    return SetUp(
        form=SigningForm(posted),
        sheet=sheet(
            f"Reset the second factor of {person.full_name}",
            under="people",
            words="Make sure it is them who ask. Their device and recovery codes count no more, "
            "their sessions end, and they enrol another device.",
            statement=f"I made sure that {person.full_name} lost their device.",
            grave=True,
        ),
        act=lambda intent: reset_second_factor(person_id=person.pk, intent=intent, at=at),
        done=f"The second factor of {person.full_name} is reset.",
        done_url=_page(account),
    )


def ending_sessions(posted: Posted, account: Account) -> SetUp:
    """End sessions of somebody."""
    person = account.person
    listed = [(row.handle, f"{row.device or 'unknown'}, {row.address}") for row in account.sessions]
    form = forms.EndSessionsForm(posted, sessions=listed)
    return SetUp(
        form=form,
        sheet=sheet(
            f"End sessions of {person.full_name}",
            under="people",
            words="They end at the next request; a signature that is half entered is refused.",
            statement=f"I end sessions of {person.user_id} for the reason below.",
        ),
        act=lambda intent: end_sessions_of_person(
            person_id=person.pk, handle=form.cleaned_data["session"], intent=intent
        ),
        done="The sessions are ended.",
        done_url=_page(account),
    )


def unlocking(posted: Posted, account: Account) -> SetUp:
    """Unlock an account that failures have locked."""
    person = account.person
    form = forms.UnlockForm(posted)
    return SetUp(
        form=form,
        sheet=sheet(
            f"Unlock the account of {person.full_name}",
            under="people",
            words="Ask them what happened, and look at the access log, before you unlock it.",
            statement=f"I looked into the failures of {person.user_id} and ruled misuse out.",
        ),
        act=lambda intent: unlock_account(
            person_id=person.pk, ruled_out=form.cleaned_data["ruled_out"], intent=intent
        ),
        done=f"The account of {person.full_name} is unlocked.",
        done_url=_page(account),
    )


def giving_role(posted: Posted, account: Account) -> SetUp:
    """Ask for a role for somebody."""
    held = account.roles
    fitting = [role for role in Role if role not in held and not refusals_to_combine([*held, role])]
    roles = [(role.value, str(role.label)) for role in fitting]
    form = forms.RoleForm(posted, roles=roles)
    return SetUp(
        form=form,
        sheet=sheet(
            f"Ask for a role for {account.person.full_name}",
            under="people",
            words=APPROVED,
            covers=_shown(account),
        ),
        act=lambda intent: request_role(
            person_id=account.person.pk, role=form.chosen(), intent=intent
        ),
        done=ASKED,
        done_url=_page(account),
    )


def taking_role(posted: Posted, account: Account) -> SetUp:
    """Take a role back."""
    form = forms.RoleForm(posted, roles=[(role.value, str(role.label)) for role in account.roles])
    return SetUp(
        form=form,
        sheet=sheet(
            f"Take a role from {account.person.full_name}",
            under="people",
            covers=_shown(account),
        ),
        act=lambda intent: revoke_role(
            person_id=account.person.pk, role=form.chosen(), intent=intent
        ),
        done="The role is taken back.",
        done_url=_page(account),
    )


def opening_scope(posted: Posted, account: Account) -> SetUp:
    """Ask for a program or site for somebody."""
    form = forms.ScopeForm(posted, scopes=all_scopes())

    def act(intent: SignedIntent) -> object:
        kind, key, right = form.chosen()
        return request_scope(
            person_id=account.person.pk, kind=kind, scope_id=key, right=right, intent=intent
        )

    return SetUp(
        form=form,
        sheet=sheet(
            f"Ask for a program or site for {account.person.full_name}",
            under="people",
            words=f"The right to work brings the right to see. {APPROVED}",
            covers=_shown(account),
        ),
        act=act,
        done=ASKED,
        done_url=_page(account),
    )


def closing_scope(posted: Posted, account: Account) -> SetUp:
    """Close a program or site to somebody."""
    form = forms.ScopeForm(posted, scopes=[(row.value, row.label) for row in account.scopes])

    def act(intent: SignedIntent) -> None:
        kind, key, right = form.chosen()
        revoke_scope(
            person_id=account.person.pk, kind=kind, scope_id=key, right=right, intent=intent
        )

    return SetUp(
        form=form,
        sheet=sheet(
            f"Close a program or site to {account.person.full_name}",
            under="people",
            words="Who may not see it cannot work there either.",
            covers=_shown(account),
        ),
        act=act,
        done="It is closed to them.",
        done_url=_page(account),
    )


def revoking_token(posted: Posted, token: ServiceToken, at: datetime) -> SetUp:
    """Revoke a token."""
    return SetUp(
        form=SigningForm(posted),
        sheet=sheet(
            f"Revoke the token {token.name}",
            under="tokens",
            words="The system that uses it is locked out with its next message.",
            grave=True,
            covers=((ServiceToken, token.pk),),
        ),
        act=lambda intent: revoke_service_token(token_id=token.pk, intent=intent, at=at),
        done=f"The token {token.name} is revoked.",
        done_url=reverse("configure:tokens"),
        roles=(Role.ADMINISTRATOR, Role.QA),
    )


def _page(account: Account) -> str:
    return reverse("configure:person", args=[account.person.pk])


def _shown(account: Account) -> tuple[tuple[type[Person], int], ...]:
    return ((Person, account.person.pk),)
