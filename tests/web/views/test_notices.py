"""Security notices on screen: listed, shown with their deliveries, acknowledged by signature."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions.deliver_notice import deliver_notice
from accounts.actions.raise_notices import raise_notices
from accounts.models import SecurityNotice
from tests.accounts.notices import NoServer, backend, overstep
from tests.factories.people import PASSWORD
from tests.world import World

pytestmark = pytest.mark.urs("URS-69", "URS-110")


def undelivered(world: World, settings: Any) -> SecurityNotice:
    """Have a notice that keeps not arriving."""
    settings.NOTICE_CONTACTS = {"security": ["security@example.org"], "management": []}
    backend(settings, NoServer)
    overstep(world.technician)
    at = timezone.now()
    raise_notices(at=at)
    notice = SecurityNotice.objects.get()
    while notice.deliveries.get().tries < 3:
        deliver_notice(at=notice.deliveries.get().next_try_at)
    return notice


def test_shows_what_was_tried_and_acknowledges_it(
    world: World, client: Client, settings: Any
) -> None:
    client.force_login(world.admin)
    assert "Nobody tried what they may not" in client.get("/audit/notices/").text
    notice = undelivered(world, settings)

    assert world.technician.user_id in client.get("/audit/notices/").text
    url = f"/audit/notices/{notice.pk}/"
    page = client.get(url).text
    assert "keeps not arriving" in page
    assert "no mail server" in page
    signed = {"user_id": world.admin.user_id, "password": PASSWORD, "reason": "A slip"}
    assert client.post(f"{url}acknowledge/", signed).status_code == 302

    notice.refresh_from_db()
    assert notice.acknowledged_by == world.admin
    assert client.get(f"{url}acknowledge/").status_code == 302
    assert client.get("/audit/notices/999999/").status_code == 404


def test_the_dashboard_of_administrators_and_the_watchers_say_what_does_not_arrive(
    world: World, client: Client, settings: Any
) -> None:
    undelivered(world, settings)
    client.force_login(world.admin)

    assert "Notices that do not arrive" in client.get("/").text
    assert client.get("/readyz").json()["notices"] == {"open": 1, "failing": 1}
    client.force_login(world.technician)
    assert "Security notices" not in client.get("/").text
    assert client.get("/audit/notices/").status_code == 403
