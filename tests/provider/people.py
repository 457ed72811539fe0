"""People who sign in at the provider: permitted, linked, and sent there and back."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client

from accounts.actions.link_provider import link_provider
from accounts.actions.permit_provider import permit_provider
from accounts.models import Person
from accounts.provider import Identity
from tests.provider.process import Provider
from tests.world import NOON, World

LEAVE = "/accounts/provider/"


def login_of(person: Person) -> str:
    """Return the name by which the provider knows a person."""
    return person.user_id


def identity_of(provider: Provider, person: Person) -> Identity:
    """Return a person's identity there."""
    name = login_of(person)
    return Identity(issuer=provider.issuer, subject=f"sub-{name}", known_as=name, user_id="")


def permitted(world: World, person: Person) -> Person:
    """Permit a person to link their account."""
    by = world.admin if person != world.admin else world.qa
    permit_provider(person_id=person.pk, intent=world.signs(by), at=NOON)
    return person


def linked(world: World, provider: Provider, person: Person) -> Person:
    """Link a person's account to who they are there."""
    permitted(world, person)
    return link_provider(
        person_id=person.pk,
        identity=identity_of(provider, person),
        attribution=world.says(person),
        at=NOON,
    )


def comes_back(client: Client, provider: Provider, address: str, login: str, **how: Any) -> Any:
    """Leave for an address of the provider, log in there as `login`, and come back to us."""
    return client.get(provider.answer(address, login, **how))


def sign_in(client: Client, provider: Provider, login: str, **how: Any) -> Any:
    """Sign in at the provider as `login`; return our answer."""
    address = client.get(LEAVE).headers["Location"]
    return comes_back(client, provider, address, login, **how)


def asked_for(address: str) -> dict[str, str]:
    """Return what the provider is asked for by an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
