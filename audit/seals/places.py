"""Where the key and the anchor lie: outside the database."""

from pathlib import Path

from django.conf import settings

from audit.seals.errors import CannotSeal


def anchor_path() -> Path:
    """
    Return the file of the anchor.

    Raises CannotSeal: none is configured.
    """
    if not settings.SEAL_ANCHOR:
        raise CannotSeal(
            "Nothing can be sealed without an anchor: set SEAL_ANCHOR to a file outside the "
            "database, on storage that its administrators cannot write."
        )
    return Path(settings.SEAL_ANCHOR)
