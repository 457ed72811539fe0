"""An inspector is stopped where a form that changes something is opened."""

import pytest

from tests.web.views.test_readiness import screen_of
from tests.world import World

pytestmark = pytest.mark.urs("URS-14")


def test_an_inspector_opens_no_form_that_changes_something(world: World) -> None:
    (vial,) = world.stored()
    reader = screen_of(world.inspector.user_id)

    opened = {
        url: reader.get(url).status_code
        for url in (
            *("/quality/holds/new/", f"/storage/{world.box.pk}/block/"),
            *(f"/vials/{vial.pk}/{step}/" for step in ("hold", "check-out", "store-late")),
        )
    }

    assert set(opened.values()) == {403}
    assert reader.get(f"/vials/{vial.pk}/").status_code == 200
    assert "change none" in reader.get("/quality/holds/new/").text
