"""A dossier holds everything, and its copies say the same."""

import csv
import hashlib
import json
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from io import BytesIO, StringIO
from zoneinfo import ZoneInfo

import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.changes import attributed_change
from audit.errors import NotFound
from custody.models import CustodyEvent
from reports.dossier.contents import Dossier, EventPart
from reports.dossier.copies import dossier_copy
from reports.kit.blocks import Mark
from reports.kit.bundle import canonical_json
from reports.kit.times import local
from reports.queries import find_therapy_id, therapy_dossier
from sop.deviations import NewDeviation, open_deviation
from sop.models import DeviationSource
from tests.factories.inventory import VialFactory
from tests.reports.dossier.conftest import COI, NOON, World, attributed, register_more

AT = NOON + timedelta(hours=1)


@pytest.fixture
def dossier(world: World) -> Dossier:
    return therapy_dossier(world.therapy.pk, asked_by=world.inspector, at=AT)


def files_of(dossier: Dossier) -> dict[str, bytes]:
    copy = dossier_copy(dossier, {}, generated_by="Ina Spector (inspector)", at=AT)
    return {file.name.removeprefix(f"dossier-{COI}"): file.content for file in copy.files}


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages]


def squeezed(text: str) -> str:
    """Take out blanks and line ends, which fold differently on paper."""
    return "".join(text.split())


@pytest.mark.urs("URS-88")
@pytest.mark.urs("URS-90")
def test_joins_patient_donation_batch_and_vials(dossier: Dossier) -> None:
    edges = {(e.from_code, e.relation, e.to_code) for e in dossier.identity}

    assert ("PT-1028", "receives", COI) in edges
    assert ("A999026000137", "was made into", "B-26-2803") in edges
    assert ("B-26-2803", "was filled into", "A999026000137X-001") in edges
    assert len(dossier.containers) == 3


def test_says_where_each_container_is(dossier: Dossier, world: World) -> None:
    stored, _, checked_out = dossier.containers

    assert stored.place.words == "LN2-01 › Box 1 › A1"
    assert stored.place.since is not None
    assert (stored.place.last_seen_by, stored.place.last_seen_how) == (
        "Ada Łovelace",
        "Placed in storage",
    )
    assert checked_out.place.words == "Checked out, with Ada Łovelace"


@pytest.mark.urs("URS-98")
def test_gives_a_verdict_with_every_finding(dossier: Dossier) -> None:
    held, *_ = dossier.containers
    found = {finding.code: finding.mark for finding in held.verdict.findings}

    assert found["QUALITY_QUARANTINE"] is Mark.AMBER
    assert found["ON_HOLD"] is Mark.AMBER
    assert found["CUSTODY_UNBROKEN"] is Mark.GREEN
    assert found["NO_TEMPERATURE"] is Mark.GREY
    assert held.verdict.mark is dossier.verdict.mark is Mark.GREY
    assert all(finding.evidence for finding in held.verdict.findings)
    assert dossier.verdict.findings[0].words == "3 of 3 containers: unknown"


def test_lists_every_event_with_people_and_hash(dossier: Dossier) -> None:
    events = CustodyEvent.objects.count()

    assert len(dossier.events) == events
    assert all(len(event.hash) == 64 for event in dossier.events)
    received = [event for event in dossier.events if event.kind == "Received"]
    assert {event.second_person for event in received} == {"Ben Ωhm (ben)"}


@pytest.mark.urs("URS-49")
@pytest.mark.urs("URS-52")
def test_lists_every_signature_with_what_it_is_under(dossier: Dossier) -> None:
    said = {
        (p.block.printed_name, p.block.meaning, p.block.changed_since) for p in dossier.signatures
    }
    under = {name for part in dossier.signatures for name in part.under}

    assert ("Ada Łovelace", "Performed", False) in said
    assert ("Ben Ωhm", "Witnessed", False) in said
    assert ("Eve Иванова", "Took responsibility", False) in said
    assert any(name.startswith("receipt #") for name in under)
    assert "A999026000137X-003 no. 4" in under


