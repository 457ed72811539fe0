"""Sources of readings on screen, and files of readings that people bring."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from audit.errors import ActionRefused
from audit.models import Change
from temperature.feeds.adapter import Settings
from temperature.feeds.registry import adapters
from temperature.models import Feed, FeedKind, FeedState, Intake, Reading, WaitingFile
from tests.factories.temperature import FeedFactory, ProbeFactory
from tests.temperature.feeds.servers import answering, sends
from tests.web.views.test_configure import desk_of, signed
from tests.world import NOON, World
from web.forms.by_settings import CREDENTIALS, put_under_seal
from web.forms.feeds import FeedForm

SETTINGS = {"time_header": "Time", "zone": "UTC", "columns": [{"header": "T", "channel": "TP"}]}
FILE = b"Time,T\n2026-11-20 11:00:00,-80.1\nnoon,-80\n2026-11-20 11:01:00,-79.9\n"


@pytest.fixture
def loggers(world: World) -> Feed:
    """Return a source of logger files at the world's site, with one probe."""
    feed: Feed = FeedFactory.create(
        site=world.site, name="Loggers", kind=FeedKind.LOGGER_FILE, settings=SETTINGS
    )
    ProbeFactory.create(feed=feed, channel="TP")
    return feed


@pytest.mark.parametrize("kind", sorted(adapters()))
def test_every_kind_has_its_sheet(world: World, kind: str) -> None:
    page = desk_of(world.admin).get(f"/configure/feeds/add/{kind}/")

    assert page.status_code == 200
    for name in names_in(adapters()[FeedKind(kind)].settings):
        assert f'name="setting_{name}"' in page.text


def names_in(model: type[Settings], within: str = "") -> list[str]:
    """Return the names of a model's settings; those of one within another after its own."""
    found: list[str] = []
    for name, info in model.model_fields.items():
        inner = info.annotation
        is_model = isinstance(inner, type) and issubclass(inner, Settings)
        found += names_in(inner, f"{within}{name}.") if is_model else [within + name]  # type: ignore[arg-type] # it is
    return found


@pytest.mark.parametrize("kind", sorted(adapters()))
def test_no_setting_is_called_by_its_name_alone(kind: str) -> None:
    model = adapters()[FeedKind(kind)].settings

    assert [name for name, info in model.model_fields.items() if not info.title] == []


MODBUS = {
    "name": "Controller", "every": 60, "setting_host": "127.0.0.1", "setting_port": 502,
    "setting_device_id": 1, "setting_map_name": "CryoLine 400", "setting_map_version": "3",
    "setting_answer_seconds": 3, "setting_deadline_seconds": 15,
}  # fmt: skip


def row(number: int, **said: str) -> dict[str, str]:
    """Fill in one row of the map of registers, its choices as they stand in a new one."""
    plain = {"channel": "", "address": "", "function": "holding", "type": "int16", "scale": ""}
    cells = plain | {"word_order": "big", "offset": "", "no_reading": "", "unit": "C"} | said
    return {f"setting_registers-{number}-{name}": value for name, value in cells.items()}


@pytest.mark.urs("URS-28")
def test_a_map_is_filled_in_row_by_row(world: World) -> None:
    desk = desk_of(world.admin)
    first = row(0, channel="TP-1", address="1328", type="int32", scale="0.1", no_reading="-1; -2")
    entered = MODBUS | {"site": world.site.pk} | first | row(1) | row(4, channel="L", address="9")

    made = desk.post("/configure/feeds/add/modbus_tcp/", signed(world, **entered))

    assert made.status_code == 302, made.text
    feed = Feed.objects.get(name="Controller")
    registers = feed.settings["registers"]
    assert [(one["channel"], one["address"], one["scale"]) for one in registers] == [
        ("TP-1", 1328, 0.1),
        ("L", 9, 1),
    ]
    assert registers[0]["no_reading"] == [-1, -2]
    page = desk.get(f"/configure/feeds/{feed.pk}/change/").text
    for cell in ('name="setting_registers-0-channel" value="TP-1"', 'value="-1; -2"'):
        assert cell in page
    assert 'name="setting_registers-4-channel" value=""' in page, "three rows to fill in"


