"""The copy of a dossier that is handed out: every form of the same record."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from reports.dossier.as_csv import audit_csv, events_csv, signatures_csv, times_out_csv
from reports.dossier.as_json import digest_of, dossier_json
from reports.dossier.as_pdf import dossier_pdf
from reports.dossier.contents import Dossier
from reports.kit.bundle import CopyFile, RecordCopy, canonical_json
from reports.kit.paper import RecordHead
from reports.kit.times import exact, software


def dossier_copy(
    dossier: Dossier, proof: Mapping[str, object], *, generated_by: str, at: datetime
) -> RecordCopy:
    """
    Write every form of a dossier; all of them carry the same digest.

    proof: what joins its rows to the seals of the trail; docs/proofs.md says how to check it.
    """
    head = RecordHead(
        title="Therapy dossier",
        subject=dossier.coi,
        record_version=str(dossier.version),
        record_sha256=digest_of(dossier),
        generated_by=generated_by,
        generated_at=at,
        zone=ZoneInfo(dossier.time_zone),
        software=software(),
        query=f"therapy {dossier.coi}, its complete record, read at {exact(dossier.as_of)}",
    )
    stem = f"dossier-{dossier.coi}"
    return RecordCopy(
        head=head,
        files=(
            _file(f"{stem}.pdf", "application/pdf", dossier_pdf(dossier, head)),
            _file(f"{stem}.json", "application/json", dossier_json(dossier, head)),
            _file(f"{stem}-events.csv", "text/csv", events_csv(dossier)),
            _file(f"{stem}-times-out.csv", "text/csv", times_out_csv(dossier)),
            _file(f"{stem}-signatures.csv", "text/csv", signatures_csv(dossier)),
            _file(f"{stem}-audit.csv", "text/csv", audit_csv(dossier)),
            _file(f"{stem}-proof.json", "application/json", canonical_json(proof)),
        ),
    )


def _file(name: str, media_type: str, content: bytes) -> CopyFile:
    return CopyFile(name=name, media_type=media_type, content=content)