@pytest.mark.urs("URS-34")
@pytest.mark.urs("URS-35")
def test_keeps_old_and_new_values_with_who_when_and_why(dossier: Dossier) -> None:
    entry = next(
        e
        for e in dossier.audit
        if e.record == "vial A999026000137X-001" and e.field == "custody" and e.old == "Received"
    )

    assert (entry.new, entry.who, entry.role) == ("In storage", "Ada Łovelace (ada)", "technician")
    assert (entry.reason, entry.device, entry.action) == ("put away", "bench 1", "place_vials")


@pytest.mark.urs("URS-45")
def test_marks_what_was_changed_since_its_first_entry(dossier: Dossier) -> None:
    record = "vial A999026000137X-001"
    entries = [entry for entry in dossier.audit if entry.record == record]
    text = squeezed("".join(pages_of(files_of(dossier)[".pdf"])))

    assert [entry.field for entry in entries if not entry.is_later] == ["(created)"]
    assert all(
        squeezed(f"▲ changed: {entry.new}"[:40]) in text for entry in entries if entry.is_later
    )


@pytest.mark.urs("URS-91")
def test_shows_the_order_and_who_took_it_over(dossier: Dossier) -> None:
    (order,) = dossier.retrievals
    handed = next(event for event in dossier.events if event.kind == "Handed over")

    assert (order.order_number, order.status) == ("SCH-9004", "Handed over")
    assert order.containers == ("A999026000137X-002",)
    assert (order.claimed_by, order.witness) == ("Ada Łovelace (ada)", "Ben Ωhm (ben)")
    assert "Carla Courier" in handed.details
    assert dossier.containers[1].custody == "At the clinic"


def test_shows_holds_and_refused_attempts(dossier: Dossier) -> None:
    (hold,) = dossier.holds
    (refused,) = dossier.refused

    assert hold.containers == ("A999026000137X-001",)
    assert hold.reason == "label looks smudged"
    assert refused.who == "Eve Иванова (eve)"
    assert refused.action == "decide_quality"


@pytest.mark.urs("URS-90", "URS-113", "URS-117")
def test_shows_deviations_and_nothing_of_other_patients_in_them(world: World) -> None:
    own, other = world.vials[0], VialFactory.create()
    with attributed_change(attributed(world.ada, "It stood open"), action="test") as change:
        for vials, words in (([own], "The lid stood open"), ([own, other], other.code)):
            found = NewDeviation(
                source=DeviationSource.MISMATCH, title="t", what_happened=words, vials=vials
            )
            open_deviation(change, found, at=AT)

    alone, shared = therapy_dossier(world.therapy.pk, asked_by=world.inspector, at=AT).deviations

    assert alone.what_happened == "The lid stood open"
    assert other.code not in str(shared)
    assert alone.impacts == shared.impacts == (f"{own.code}: To assess.",)


@pytest.mark.urs("URS-02")
def test_recomputes_every_hash(dossier: Dossier, world: World) -> None:
    assert all(part.chain.is_intact for part in dossier.containers)
    first = world.vials[0]

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE custody_custodyevent DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE custody_custodyevent SET reason = 'x' WHERE vial_id = %s AND seq = 2",
            [first.pk],
        )
        cursor.execute("ALTER TABLE custody_custodyevent ENABLE TRIGGER USER")

    broken, whole, _ = therapy_dossier(world.therapy.pk, asked_by=world.eve, at=AT).containers
    assert broken.chain.first_broken == 2
    assert "BROKEN at event 2" in str(broken.chain)
    assert broken.verdict.mark is Mark.GREY
    assert whole.chain.is_intact


@pytest.mark.urs("URS-76")
def test_prints_every_event_signature_and_audit_entry(dossier: Dossier, world: World) -> None:
    pages = pages_of(files_of(dossier)[".pdf"])
    text = squeezed("".join(pages))
    zone = ZoneInfo(world.site.time_zone)

    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in " ".join(page.split())
    for event in dossier.events:
        assert event.hash in text
        assert squeezed(local(event.recorded_at, zone)) in text
        for said in (event.vial, event.kind, event.actor, event.reason, event.to_place):
            assert squeezed(said) in text