@pytest.mark.urs("URS-28")
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (row(1, channel="L", address="far"), "Row 2, Address: write a whole number."),
        (row(1, channel="L"), "Row 2, Address: it is missing."),
        (row(1, channel="L", address="9", function="coil"), "Row 2, a coil or discrete input"),
        ({"setting_registers": "[{"}, "no JSON"),
        ({"setting_registers": "{}"}, "no list of rows"),
        ({"setting_registers": "[3]"}, "no list of rows"),
        (
            {"setting_registers": '[{"channel": "L", "address": 1, "odd": 2}]'},
            "Row 1, odd: there is no ",
        ),
    ],
)
def test_says_which_row_and_part_of_a_map_cannot_be_read(
    world: World, wrong: dict[str, str], words: str
) -> None:
    entered = MODBUS | {"site": world.site.pk} | row(0, channel="TP-1", address="1328") | wrong

    answer = desk_of(world.admin).post("/configure/feeds/add/modbus_tcp/", signed(world, **entered))

    assert answer.status_code == 422
    assert words in answer.text
    assert not Feed.objects.exists()


@pytest.mark.urs("URS-28")
def test_a_map_may_be_pasted_whole(world: World) -> None:
    pasted = '[{"channel": "TP-9", "address": 7, "no_reading": [-32768]}]'
    entered = MODBUS | {"site": world.site.pk, "setting_registers": pasted} | row(0)

    made = desk_of(world.admin).post("/configure/feeds/add/modbus_tcp/", signed(world, **entered))

    assert made.status_code == 302, made.text
    [register] = Feed.objects.get().settings["registers"]
    assert (register["channel"], register["no_reading"]) == ("TP-9", [-32768])


def test_the_profile_of_a_folder_is_filled_in_as_settings_of_its_own(world: World) -> None:
    entered = {
        "site": world.site.pk, "name": "Loggers", "every": 60, "setting_folder": "tank",
        "setting_settle_seconds": 10, "setting_profile.separator": "auto",
        "setting_profile.decimal": ".", "setting_profile.encoding": "auto",
        "setting_profile.time_header": "Time", "setting_profile.time_format": "iso",
        "setting_profile.columns-0-header": "T", "setting_profile.columns-0-channel": "TP-1",
        "setting_profile.columns-0-unit": "F", "setting_profile.no_reading": "-\nn/a",
    }  # fmt: skip

    made = desk_of(world.admin).post("/configure/feeds/add/drop_folder/", signed(world, **entered))

    assert made.status_code == 302, made.text
    profile = Feed.objects.get().settings["profile"]
    assert profile["columns"] == [{"header": "T", "channel": "TP-1", "unit": "F"}]
    assert profile["no_reading"] == ["-", "n/a"]


@pytest.mark.urs("URS-28")
def test_refuses_a_source_without_the_secret_that_it_sends(world: World) -> None:
    desk = desk_of(world.admin)
    entered = {
        "site": world.site.pk, "name": "Gateway", "every": 60, "secret": "",
        "setting_url": "http://127.0.0.1:1/", "setting_authorisation": "bearer",
        "setting_header": "X-API-Key", "setting_channel": "channel", "setting_time": "at",
        "setting_value": "value", "setting_time_format": "iso", "setting_unit": "C",
        "setting_connect_seconds": 5, "setting_deadline_seconds": 5,
    }  # fmt: skip

    for secret, words in (("", "no secret that can be sent"), ("käse", "plain letters, digits")):
        entered["secret"] = secret
        answer = desk.post("/configure/feeds/add/http_json/", signed(world, **entered))
        assert answer.status_code == 409
        assert words in answer.text
        assert not Feed.objects.exists()

    without = entered | {"secret": "", "setting_authorisation": "none"}
    assert desk.post("/configure/feeds/add/http_json/", signed(world, **without)).status_code == 302
    feed = Feed.objects.get()
    answer = desk.post(
        f"/configure/feeds/{feed.pk}/change/", signed(world, **entered | {"secret": ""})
    )
    assert answer.status_code == 409
    assert "no secret that can be sent" in answer.text


