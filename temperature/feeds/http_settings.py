"""What a source over HTTP is asked, who we are there, and where in its answer the readings are."""

import json
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, field_validator

from temperature.feeds.adapter import Settings
from temperature.feeds.http_client import fault_of_address
from temperature.feeds.times import Pattern, ZoneName
from temperature.feeds.values import OF_CONTACTS, Contacts

KEY = "@key"
"""Stands for the name of a list, where that is its channel."""
NAMES = ("{since}", "{now}", "{channels}")
Seconds = Annotated[float, Field(ge=1, le=30)]
Path = Annotated[str, Field(max_length=100)]


class HttpJsonSettings(Settings):
    """Where to ask, who we are, and where in the answer a reading's parts are."""

    url: str = Field(
        title="Address to ask",
        description="Such as "
        "https://logger.example/api?from={since}&to={now}&channels={channels}: "
        "{since} and {now} become epoch seconds, {channels} the channels with "
        "commas.",
        max_length=500,
    )
    post: str = Field(
        "",
        title="JSON to post to it",
        description="Empty where it is just asked (GET); else such as "
        '{"ids": [{channels}], "from": {since}, "to": {now}}.',
        max_length=1000,
    )
    authorisation: Literal["none", "bearer", "header"] = Field(
        "bearer",
        title="How the secret is sent",
        description="“bearer” as a token, “header” under a name of its own, “none” not at all.",
    )
    header: str = Field(
        "X-API-Key",
        title="Name of that header",
        description="Only for “header”.",
        pattern=r"^[A-Za-z0-9-]{1,60}$",
    )
    list_path: Path = Field(
        "",
        title="Where the list of channels is",
        description="Path in the answer, such as data or data.locations; empty where the "
        "answer is the list.",
    )
    points_path: Path = Field(
        "",
        title="Where a channel keeps its readings",
        description="Path from an entry of the list, such as attributes.samples; empty where "
        "each entry is one reading.",
    )
    channel: Path = Field(
        "channel",
        title="Where the name of the channel is",
        description="Path from an entry, such as id; @key where the list is named by channel.",
    )
    time: Path = Field(
        "at",
        title="Where the time of a reading is",
        description="Path from a reading, such as t or measured_at.",
    )
    value: Path = Field(
        "value",
        title="Where its value is",
        description="Path from a reading, such as v or temperature.",
    )
    status: Path = Field(
        "",
        title="Where its status is",
        description="Path from a reading, such as s; empty where there is none.",
    )
    good: list[str] = Field(
        ["ok", "0", "good", "normal"],
        title="Statuses without a fault",
        description="One a line; every other status marks the reading as faulty.",
    )
    time_format: Pattern = Field(
        "iso",
        title="How times are written",
        description="iso, epoch, epoch_ms, or a pattern such as %Y-%m-%d %H:%M:%S.",
    )
    zone: ZoneName = Field(
        "",
        title="Time zone of its times",
        description="Such as Europe/Zurich; empty where each time says its own.",
    )
    unit: Literal["C", "F", "K", "%"] = Field("C", title="Unit of the values")
    contacts: Contacts = Field([], title="Contacts", description=OF_CONTACTS)
    connect_seconds: Seconds = Field(5, title="Longest to reach it, in seconds")
    deadline_seconds: Seconds = Field(15, title="Longest for all of it, in seconds")

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        if fault := fault_of_address(url):
            raise ValueError(fault)
        return url

    @field_validator("post")
    @classmethod
    def _is_json(cls, post: str) -> str:
        try:
            json.loads(filled(post, dict.fromkeys(NAMES, "1")) or "{}")
        except ValueError as fault:
            raise ValueError("it is no JSON when its {names} are filled in") from fault
        return post

    @property
    def reaches_back(self) -> bool:
        """Whether it can be asked from a time on."""
        return "{since}" in self.url + self.post


def filled(text: str, said: Mapping[str, str]) -> str:
    """Put what each of `NAMES` stands for into an address or a body."""
    for name, value in said.items():
        text = text.replace(name, value)
    return text
