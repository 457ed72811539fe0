"""E-mail, by the portal's own mail server or by another one."""

from collections.abc import Iterator
from contextlib import contextmanager
from smtplib import SMTPException
from ssl import SSLCertVerificationError

from django.conf import settings as portal
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from pydantic import Field

from temperature.channels.adapter import Message, NotTold, Way
from temperature.feeds.adapter import Settings
from temperature.models import ChannelKind

PATIENCE_SECONDS = 10
WELL = range(200, 400)


class EmailSettings(Settings):
    """Which mail server; none: the one that the portal sends everything by."""

    host: str = Field(
        default="",
        title="Mail server",
        description="Name or IP address. Empty: the one that the portal sends everything by.",
        max_length=200,
    )
    port: int = Field(
        default=25,
        title="Port of that server",
        description="25, or 587 where it asks for a user.",
        ge=1,
        le=65535,
    )
    user: str = Field(
        default="",
        title="User there",
        description="Only where the server asks for one.",
        max_length=200,
    )
    use_tls: bool = Field(default=False, title="Encrypt before anything is sent (STARTTLS)")


def send(settings: EmailSettings, secret: str, message: Message) -> None:
    """
    Hand a message to the mail server; that it was taken does not say that it was read.

    Raises NotTold.
    """
    with _in_words(), _line(settings, secret) as line:
        EmailMessage(
            subject=message.subject,
            body=message.text,
            from_email=portal.DEFAULT_FROM_EMAIL,
            to=[message.to],
            headers={"Message-ID": f"<{message.id}@freezer-inventory>"},
            connection=line,
        ).send()


def beat(settings: EmailSettings, secret: str) -> None:
    """
    Reach the mail server, sign in there, and ask whether it works; nothing is sent.

    Raises NotTold.
    """
    with _in_words(), _line(settings, secret) as line:
        if isinstance(line, EmailBackend) and line.connection is not None:
            code, _ = line.connection.noop()
            if code not in WELL:
                raise NotTold(f"The mail server answered {code} when it was tried.")


@contextmanager
def _line(settings: EmailSettings, secret: str) -> Iterator[BaseEmailBackend]:
    line: BaseEmailBackend = (
        EmailBackend(
            host=settings.host,
            port=settings.port,
            username=settings.user,
            password=secret,
            use_tls=settings.use_tls,
            timeout=PATIENCE_SECONDS,
        )
        if settings.host
        else get_connection()
    )
    if isinstance(line, EmailBackend):
        line.open()
    try:
        yield line
    finally:
        if isinstance(line, EmailBackend):
            line.close()


@contextmanager
def _in_words() -> Iterator[None]:
    """Say what went wrong, without what was sent. Raises NotTold."""
    try:
        yield
    except SMTPException as fault:
        code = getattr(fault, "smtp_code", "")
        raise NotTold(f"The mail server refused ({type(fault).__name__} {code}).") from None
    except SSLCertVerificationError as fault:
        why = fault.verify_message
        raise NotTold(f"The mail server does not prove who it is (TLS: {why}).") from None
    except OSError as fault:
        why = fault.strerror or type(fault).__name__
        raise NotTold(f"The mail server cannot be reached: {why}.") from None
    except ValueError as fault:
        raise NotTold(f"It is no message that can be sent: {fault}.") from None


WAY = Way(
    kind=ChannelKind.EMAIL,
    settings=EmailSettings,
    send=send,
    beat=beat,
    credentials="Password of that user",
)
