"""What a dossier holds of one deviation."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class DeviationPart:
    """
    One deviation that names a container of the therapy.

    The texts are empty where it names containers of others too. impacts: one for each container.
    """

    number: str
    source: str
    classification: str
    status: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closed_by: str
    outside_reference: str
    what_happened: str
    containment: str
    investigation: str
    root_cause: str
    disposition: str
    impacts: tuple[str, ...]
