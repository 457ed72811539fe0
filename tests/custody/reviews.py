"""Ways by which reviews of the trail come to be in tests."""

from collections.abc import Mapping

from accounts.models import Person
from audit.models import Meaning
from audit.queries.changes import TrailFilter
from custody.actions.review_trail import review_trail
from custody.models import TrailReview
from custody.queries.about import records_about
from custody.queries.reviews import Reviewed, Seen, reviewed_by, seen_in
from tests.world import NOON, World


def scope_of(world: World, code: str, *, without: Person | None = None) -> Reviewed:
    """Return what a review of the thing with this code looks at; of everything without a code."""
    about = records_about(code, seen_by=world.qa) if code else None
    return reviewed_by(
        code,
        said=f"Code: {code}",
        query=f"code={code}",
        matching=TrailFilter(about=about, but_by=None if without is None else without.pk),
        only=frozenset({"code"} if code else {"since"}),
        seen_by=world.qa,
    )


def review(
    world: World,
    code: str,
    *,
    by: Person,
    shown: Seen | None = None,
    without: Person | None = None,
    of_entries: Mapping[str, str] | None = None,
) -> TrailReview:
    """Have somebody review the trail of the thing with this code."""
    what = scope_of(world, code, without=without)
    return review_trail(
        what=what,
        shown=shown or seen_in(what, seen_by=by),
        findings="",
        of_entries=of_entries or {},
        intent=world.signs(by, meaning=Meaning.REVIEWED),
        at=NOON,
    )
