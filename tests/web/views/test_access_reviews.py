"""Reviews of access on screen: marked line by line, signed, copied for an inspector."""

import pytest

from accounts.models import AccessReview, LineDecision, Person
from inventory.actions.start_access_review import start_access_review
from reports.models import Export
from tests.browsing import Browser
from tests.factories.people import PASSWORD
from tests.web.views.test_readiness import screen_of
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-18")
URL = "/configure/access/reviews/"


def signed(person: Person, **fields: object) -> dict[str, object]:
    """Fill in what somebody enters to sign."""
    return {"user_id": person.user_id, "password": PASSWORD, "reason": "Yearly", **fields}


def marks(review: AccessReview, reader: Person, mark: LineDecision) -> dict[str, str]:
    """Mark every line but the reader's own."""
    rows = review.lines.exclude(person=reader)
    return {f"decision_{row.pk}": mark.value for row in rows}


def desk(person: Person) -> Browser:
    """Sign somebody in."""
    return screen_of(person.user_id)


def test_goes_from_the_first_mark_to_the_signature_and_a_copy(world: World) -> None:
    qa, other = desk(world.qa), desk(world.qa2)
    assert qa.post(f"{URL}start/", signed(world.qa)).status_code == 302
    review = AccessReview.objects.get()
    page = f"{URL}{review.pk}/"
    own = review.lines.get(person=world.qa)
    gone = review.lines.get(person=world.witness)
    entered = marks(review, world.qa, LineDecision.KEEP) | {f"decision_{gone.pk}": "revoke"}

    shown = qa.get(page).text
    refused = qa.post(page, entered)
    kept = qa.post(page, entered | {f"note_{gone.pk}": "Left in May"})
    early = qa.post(f"{page}close/", signed(world.qa))
    other.post(f"{page}?show=unmarked", {f"decision_{own.pk}": "keep"})
    closed = qa.post(f"{page}close/", signed(world.qa))

    assert f'name="decision_{own.pk}"' not in shown
    assert "your own: somebody else marks it" in shown
    assert refused.status_code == 409
    assert "Say what is to go" in refused.text
    assert 'value="revoke" checked' in refused.text
    assert kept.status_code == 302
    assert "1 lines are not marked yet" in early.text
    assert closed.status_code == 302
    listed = qa.get(URL).text
    assert "Left in May" in listed
    assert "Access to revoke or change" in qa.get("/").text
    for form, begins in (("pdf", b"%PDF"), ("csv", b"user_id")):
        copy = desk(world.inspector).post(f"{page}copy/", {"form": form, "reason_to_copy": "Audit"})
        assert copy.content.startswith(begins), copy.content[:200]
    assert Export.objects.filter(subject=f"access review {review.pk}").count() == 2


def test_readers_look_and_only_quality_signs(world: World) -> None:
    review = start_access_review(intent=world.signs(world.qa), at=NOON)
    page = f"{URL}{review.pk}/"

    for person in (world.admin, world.inspector):
        reader = desk(person)
        assert '<form method="post" class="stack"' in reader.get(page).text
        assert 'type="radio"' not in reader.get(page).text
        assert reader.get(f"{page}close/").status_code == 403
        assert reader.post(page, marks(review, person, LineDecision.KEEP)).status_code == 403
    assert desk(world.technician).get(page).status_code == 403
    assert not review.lines.exclude(decision="").exists()