@pytest.mark.urs("URS-41")
@pytest.mark.urs("URS-50")
def test_prints_every_signature_audit_entry_and_finding(dossier: Dossier) -> None:
    text = squeezed("".join(pages_of(files_of(dossier)[".pdf"])))
    findings = [finding for part in dossier.containers for finding in part.verdict.findings]
    expected = [
        *(f"{part.block.printed_name} ({part.block.user_id}" for part in dossier.signatures),
        *(", ".join(part.under) for part in dossier.signatures),
        *(entry.new[:40] for entry in dossier.audit),
        *(part.place.words for part in dossier.containers),
        *(str(part.chain) for part in dossier.containers),
        *(finding.words for finding in findings),
    ]

    assert [said for said in expected if squeezed(said) not in text] == []


@pytest.mark.urs("URS-76")
def test_prints_and_writes_the_same_record(dossier: Dossier) -> None:
    files = files_of(dossier)
    machine = json.loads(files[".json"])
    text = squeezed("".join(pages_of(files[".pdf"])))

    assert machine["record_sha256"] in text
    assert f"Recordversion{machine['record_version']}" in text
    assert [e["hash"] for e in machine["record"]["events"]] == [e.hash for e in dossier.events]
    assert set(machine["record"]) == {field.name for field in fields(Dossier)}


@pytest.mark.urs("URS-63")
def test_can_be_proven_from_the_machine_copy_alone(dossier: Dossier) -> None:
    machine = json.loads(files_of(dossier)[".json"])

    assert hashlib.sha256(canonical_json(machine["record"])).hexdigest() == machine["record_sha256"]


def test_changes_its_digest_with_any_value(dossier: Dossier) -> None:
    other = replace(dossier, patient="PT-1029")

    ours, theirs = (json.loads(files_of(d)[".json"])["record_sha256"] for d in (dossier, other))
    assert ours != theirs


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("-events.csv", lambda d: len(d.events)),
        ("-times-out.csv", lambda d: len(d.times_out)),
        ("-audit.csv", lambda d: len(d.audit)),
        ("-signatures.csv", lambda d: sum(len(part.under) for part in d.signatures)),
    ],
)
def test_writes_every_row_as_csv(
    dossier: Dossier, name: str, count: Callable[[Dossier], int]
) -> None:
    rows = list(csv.DictReader(StringIO(files_of(dossier)[name].decode(), newline="")))

    assert len(rows) == count(dossier)


def test_writes_every_field_of_an_event_as_csv(dossier: Dossier) -> None:
    header = files_of(dossier)["-events.csv"].decode().splitlines()[0]

    assert header.split(",") == [field.name for field in fields(EventPart)]


@pytest.mark.urs("URS-14")
@pytest.mark.urs("URS-77")
def test_is_not_there_for_a_stranger(world: World) -> None:
    with pytest.raises(NotFound):
        find_therapy_id(COI, asked_by=world.stranger)
    with pytest.raises(NotFound):
        therapy_dossier(world.therapy.pk, asked_by=world.stranger, at=AT)


@pytest.mark.urs("URS-117")
def test_never_reads_who_the_patient_is(world: World) -> None:
    with CaptureQueriesContext(connection) as queries:
        therapy_dossier(world.therapy.pk, asked_by=world.inspector, at=AT)

    assert not any("patientidentity" in query["sql"].lower() for query in queries)


def test_asks_the_database_as_often_for_three_containers_as_for_thirty(world: World) -> None:
    with CaptureQueriesContext(connection) as for_three:
        therapy_dossier(world.therapy.pk, asked_by=world.inspector, at=AT)
    register_more(world, count=27)

    with CaptureQueriesContext(connection) as for_thirty:
        dossier = therapy_dossier(world.therapy.pk, asked_by=world.inspector, at=AT)

    assert len(dossier.containers) == 30
    # the last ones: how cold all of them were kept, and each time that they were out
    assert len(for_thirty) == len(for_three) <= 54


@pytest.mark.urs("URS-112")
def test_says_how_long_each_container_was_out_and_how_warm_it_became(dossier: Dossier) -> None:
    files = files_of(dossier)
    held = json.loads(files[".json"])["record"]
    codes = [part.code for part in dossier.containers]

    assert [part["container"] for part in held["exposures"]] == codes
    assert all("no warming curve" in part["words"] for part in held["exposures"])
    assert {part["evidence"] for part in held["times_out"]} == {"Unknown"}
    printed = squeezed(" ".join(pages_of(files[".pdf"])))
    assert "Howwarmitbecameisunknown" in printed
    for part in dossier.times_out:
        assert squeezed(part.what) in printed
