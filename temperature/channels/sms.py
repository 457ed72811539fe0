"""An SMS gateway: whatever it wants to be told over HTTP, by a template."""

import json
from typing import Final, Literal
from urllib.parse import quote_plus

from pydantic import Field, field_validator

from temperature.channels.adapter import Message, NotTold, Way
from temperature.channels.over_http import HttpSettings, look, post
from temperature.models import ChannelKind

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
LONGEST_TEXT = 320  # two messages of a phone


class SmsSettings(HttpSettings):
    """Where the gateway is, how it knows us, and what it wants to be sent."""

    url: str = Field(
        title="Address of the gateway",
        description="Such as https://sms.example/send.",
        max_length=500,
    )
    content_type: Literal["application/json", "application/x-www-form-urlencoded"] = Field(
        default=JSON, title="How the body is written"
    )
    template: str = Field(
        default='{"to": "{to}", "text": "{text}", "id": "{id}"}',
        title="What is sent",
        description="{to}, {text} and {id} are filled in as that form demands.",
        max_length=2000,
    )
    authorisation: Literal["none", "bearer", "basic", "header"] = Field(
        default="bearer", title="How the secret is sent"
    )
    header: str = Field(
        default="X-API-Key",
        title="Name of that header",
        description="Only for “header”.",
        pattern=r"^[A-Za-z0-9-]{1,60}$",
    )

    @field_validator("template")
    @classmethod
    def _says_whom_and_what(cls, template: str) -> str:
        if "{to}" not in template or "{text}" not in template:
            raise ValueError("it must hold {to} and {text}")
        return template


def send(settings: SmsSettings, secret: str, message: Message) -> None:
    """
    Hand a message to the gateway; that it was taken does not say that the phone rang.

    Raises NotTold.
    """
    text = f"{message.subject}. {message.text}"[:LONGEST_TEXT]
    body = filled(settings, {"to": message.to, "text": text, "id": message.id})
    headers = {"Content-Type": settings.content_type, **_authorisation(settings, secret)}
    post(settings.url, body=body.encode(), headers=headers)


def filled(settings: SmsSettings, said: dict[str, str]) -> str:
    """Return the body with everything filled in, so written that it cannot end what it is in."""
    is_form = settings.content_type == FORM
    pieces = settings.template
    for name, value in said.items():
        written = quote_plus(value) if is_form else json.dumps(value)[1:-1]
        # a value that looks like another name must stay what it is
        pieces = pieces.replace(
            f"{{{name}}}", written.replace("{", "%7B" if is_form else "\\u007b")
        )
    return pieces


def beat(settings: SmsSettings, secret: str) -> None:
    """Look whether the gateway answers. Raises NotTold."""
    own = settings.heartbeat_url
    headers = _authorisation(settings, secret) if own else {}
    look(own or settings.url, headers=headers, is_for_it=bool(own))


def _authorisation(settings: SmsSettings, secret: str) -> dict[str, str]:
    if settings.authorisation == "none":
        return {}
    if not secret or not secret.isascii() or not secret.isprintable():
        raise NotTold("It has no secret that can be sent. Enter one, or send none.")
    if settings.authorisation == "header":
        return {settings.header: secret}
    return {"Authorization": f"{settings.authorisation.capitalize()} {secret}"}


WAY = Way(
    kind=ChannelKind.SMS,
    settings=SmsSettings,
    send=send,
    beat=beat,
    credentials="Token, key, or base64 of user:password",
)
