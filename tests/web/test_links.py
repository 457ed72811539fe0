"""Every link that a page offers to somebody opens for that person."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from accounts.models import Person
from custody.actions.place_hold import place_hold
from custody.models import HoldScope
from sop.actions.draft_version import draft_version
from tests.custody.retrievals import claimed_retrieval
from tests.factories.deviations import opened_deviation
from tests.factories.procedures import document, in_force
from tests.world import NOON, World

LINK = re.compile(r'<a\s[^>]*href="([^"#][^"]*)"')
ENOUGH_OF_A_KIND = 3


def furnish(world: World) -> None:
    """Bring something of every kind into storage, so that pages have what to link to."""
    released = world.released(4, world.batch())
    world.checked_out(released[:1])
    world.received(2, world.batch())
    world.expected(1, world.batch())
    place_hold(
        scope=HoldScope.VIALS, subject=released[1].code, intent=world.signs(world.qa), at=NOON
    )
    claimed_retrieval(world)
    opened_deviation(world, vials=released[:1])
    version = in_force(document(code="SOP-L-001"), author=world.supervisor, approver=world.qa)
    draft_version(procedure_id=version.procedure_id, by=world.says(world.supervisor))


def links_on(page: str, address: str) -> Iterator[str]:
    """Yield the addresses on this server that a page links to."""
    for found in LINK.findall(page):
        parts = urlsplit(urljoin(address, unescape(found)))
        if not parts.netloc:
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path


def kind_of(address: str) -> str:
    """Name the page behind an address; what leads nowhere is a kind of its own."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return f"nowhere: {address}"


def walk(person: Person) -> dict[str, int]:
    """Follow links from the first page on; return the addresses that do not open, with status."""
    client = Client()
    client.force_login(person)
    waiting, seen = deque(["/"]), {"/"}
    kinds: Counter[str] = Counter()
    dead = {}
    while waiting:
        address = waiting.popleft()
        kind = kind_of(address)
        kinds[kind] += 1
        if kinds[kind] > ENOUGH_OF_A_KIND:
            continue
        answer = client.get(address, follow=True)
        if answer.status_code != 200:
            dead[address] = answer.status_code
        elif answer.headers["Content-Type"].startswith("text/html"):
            for link in links_on(answer.text, address):
                if link not in seen:
                    seen.add(link)
                    waiting.append(link)
    assert len(kinds) > 8
    return dead


@pytest.mark.urs("URS-14")
@pytest.mark.parametrize(
    "role", ["technician", "supervisor", "qa", "release", "admin", "inspector"]
)
def test_opens_for_whoever_is_offered_it(world: World, role: str) -> None:
    furnish(world)

    assert walk(getattr(world, role)) == {}
