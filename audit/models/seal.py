"""Seals: what closes the trail, so that a change behind the triggers can be found afterwards."""

import pgtrigger
from django.db import models

from audit.triggers import APPEND_ONLY, append_only, never_truncated, refusing


def only_with_its_seal() -> pgtrigger.Trigger:
    """Refuse an entry that joins a seal which is there already: a seal is closed as it is made."""
    return pgtrigger.Trigger(
        name="only_with_its_seal",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="entries"),
        func=f"""
            IF EXISTS (
                SELECT 1 FROM entries e JOIN public.audit_seal s ON s.number = e.seal_id
            ) THEN
                {refusing("this seal is closed", APPEND_ONLY)}
            END IF;
            RETURN NULL;
        """,
    )


class SealLayout(models.Model):
    """
    Which tables seals cover, and which columns of each; a new one after a migration.

    tables: in the order of their numbers in manifests; `seconds` are the columns that are written
    as seconds since 1970. digest: SHA-256 in hex of the canonical JSON of `tables`.
    """

    digest = models.CharField(max_length=64, unique=True)
    tables = models.JSONField()

    class Meta:
        triggers = [append_only(), never_truncated()]

    def __str__(self) -> str:
        return self.digest


class Seal(models.Model):
    """
    One seal: everything that was committed and not sealed before.

    number: 1, 2, 3 … without gaps, but for seals that a restore lost; those numbers are never used
    again, and `after_gap` is what quality signed of them.
    root: of the Merkle tree over the leaves of its entries.
    changes, attempts, rows: how many it closes, and how many rows those wrote.
    newest_change: the highest number of a Change in any seal so far; absent in early seals.
    horizon, cluster: every Change of a transaction before `horizon` of this PostgreSQL cluster is
    in this seal or in an earlier one.
    digest: SHA-256 in hex of the canonical text, which the Ed25519 `signature` in hex signs too.
    key: fingerprint of `public_key`. Source: 21 CFR 11.10(a), (e); URS-02, URS-38.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    previous_digest = models.CharField(max_length=64, blank=True)
    layout = models.ForeignKey(SealLayout, on_delete=models.PROTECT, related_name="+")
    root = models.CharField(max_length=64)
    changes = models.PositiveIntegerField()
    attempts = models.PositiveIntegerField()
    rows = models.PositiveBigIntegerField()
    newest_change = models.PositiveBigIntegerField(null=True)
    after_gap = models.ForeignKey(
        "audit.RestoreReconciliation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    horizon = models.BigIntegerField()
    cluster = models.CharField(max_length=20)
    sealed_at = models.DateTimeField()
    key = models.CharField(max_length=16)
    public_key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)
    signature = models.CharField(max_length=128)

    class Meta:
        triggers = [
            pgtrigger.Trigger(
                name="numbered_without_gaps",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"""
                    IF NEW.number <> 1 + GREATEST(
                        (SELECT max(s.number) FROM public.audit_seal s),
                        (SELECT max(r.last_lost) FROM public.audit_restorereconciliation r), 0)
                    THEN
                        {refusing("seals are numbered without gaps", APPEND_ONLY)}
                    END IF;
                    RETURN NEW;
                """,
            ),
            append_only(),
            never_truncated(),
        ]

    def __str__(self) -> str:
        return f"Seal {self.number}"


class SealedEntry(models.Model):
    """
    What one seal keeps of one Change, or of one refused attempt.

    ordinal: its place among the leaves, from 0. leaf: SHA-256 of a zero byte and the manifest.
    manifest: 42 bytes for each row: number of the table, key, SHA-256 of the row; ordered.
    """

    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="+", db_index=False)
    ordinal = models.PositiveIntegerField()
    leaf = models.BinaryField()
    manifest = models.BinaryField()

    class Meta:
        abstract = True


class SealedChange(SealedEntry):
    """A Change, with a digest of every row that it wrote, as they were when it was sealed."""

    change = models.OneToOneField(
        "audit.Change", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seal", "ordinal"], name="audit_one_change_per_ordinal")
        ]
        triggers = [only_with_its_seal(), append_only(), never_truncated()]

    def __str__(self) -> str:
        return f"Change {self.change_id} in seal {self.seal_id}"


class SealedAttempt(SealedEntry):
    """A refused attempt as it was when it was sealed; its leaves follow those of the Changes."""

    attempt = models.OneToOneField(
        "audit.RefusedAttempt", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seal", "ordinal"], name="audit_one_attempt_per_ordinal"
            )
        ]
        triggers = [only_with_its_seal(), append_only(), never_truncated()]

    def __str__(self) -> str:
        return f"Refused attempt {self.attempt_id} in seal {self.seal_id}"
