"""Sending over HTTP for channels, under the limits that sources of readings are asked with."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field, field_validator

from temperature.channels.adapter import NotTold
from temperature.feeds.adapter import FeedFailed, Settings
from temperature.feeds.http_client import Request, fault_of_address, status_of

CONNECT_SECONDS, DEADLINE_SECONDS = 5.0, 10.0
BROKEN = 500


class HttpSettings(Settings):
    """Where messages go, and where it can be looked whether they would be taken."""

    url: str = Field(title="Address that takes the messages", max_length=500)
    heartbeat_url: str = Field(
        default="",
        title="Address that says whether it works",
        description="Empty: it is looked whether anybody answers at the first one.",
        max_length=500,
    )

    @field_validator("url", "heartbeat_url")
    @classmethod
    def _is_an_address(cls, url: str, field: Any) -> str:
        fault = fault_of_address(url) if url or field.field_name == "url" else ""
        if fault:
            raise ValueError(fault)
        return url


def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> None:
    """
    Post a body.

    Raises NotTold: it was not taken; a redirect is none of our receivers.
    """
    status = _status(Request(url, headers=headers, method="POST", body=body))
    if not 200 <= status < 300:
        raise NotTold(f"It answered {status} and did not take the message.")


def look(url: str, *, headers: Mapping[str, str], is_for_it: bool) -> None:
    """
    Look whether somebody answers at an address.

    is_for_it: the address is there to be looked at, so it must answer that all is well; any other
    address may refuse to be looked at, and works all the same.
    Raises NotTold: nobody answers, or what answers is broken.
    """
    status = _status(Request(url, headers=headers, method="GET" if is_for_it else "HEAD"))
    if status >= BROKEN or (is_for_it and not 200 <= status < 300):
        raise NotTold(f"It answered {status} when it was tried.")


def _status(request: Request) -> int:
    try:
        return status_of(
            request, connect_seconds=CONNECT_SECONDS, deadline_seconds=DEADLINE_SECONDS
        )
    except FeedFailed as failed:
        raise NotTold(failed.words) from failed
