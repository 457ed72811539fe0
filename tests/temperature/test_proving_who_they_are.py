"""Who does not prove who they are gets nothing from us, and nothing is believed of them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socket import create_server, socket
from ssl import SSLContext
from threading import Thread

import pytest

from temperature.channels import email, sms, webhook
from temperature.channels.adapter import Message, NotTold
from temperature.channels.sms import SmsSettings
from temperature.channels.webhook import WebhookSettings
from temperature.feeds.adapter import Ask, FeedFailed
from temperature.feeds.http_json import read
from temperature.feeds.http_settings import HttpJsonSettings
from tests.authorities import DAY, ELSEWHERE, Authority, authority
from tests.temperature.channels.servers import mail_server
from tests.temperature.feeds.servers import answering, sends
from tests.world import NOON

pytestmark = pytest.mark.urs("URS-28", "URS-110")

MESSAGE = Message(
    id="alarm-7-1", to="a@example.org", who="Ada", subject="Alarm", text="Warm", at=NOON, facts={}
)
Using = Callable[[str], object]


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """Return the only authority that this machine trusts."""
    made = authority(tmp_path, "trusted")
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    return made


def expired(by: Authority) -> SSLContext:
    return by.server(until=datetime.now(UTC) - DAY)


def of_another_name(by: Authority) -> SSLContext:
    return by.server(named=ELSEWHERE)


def by_nobody_known(by: Authority) -> SSLContext:
    return authority(by.folder, "unknown").server()


def asks(url: str, *, seconds: float = 15) -> None:
    settings = HttpJsonSettings.model_validate({"url": url, "deadline_seconds": seconds})
    next(read(settings, Ask(secret="hush", channels=frozenset(["TP"]), at=NOON)))


def posts(url: str) -> None:
    webhook.send(WebhookSettings(url=url), "hush", MESSAGE)


def beats(url: str) -> None:
    webhook.beat(WebhookSettings(url=url), "hush")


def texts(url: str) -> None:
    sms.send(SmsSettings(url=url), "hush", MESSAGE)


WRONG = pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (expired, "certificate has expired"),
        (of_another_name, "IP address mismatch"),
        (by_nobody_known, "unable to get local issuer certificate"),
    ],
)
OVER_HTTP = pytest.mark.parametrize("using", [asks, posts, beats, texts])


@OVER_HTTP
def test_who_proves_it_is_believed(using: Using, trusted: Authority) -> None:
    with answering(sends("[]"), tls=trusted.server()) as url:
        using(url)


@OVER_HTTP
@WRONG
def test_who_does_not_gets_not_a_byte(
    using: Using, wrong: Callable[[Authority], SSLContext], why: str, trusted: Authority
) -> None:
    heard: list[str] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        heard.append(handler.path)
        sends("[]")(handler)

    with (
        answering(answer, tls=wrong(trusted)) as url,
        pytest.raises((FeedFailed, NotTold)) as failed,
    ):
        using(url)

    assert f"does not prove who it is (TLS: {why}" in str(failed.value)
    assert heard == []


@OVER_HTTP
def test_who_speaks_no_tls_at_all_is_not_believed(using: Using) -> None:
    with (
        answering(sends("[]")) as url,
        pytest.raises((FeedFailed, NotTold), match="does not speak TLS"),
    ):
        using(url.replace("http:", "https:"))


def test_mail_goes_to_a_server_that_proves_who_it_is(trusted: Authority) -> None:
    with mail_server(trusted.server()) as there:
        settings = email.EmailSettings(host="127.0.0.1", port=there.port, use_tls=True)
        email.send(settings, "", MESSAGE)

    assert len(there.mails) == 1


@WRONG
def test_no_mail_goes_to_one_that_does_not(
    wrong: Callable[[Authority], SSLContext], why: str, trusted: Authority
) -> None:
    del why
    with mail_server(wrong(trusted)) as there:
        settings = email.EmailSettings(host="127.0.0.1", port=there.port, use_tls=True)
        with pytest.raises(NotTold, match="does not prove who it is"):
            email.send(settings, "", MESSAGE)

    assert there.mails == []
    assert there.commands[-1] == "STAR"


@pytest.mark.urs("URS-108")
@pytest.mark.parametrize("using", [partial(asks, seconds=1), posts, beats, texts])
def test_a_handshake_that_never_ends_does(using: Using, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("temperature.channels.over_http.DEADLINE_SECONDS", 1)
    with dribbling() as url:
        began = time.monotonic()
        with pytest.raises((FeedFailed, NotTold), match="did not answer in full within"):
            using(url)
        assert time.monotonic() - began < 4


@contextmanager
def dribbling() -> Iterator[str]:
    """Begin a record of TLS and send one byte of it now and then."""
    with create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            line, _ = listening.accept()
            _dribble(line)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(2)


def _dribble(line: socket) -> None:
    with line:
        try:
            line.sendall(bytes([22, 3, 3, 64, 0]))
            for _ in range(100):
                time.sleep(0.1)
                line.sendall(b"\x02")
        except OSError:
            return
