"""Reading configuration from environment variables, and secrets from files."""

import os
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """Return the variable `name`, or the content of the file that `name`_FILE points to."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def flag(name: str, *, default: bool = False) -> bool:
    """
    Return whether the variable `name` is switched on.

    Raises ImproperlyConfigured: the value is neither on nor off.
    """
    value = text(name, "on" if default else "off").lower()
    if value in {"1", "on", "true", "yes"}:
        return True
    if value in {"", "0", "off", "false", "no"}:
        return False
    raise ImproperlyConfigured(f"{name} must be on or off, not {value!r}.")


def words(name: str, default: str = "") -> list[str]:
    """Return the comma-separated variable `name` as a list without blanks."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def database(url: str, password: str = "") -> dict[str, object]:
    """
    Turn `postgresql://user:password@host:port/name` into Django's database settings.

    password: used when the address names none, so that it can come from a file.
    Raises ImproperlyConfigured: the address is not a PostgreSQL address.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            "DATABASE_URL must start with postgresql://: the triggers and constraints "
            "that keep the trail exist for PostgreSQL only."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or "") or password,
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
    }


def uses_embedded_servers() -> bool:
    """Return whether nobody named a database, so that the embedded PostgreSQL serves."""
    return not text("DATABASE_URL")


def data_folder() -> Path:
    """Return the folder of everything that is written beside the code and never committed."""
    return Path(text("DATA_FOLDER") or Path(__file__).resolve().parent.parent / "var")


def queue(url: str, password: str = "") -> str:
    """
    Return the address of the queue with its password.

    password: used when the address names none, so that it can come from a file.
    """
    parts = urlsplit(url)
    if parts.password or not password:
        return url
    return f"{parts.scheme}://:{quote(password, safe='')}@{parts.netloc}{parts.path}"
