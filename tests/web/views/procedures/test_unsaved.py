"""What is typed in the editor: kept while it is typed, taken up again, never over another's."""

import pytest

from audit.models import Change, RefusedAttempt
from sop.models import EditingDraft, ProcedureVersion
from tests.browsing import Browser, hidden_on
from tests.web.views.procedures.test_pages import desk, edited, entered
from tests.world import World

pytestmark = pytest.mark.urs("URS-08", "URS-32")
Edited = tuple[Browser, str, ProcedureVersion]
HTMX = {"HX-Request": "true"}
__all__ = ["edited"]


def test_keeps_what_is_typed_outside_the_trail_and_takes_it_up_again(
    edited: Edited, world: World
) -> None:
    author, url, draft = edited
    form = entered(author.get(url)) | {"do": "keep", "gloves.title": "", "purpose": "Half a"}
    changes = Change.objects.count()

    first = author.post(url, form, headers=HTMX)
    second = author.post(url, form | hidden_on(first) | {"purpose": "Half a thought"}, headers=HTMX)
    opened = desk(world.supervisor).get(url)

    assert "Kept for you at" in first.text
    assert "<html" not in second.text
    assert Change.objects.count() == changes
    assert "Taken up where you left it." in opened.text
    assert "Half a thought" in opened.text
    assert "Taken up" not in desk(world.technician).get(url).text
    saved = author.post(url, form | hidden_on(opened) | {"do": "save", "gloves.title": "Gloves"})
    assert saved.status_code == 302
    assert Change.objects.count() == changes + 1
    assert not EditingDraft.objects.exists()
    draft.refresh_from_db()
    assert draft.document["purpose"] == "Half a"


def test_says_that_a_colleague_saved_and_keeps_both(edited: Edited, world: World) -> None:
    author, url, draft = edited
    form = entered(author.get(url)) | {"do": "keep", "purpose": "Mine"}
    other = desk(world.technician)
    other.post(url, entered(other.get(url)) | {"do": "save", "purpose": "Theirs"})

    kept = author.post(url, form, headers=HTMX)
    opened = author.get(url)
    over = author.post(url, form | hidden_on(opened) | {"do": "save-over"})

    assert "Technician Example saved a newer text at" in kept.text
    assert "Mine" in opened.text
    assert "Save mine over theirs" in opened.text
    assert over.status_code == 302
    texts = ProcedureVersion.history.filter(id=draft.pk).values_list("document", flat=True)
    assert {"Mine", "Theirs"} <= {text["purpose"] for text in texts}


def test_writes_nothing_over_what_another_window_kept(edited: Edited) -> None:
    author, url, _ = edited
    form = entered(author.get(url)) | {"do": "keep"}
    author.post(url, form | {"purpose": "Here"}, headers=HTMX)

    late = author.post(url, form | {"purpose": "There"}, headers=HTMX)

    assert "You typed into this draft in another window too" in late.text
    assert "purpose=Here" in EditingDraft.objects.get().typed
    assert not RefusedAttempt.objects.exists()


def test_throws_it_away_and_forgets_what_says_the_same_as_what_is_saved(edited: Edited) -> None:
    author, url, _ = edited
    form = entered(author.get(url)) | {"purpose": "Words"}
    author.post(url, form | {"do": "save"})
    again = hidden_on(author.get(url))
    author.post(url, form | again | {"do": "keep"}, headers=HTMX)
    same = author.get(url)
    author.post(url, form | hidden_on(same) | {"do": "keep", "purpose": "Changed"}, headers=HTMX)
    other = author.get(url)
    author.post(url, hidden_on(other) | {"do": "drop"})

    assert "Taken up" not in same.text
    assert "Changed" in other.text
    assert "Changed" not in author.get(url).text


def test_keeps_nothing_for_who_does_not_write_or_when_it_is_no_draft(
    edited: Edited, world: World
) -> None:
    author, url, draft = edited
    form = entered(author.get(url)) | {"do": "keep"}

    refused = desk(world.inspector).post(url, form, headers=HTMX)
    gone = author.post(url.replace("/2/", "/1/"), form, headers=HTMX)
    long = author.post(url, form | {"purpose": "x" * 2_000_001}, headers=HTMX)

    assert refused.status_code == 403
    assert "Not kept: This version is no draft any more" in gone.text
    assert "Not kept: This text is too long" in long.text
    assert not EditingDraft.objects.filter(version=draft).exists()
