"""Losses that quality signed off: numbers that no seal has, and why that is no break."""

from dataclasses import dataclass

from audit.models import RestoreReconciliation
from audit.seals.anchor import line_of_gap
from audit.seals.losses import signatures_under
from audit.signing import is_intact


@dataclass(frozen=True, kw_only=True)
class SignedGap:
    """
    One reconciled loss, whose signature is intact.

    key: of its record. line: as the anchor has it. words: what was lost, who signed and when.
    """

    key: int
    first: int
    last: int
    digest: str
    line: str
    words: str

    def covers(self, first: int, last: int) -> bool:
        """Say whether all seals from `first` to `last` are among those it is about."""
        return self.first <= first and last <= self.last

    def is_of(self, digest: str) -> bool:
        """Say whether the anchor ended at this seal when it was signed."""
        return self.digest == digest


def gaps_on_record() -> list[SignedGap]:
    """Return every reconciled loss with an intact signature, oldest first."""
    found = []
    for row in RestoreReconciliation.objects.order_by("id"):
        signatures = [one for one in signatures_under(row) if is_intact(one, type(row))]
        if signatures:
            signed = signatures[0]
            found.append(
                SignedGap(
                    key=row.pk,
                    first=row.first_lost,
                    last=row.last_lost,
                    digest=row.last_digest,
                    line=line_of_gap(row, signed.signed_at),
                    words=f"Seals {row.first_lost} to {row.last_lost} were lost with a restore. "
                    f"{signed.printed_name} ({signed.signer_user_id}) signed what was found at "
                    f"{signed.signed_at:%Y-%m-%d %H:%M:%S} UTC.",
                )
            )
    return found
