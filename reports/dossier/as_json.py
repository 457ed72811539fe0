"""The machine copy of a dossier, and the digest that both copies carry."""

import hashlib

from reports.dossier.contents import Dossier
from reports.dossier.plain import as_plain
from reports.kit.bundle import canonical_json
from reports.kit.paper import RecordHead
from reports.kit.times import exact

LAYOUT = 2


def digest_of(dossier: Dossier) -> str:
    """Give the SHA-256, in hex, of the dossier as canonical JSON."""
    return hashlib.sha256(_canonical(dossier)).hexdigest()


def dossier_json(dossier: Dossier, head: RecordHead) -> bytes:
    """
    Write the machine copy.

    `record` alone, written as canonical JSON again, hashes to `record_sha256`.
    """
    return canonical_json(
        {
            "layout": LAYOUT,
            "title": head.title,
            "subject": head.subject,
            "record_version": head.record_version,
            "record_sha256": head.record_sha256,
            "generated_by": head.generated_by,
            "generated_at": exact(head.generated_at),
            "time_zone": head.zone.key,
            "software": head.software,
            "query": head.query,
            "record": as_plain(dossier),
        }
    )


def _canonical(dossier: Dossier) -> bytes:
    plain = as_plain(dossier)
    if not isinstance(plain, dict):
        raise TypeError("a dossier is written as a JSON object")
    return canonical_json(plain)
