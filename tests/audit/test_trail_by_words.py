"""Words of the trail are found near by, further on or everywhere, and page by page."""

import pytest
from django.db.models import Q

from audit.changes import machine_change
from audit.models import Change
from audit.queries import changes as trail
from audit.queries.changes import TrailFilter, changes

pytestmark = [pytest.mark.urs("URS-41"), pytest.mark.django_db]
SIZE = 3


def written(reasons: list[str]) -> None:
    """Let a machine make one change for each reason."""
    for reason in reasons:
        with machine_change("gateway", action="test", reason=reason):
            pass


def whole(matching: TrailFilter) -> tuple[list[int], list[int]]:
    """Return the numbers found on turning older pages, and on turning back from the last."""
    page = changes(matching=matching, but_not=Q(), size=SIZE)
    forth = [row.id for row in page.rows]
    while page.older is not None:
        page = changes(matching=matching, but_not=Q(), before=page.older, size=SIZE)
        forth += [row.id for row in page.rows]
    back = [row.id for row in page.rows]
    while page.newer is not None:
        page = changes(matching=matching, but_not=Q(), after=page.newer, size=SIZE)
        back = [row.id for row in page.rows] + back
    return forth, back


@pytest.mark.parametrize("reaches", [(1, 2), (4, 9), (8, 500)])
@pytest.mark.parametrize("word", ["frost", "door", "absent"])
def test_finds_all_however_far_it_looks_first(
    monkeypatch: pytest.MonkeyPatch, reaches: tuple[int, int], word: str
) -> None:
    monkeypatch.setattr(trail, "REACHES", reaches)
    written(["Frost on the lid", *["Door open"] * 9, "Frost again", *["Door open"] * 4, "Frost"])
    looked_for = Change.objects.filter(reason__icontains=word).order_by("-pk")

    forth, back = whole(TrailFilter(reason=word))

    assert forth == list(looked_for.values_list("pk", flat=True))
    assert back == forth