@pytest.mark.urs("URS-28")
def test_adds_tests_and_changes_a_source_and_never_shows_its_secret(world: World) -> None:
    desk = desk_of(world.admin)
    body = '[{"channel": "TP", "at": "2026-11-20T12:00:00Z", "value": -80.5}]'
    with answering(sends(body)) as url:
        entered = {
            "site": world.site.pk, "name": "Gateway", "every": 60, "secret": "not-to-be-seen",
            "setting_url": url, "setting_authorisation": "bearer", "setting_header": "X-API-Key",
            "setting_channel": "channel", "setting_time": "at", "setting_value": "value",
            "setting_time_format": "iso", "setting_unit": "C", "setting_connect_seconds": 5,
            "setting_deadline_seconds": 5,
        }  # fmt: skip
        answer = desk.post("/configure/feeds/add/http_json/", signed(world, **entered))
        assert answer.status_code == 302, answer.text
        feed = Feed.objects.get(name="Gateway")
        unclaimed = desk.post(f"/configure/feeds/{feed.pk}/test/").text
        assert "What no probe claims yet" in unclaimed
        assert '<td data-label="Value" class="number">-80.5</td>' in unclaimed
        assert "What is refused" not in unclaimed
        ProbeFactory.create(feed=feed, channel="TP")

        tested = desk.post(f"/configure/feeds/{feed.pk}/test/")
        assert "-80.5" in tested.text
        assert "What no probe claims yet" not in tested.text
        assert not Reading.objects.exists()

    entered |= {"every": 120, "secret": ""}
    answer = desk.post(f"/configure/feeds/{feed.pk}/change/", signed(world, **entered))
    assert answer.status_code == 302, answer.text
    shown = desk.post(f"/configure/feeds/{feed.pk}/test/")
    assert "cannot be reached" in shown.text
    pages = [desk.get(path).text for path in
             ("/configure/feeds/", f"/configure/feeds/{feed.pk}/",
              f"/configure/feeds/{feed.pk}/change/")]  # fmt: skip
    assert "120 s" in pages[1]
    assert not any("not-to-be-seen" in page for page in [*pages, tested.text, shown.text])


def test_a_secret_waits_encrypted_while_somebody_signs_elsewhere(settings: Any) -> None:
    waiting = put_under_seal("not-to-be-seen")

    assert "not-to-be-seen" not in waiting
    form = form_of({CREDENTIALS: waiting})
    assert form.secret == "not-to-be-seen"
    settings.FEED_KEY = ["another"]
    with pytest.raises(ActionRefused):
        assert form.secret
    settings.FEED_KEY = []
    assert CREDENTIALS in form_of({CREDENTIALS: "new"}).errors


def form_of(entered: dict[str, str]) -> FeedForm:
    """Return the form of a source that is asked over HTTP."""
    adapter = adapters()[FeedKind.HTTP_JSON]
    form = FeedForm(entered, adapter=adapter, kept={}, sites=[], accounts=[])
    form.is_valid()
    return form


def test_says_which_setting_cannot_work(world: World) -> None:
    entered = {"site": world.site.pk, "name": "G", "every": 60, "setting_url": "file:///etc"}

    answer = desk_of(world.admin).post("/configure/feeds/add/http_json/", signed(world, **entered))

    assert answer.status_code in {409, 422}
    assert not Feed.objects.exists()


def bring(world: World, feed: Feed, content: bytes = FILE) -> tuple[Client, Any]:
    """Bring a file as the technician."""
    desk = desk_of(world.technician)
    file = SimpleUploadedFile("tank 1.csv", content)
    return desk, desk.post("/temperature/files/", {"feed": feed.pk, "file": file})


