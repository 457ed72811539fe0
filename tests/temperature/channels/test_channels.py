"""Channels send what they are given, to real receivers, and say in words why they do not."""

import json
from typing import Any
from urllib.parse import parse_qs

import pytest

from audit.posting import signature_of
from temperature.channels import email, sms, webhook
from temperature.channels.adapter import Message, NotTold
from temperature.channels.sms import FORM, SmsSettings
from tests.temperature.channels.servers import mail_server, receiver
from tests.temperature.feeds.servers import half_open
from tests.world import NOON

pytestmark = pytest.mark.urs("URS-110")


def message(**said: Any) -> Message:
    plain: dict[str, Any] = {"id": "alarm-7-1", "to": "+4930123456", "who": "Ada Quality"}
    words = {"subject": "Alarm 7", "text": 'ULT-01: "warm" {id} & rising', "facts": {"alarm": 7}}
    return Message(**(plain | words | {"at": NOON} | said))


def test_a_webhook_is_signed_over_time_and_body() -> None:
    with receiver() as there:
        webhook.send(webhook.WebhookSettings(url=there.url), "hush", message())

    [(headers, body)] = there.posted
    signature = signature_of(headers["X-Freezer-Timestamp"], body, "hush")
    assert headers["X-Freezer-Signature"] == f"sha256={signature}"
    event = json.loads(body)
    assert (event["id"], event["data"]["alarm"]) == ("alarm-7-1", 7)


def test_a_gateway_gets_its_template_filled_in_so_that_nothing_breaks_out_of_it() -> None:
    with receiver() as there:
        sms.send(SmsSettings(url=there.url), "token", message())
        form = SmsSettings(
            url=there.url,
            content_type=FORM,
            template="To={to}&Body={text}&Ref={id}",
            authorisation="basic",
        )
        sms.send(form, "dXNlcg==", message())

    (headers, body), (of_form, form_body) = there.posted
    told = json.loads(body)
    assert (told["to"], told["id"]) == ("+4930123456", "alarm-7-1")
    assert told["text"] == 'Alarm 7. ULT-01: "warm" {id} & rising'
    assert headers["Authorization"] == "Bearer token"
    assert of_form["Authorization"] == "Basic dXNlcg=="
    assert parse_qs(form_body.decode())["Body"] == [told["text"]]


def test_a_mail_goes_through_a_server_that_is_asked_first_whether_it_works() -> None:
    with mail_server() as there:
        settings = email.EmailSettings(host="127.0.0.1", port=there.port)
        email.beat(settings, "")
        assert "NOOP" in there.commands
        assert there.mails == []
        email.send(settings, "", message(to="ada@example.org"))

    [mail] = there.mails
    assert "<alarm-7-1@freezer-inventory>" in mail
    assert "ULT-01" in mail


@pytest.mark.parametrize(
    ("status", "own", "works"),
    [(405, False, True), (503, False, False), (405, True, False), (204, True, True)],
)
def test_a_heartbeat_sends_nobody_anything(status: int, own: bool, works: bool) -> None:
    with receiver() as there:
        there.status = status
        heartbeat = there.url if own else ""
        settings = webhook.WebhookSettings(url=there.url, heartbeat_url=heartbeat)
        try:
            webhook.beat(settings, "hush")
        except NotTold:
            assert not works
        else:
            assert works

    assert there.posted == []


def test_says_why_it_was_not_taken_and_follows_nobody_elsewhere() -> None:
    with receiver() as there:
        there.status = 302
        with pytest.raises(NotTold, match="answered 302"):
            webhook.send(webhook.WebhookSettings(url=there.url), "hush", message())
    with pytest.raises(NotTold, match="cannot be reached"):
        webhook.send(webhook.WebhookSettings(url=there.url), "hush", message())
    with pytest.raises(NotTold, match="mail server cannot be reached"):
        email.beat(email.EmailSettings(host="127.0.0.1", port=1), "")
    with pytest.raises(NotTold, match="no secret"):
        webhook.send(webhook.WebhookSettings(url=there.url), "", message())
    with pytest.raises(NotTold, match="no message that can be sent"):
        email.send(email.EmailSettings(), "", message(to="a@example.org", subject="a\nBcc: b"))


def test_waits_for_nobody_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("temperature.channels.over_http.DEADLINE_SECONDS", 0.2)
    with half_open() as url, pytest.raises(NotTold, match="did not answer in full"):
        webhook.beat(webhook.WebhookSettings(url=url), "hush")


@pytest.mark.urs("URS-28")
def test_keeps_away_from_where_machines_keep_credentials() -> None:
    with pytest.raises(ValueError, match="must begin with https"):
        SmsSettings(url="file:///etc/passwd")
    with pytest.raises(ValueError, match="must hold"):
        SmsSettings(url="http://127.0.0.1", template="{to}")
