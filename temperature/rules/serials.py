"""Which logger a channel belongs to, so that no logger is registered with two sources; pure."""

import re
from collections.abc import Iterable, Mapping

from audit.errors import Refusal

SERIAL = "{serial}"


def serial_of(channel: str, settings: Mapping[str, object]) -> str:
    """
    Return the serial of the logger that a channel is of; empty where a source names none.

    settings: of the source; a profile of loggers says how channels are made of serials.
    """
    for made in sorted(_templates(settings), key=len, reverse=True):  # the narrowest first
        pattern = re.escape(made).replace(re.escape(SERIAL), "(.+)", 1)
        found = re.fullmatch(pattern, channel)
        if SERIAL in made and found is not None:
            return found[1]
    return ""


def refusals_of_serial(
    serial: str, others: Iterable[tuple[str, str, Mapping[str, object], str]]
) -> list[Refusal]:
    """
    Say why a logger may not be registered: it is so with another source, and would count twice.

    others: code, channel, and the settings and the name of the source, of each other probe.
    """
    for code, channel, settings, name in others:
        if serial and serial_of(channel, settings) == serial:
            words = (
                f"Logger {serial} is registered already, as probe {code} of source {name}: its "
                "files would count twice. Retire that probe, or register this one with that source."
            )
            return [Refusal("SERIAL_TAKEN", words)]
    return []


def _templates(settings: Mapping[str, object]) -> list[str]:
    profile = settings.get("profile", settings)
    columns = profile.get("columns") if isinstance(profile, Mapping) else None
    rows = columns if isinstance(columns, list) else []
    return [str(row.get("channel", "")) for row in rows if isinstance(row, Mapping)]