@pytest.mark.urs("URS-06", "URS-111")
def test_a_file_is_shown_before_it_is_stored_under_the_name_of_who_brought_it(
    world: World, loggers: Feed
) -> None:
    FeedState.objects.create(feed=loggers, next_at=NOON)
    desk, answer = bring(world, loggers)
    waiting = answer["Location"]
    page = desk.get(waiting)
    assert "line 3" in page.text
    assert not Reading.objects.exists()
    assert desk_of(world.witness).get(waiting).status_code == 404

    stored = desk.post(waiting, {"reason": "Week 47"}, follow=True)

    intake = Intake.objects.get()
    assert intake.digest in stored.text
    assert FeedState.objects.get(feed=loggers).heard_at == intake.received_at
    assert (intake.stored, intake.refused, bytes(intake.original or b"")) == (2, 1, FILE)
    change = Change.objects.get(pk=intake.change_id)
    assert (change.actor_id, change.reason) == (world.technician.pk, "Week 47")
    assert not WaitingFile.objects.exists()
    assert desk.post(waiting, {"reason": "Again"}).status_code == 404


def test_a_file_that_is_not_the_one_is_refused_before_it_waits(world: World, loggers: Feed) -> None:
    for content in (b"", b"\xff\xfe\x00", b"When,T\n1,2\n", b"Time,T\n"):
        _, answer = bring(world, loggers, content)

        assert answer.status_code in {409, 422}, content
    assert not WaitingFile.objects.exists()


def test_files_of_other_sites_are_not_offered(world: World, loggers: Feed) -> None:
    elsewhere = FeedFactory.create(kind=FeedKind.LOGGER_FILE, settings=SETTINGS)

    _, answer = bring(world, elsewhere)

    assert answer.status_code == 422
    assert loggers.name in answer.text
    assert elsewhere.name not in answer.text


def test_the_command_shows_first_and_stores_each_reading_once(
    loggers: Feed, tmp_path: Path
) -> None:
    file = tmp_path / "tank 1.csv"
    file.write_bytes(FILE)

    def say(*more: str) -> str:
        out = StringIO()
        call_command("import_readings", str(file), "--feed", loggers.name, *more, stdout=out)
        return out.getvalue()

    assert "2 readings would be stored" in say("--dry-run")
    assert not Intake.objects.exists()
    assert "2 readings stored, 0 known already, 1 rows refused" in say()
    assert "0 readings stored, 2 known already" in say()
    with pytest.raises(CommandError, match="dry-run only"):
        say("--profile", str(file))
    file.write_bytes(b"")
    with pytest.raises(CommandError, match="The file is empty"):
        say()


def test_a_form_that_was_refused_keeps_three_empty_rows(world: World) -> None:
    desk = desk_of(world.admin)
    entered = MODBUS | {"site": world.site.pk} | row(0, channel="L", address="far")
    entered |= {name: value for number in (1, 2, 3) for name, value in row(number).items()}

    answer = desk.post("/configure/feeds/add/modbus_tcp/", signed(world, **entered)).text

    assert 'name="setting_registers-3-channel"' in answer
    assert 'name="setting_registers-4-channel"' not in answer


def test_what_is_missing_is_named_beside_the_signature(world: World) -> None:
    entered = MODBUS | {"name": ""} | row(0, channel="L", address="9")

    answer = desk_of(world.admin).post("/configure/feeds/add/modbus_tcp/", signed(world, **entered))

    assert answer.status_code == 422
    assert "<li>Name: this field is required.</li>" in answer.text
    assert "<li>This field is required.</li>" not in answer.text


@pytest.mark.urs("URS-28")
def test_the_page_of_a_source_shows_its_map_as_a_table(world: World) -> None:
    feed = FeedFactory.create(
        kind=FeedKind.MODBUS_TCP,
        settings={
            "map_name": "Cryo",
            "registers": [{"channel": "TP-1", "address": 7, "scale": 0.1, "no_reading": [-1.0]}],
        },
    )

    page = desk_of(world.admin).get(f"/configure/feeds/{feed.pk}/").text

    assert "Map of the registers" in page
    assert '<td data-label="Address">7</td>' in page
    assert '<td data-label="Scale">0.1</td>' in page
    assert "&quot;channel&quot;" not in page
