"""Step 6: the inspector takes the complete record away, as PDF and as JSON, and they agree."""

import hashlib
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator

from custody.models import EventKind
from reports.kit.bundle import canonical_json
from tests.browser.main_job.walk import Walk
from tests.paper import words_on

HAPPENED = (
    EventKind.REGISTERED,
    EventKind.RECEIVED,
    EventKind.PLACED,
    EventKind.QUALITY_DECIDED,
    EventKind.CLAIMED,
    EventKind.CHECKED_OUT,
    EventKind.PACKED,
    EventKind.HANDED_OVER,
    EventKind.ARRIVED,
)
SIGNED = ("Performed", "Witnessed", "Reviewed", "Released")
FORMS = {
    "dossier.pdf": "PDF only, for reading and printing",
    "dossier.json": "JSON only, for machines",
}


def export(walk: Walk, folder: Path) -> None:
    """Make both copies in the browser; the register keeps who took them and why."""
    desk = walk.desk(walk.house.world.inspector)
    desk.go_to("Reports")
    for name, form in FORMS.items():
        desk.write("Chain of identity", walk.coi)
        desk.choose("Copy", form)
        desk.write("Reason", "Inspection 26-11")
        desk.download("Make the copy").save_as(folder / name)
    desk.page.reload()
    desk.told("Inspection 26-11")
    walk.picture(desk, "6-prove")


def pdf_holds_everything(walk: Walk, folder: Path) -> None:
    """Read the PDF: identity, every kind of event, people, signatures, pages and hash."""
    pages = words_on((folder / "dossier.pdf").read_bytes())
    text = _squeezed("".join(pages))
    world = walk.house.world

    people = (world.technician, world.witness, world.release, world.inspector)
    for said in (
        walk.coi,
        walk.patient["patient"],
        *walk.codes,
        *(str(kind.label) for kind in HAPPENED),
        *(person.full_name for person in people),
        *SIGNED,
        "Cora Courier",
    ):
        assert _squeezed(said) in text, said
    digest = _registered_hash(walk)
    for number, page in enumerate(map(_squeezed, pages), start=1):
        assert f"age{number}of{len(pages)}" in page
        assert digest in page


def json_agrees_with_the_screen(walk: Walk, folder: Path) -> None:
    """Compare the vial of the copy with its page: place, verdict, and every event of its chain."""
    copy = json.loads((folder / "dossier.json").read_bytes())
    record = copy["record"]
    assert hashlib.sha256(canonical_json(record)).hexdigest() == copy["record_sha256"]
    desk = walk.desk(walk.house.world.inspector)
    desk.look_up(walk.codes[0])
    desk.follow("Open the vial")
    walk.picture(desk, "6-prove-vial")

    container = next(one for one in record["containers"] if one["code"] == walk.codes[0])
    desk.told(container["place"]["words"])
    assert container["verdict"]["mark"] == "grey"
    events = [event for event in record["events"] if event["vial"] == walk.codes[0]]
    assert [event["kind"] for event in events] == [str(kind.label) for kind in HAPPENED]
    shown = [_event_on_screen(line) for line in desk.page.locator(".timeline li").all()]
    assert shown == [_event_in_copy(event) for event in reversed(events)]


def _event_on_screen(line: Locator) -> tuple[str, str, str, datetime]:
    """Read one event off the page: its number, the beginning of its hash, who, when."""
    said = re.search(r"#(\d+) ([0-9a-f]{12})", line.locator(".event-what").inner_text())
    assert said is not None
    when = line.locator(".event-when time").first.get_attribute("datetime")
    who = " ".join(line.locator(".event-who").inner_text().split())
    return said[1], said[2], who, datetime.fromisoformat(str(when))


def _event_in_copy(event: dict[str, Any]) -> tuple[str, str, str, datetime]:
    """Read one event out of the copy: its number, the beginning of its hash, who, when."""
    names = [re.sub(r" \(.*\)", "", event[key]) for key in ("actor", "second_person")]
    who = " with ".join(name for name in names if name)
    return str(event["seq"]), event["hash"][:12], who, datetime.fromisoformat(event["recorded_at"])


def _registered_hash(walk: Walk) -> str:
    """Read off the register which record the PDF is a copy of; the JSON was taken after it."""
    row = walk.desk(walk.house.world.inspector).page.get_by_role("row").nth(2)
    said = re.search(r"of the record: ([0-9a-f]{64})", row.inner_html())
    assert said is not None
    return said[1]


def _squeezed(text: str) -> str:
    """Take out blanks and line ends, which fold differently on paper."""
    return "".join(text.split())
