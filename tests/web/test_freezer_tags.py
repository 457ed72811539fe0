"""Times, ages, durations, temperatures and codes look one way everywhere."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from web.icons import IconMissing
from web.templatetags import freezer

AT = datetime(2026, 3, 4, 13, 5, 12, tzinfo=UTC)


@pytest.mark.urs("URS-71")
@pytest.mark.parametrize(
    ("precision", "shown"),
    [
        ("seconds", "2026-03-04 14:05:12+01:00"),
        ("minutes", "2026-03-04 14:05+01:00"),
        ("clock", "14:05:12+01:00"),
        ("date", "2026-03-04"),
    ],
)
def test_shows_local_time_with_its_offset(precision: str, shown: str) -> None:
    with timezone.override(ZoneInfo("Europe/Amsterdam")):
        html = freezer.local_time(AT, precision)

    assert f">{shown}</time>" in html
    assert 'title="2026-03-04T13:05:12+00:00"' in html


def test_shows_an_offset_that_is_not_whole_hours() -> None:
    with timezone.override(ZoneInfo("Asia/Kolkata")):
        assert ">2026-03-04 18:35:12+05:30<" in freezer.local_time(AT)


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(0), "0 s ago"),
        (timedelta(seconds=40), "40 s ago"),
        (timedelta(seconds=119), "119 s ago"),
        (timedelta(minutes=2), "2 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(days=22), "3 weeks ago"),
        (timedelta(days=100), "3 months ago"),
        (timedelta(days=800), "2 years ago"),
        (-timedelta(minutes=5), "in 5 min"),
    ],
)
def test_says_how_long_ago_in_one_unit(passed: timedelta, words: str) -> None:
    assert f">{words}</time>" in freezer.ago(AT - passed, AT)


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (timedelta(seconds=38), "0:38"),
        (timedelta(minutes=30), "30:00"),
        (timedelta(hours=1, minutes=2, seconds=30), "1:02:30"),
        (timedelta(days=2, seconds=5), "2 d 00:00:05"),
        (timedelta(seconds=-38), "\N{MINUS SIGN}0:38"),
    ],
)
def test_shows_a_duration_in_minutes_and_seconds(length: timedelta, shown: str) -> None:
    assert freezer.duration(length) == shown


def test_shows_a_temperature_with_a_true_minus_and_its_unit() -> None:
    assert freezer.celsius(Decimal("-152.4")) == "\N{MINUS SIGN}152.4\N{NARROW NO-BREAK SPACE}°C"


def test_says_that_something_is_missing_instead_of_showing_nothing() -> None:
    assert freezer.local_time(None) == "not recorded"
    assert freezer.ago(None) == "never"
    assert freezer.duration(None) == "unknown"
    assert freezer.celsius(None) == "not measured"


def test_stresses_the_last_four_characters() -> None:
    assert freezer.stress("CHA9990260004AX") == (
        '<span class="code">CHA99902600<b class="code-end">04AX</b></span>'
    )


def test_escapes_what_a_code_contains() -> None:
    assert "<script" not in freezer.stress("<script>alert(1)</script>")


def test_draws_an_icon_hidden_from_screen_readers_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in freezer.icon("scan")
    assert 'role="img" aria-label="Scan &lt;it&gt;"' in freezer.icon("scan", "Scan <it>")


@pytest.mark.parametrize("name", ["no-such-icon", "../../package"])
def test_refuses_an_icon_that_does_not_exist(name: str) -> None:
    with pytest.raises(IconMissing):
        freezer.icon(name)


@pytest.mark.parametrize(
    ("label", "words"), [("Retain sample", "retain sample"), ("QC sample", "QC sample"), ("", "")]
)
def test_writes_a_label_inside_a_sentence(label: str, words: str) -> None:
    assert freezer.in_sentence(label) == words


@pytest.mark.urs("URS-103")
def test_shows_the_last_day_of_use_wherever_it_is_read() -> None:
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        shown = freezer.last_day(datetime(2028, 3, 3, tzinfo=UTC))

    assert ">2028-03-02</time>" in shown
    assert 'title="expired from 2028-03-03T00:00:00+00:00 on"' in shown


@pytest.mark.urs("URS-29")
@pytest.mark.parametrize(
    ("code", "other", "shown"),
    [
        ("A999-046-001", "A999-118-001", 'A999-<b class="code-end">046</b>-001'),
        ("A999-046-001", "A999-046-002", 'A999-046-00<b class="code-end">1</b>'),
        ("A999-046-0011", "A999-046-001", 'A999-046-001<b class="code-end">1</b>'),
        ("A999-046-001", "A999-046-001", 'A999-046<b class="code-end">-001</b>'),
        ("RK-000001-*", "the box", 'RK-0000<b class="code-end">01-*</b>'),
    ],
)
def test_stresses_where_two_codes_differ(code: str, other: str, shown: str) -> None:
    assert shown in freezer.unlike(code, other)
