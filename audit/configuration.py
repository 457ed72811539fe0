"""What is running: the effective settings without their secrets, their checksum, the schema."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

_SECRET = re.compile(r"(^|_)(PASSWORD|SECRET|TOKEN|KEYS?|SECRET_KEY_FALLBACKS)$", re.IGNORECASE)
_IN_URL = re.compile(r"(://[^/@:]*):[^/@]*@")
SET, NOT_SET = "set, and left out here", "not set"
UNKNOWN = "unknown"


def effective_settings() -> dict[str, object]:
    """
    Return every setting that is in force, by name, as JSON can hold it.

    Of a secret only whether it is set. Source: 21 CFR 11.10(k)(2); URS-03.
    """
    names = sorted(name for name in dir(settings) if name.isupper())
    return {name: _shown(name, getattr(settings, name)) for name in names}


def _shown(name: str, value: object) -> object:
    if _SECRET.search(name):
        return SET if value else NOT_SET
    if isinstance(value, Mapping):
        return {str(key): _shown(str(key), value[key]) for key in sorted(value, key=str)}
    if isinstance(value, list | tuple):
        return [_shown("", each) for each in value]
    if isinstance(value, set | frozenset):
        return sorted(str(each) for each in value)
    return _plain(value)


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str | Path):
        return _IN_URL.sub(r"\1:@", str(value))
    kind = type(value)
    return f"{kind.__module__}.{kind.__qualname__}"


def checksum_of(shown: Mapping[str, object]) -> str:
    """Return the first 12 digits of SHA-256 over settings as they are shown."""
    return sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:12]


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, object]:
    """Return, for each setting that differs, its old and its new value."""
    names = sorted(before.keys() | after.keys())
    return {
        name: [before.get(name), after.get(name)]
        for name in names
        if before.get(name) != after.get(name)
    }


@lru_cache(maxsize=1)
def configuration_checksum() -> str:
    """Return the checksum of the settings of this process."""
    return checksum_of(effective_settings())


@dataclass
class Memory:
    """The schema level as this process read it; empty before it did."""

    schema: str = ""


memory = Memory()


def schema_level() -> str:
    """
    Return how many migrations the database has, and a digest of their names; read once.

    Source: 21 CFR 211.68(b); URS-03.
    """
    if not memory.schema:
        memory.schema = read_schema_level()
    return memory.schema or UNKNOWN


def read_schema_level() -> str:
    """Return the schema level as the database has it now; empty when it cannot be read."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY app, name")
            names = sorted(name for (name,) in cursor.fetchall())
    except DatabaseError:
        return ""
    digest = sha256("\n".join(names).encode()).hexdigest()[:8]
    return f"{len(names)}-{digest}"
