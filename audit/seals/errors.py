"""Why a seal could not be made."""


class CannotSeal(Exception):
    """Raised when nothing can be sealed; its text says what to do."""


class SealerAtWork(CannotSeal):
    """Raised when another sealer is at work, and stays so."""


class BehindAnchor(CannotSeal):
    """Raised when the anchor has seals that the database has not: it was restored."""
