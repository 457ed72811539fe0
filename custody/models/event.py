"""The ledger: one event for each vial and thing that happened to it, chained by hashes."""

import pgtrigger
from django.conf import settings
from django.db import models

from audit.triggers import evidence_by_the_thousand
from custody.models.entry_text import as_row, hash_of
from inventory.models import Position, Vial


class EventKind(models.TextChoices):
    """What happened."""

    REGISTERED = "registered", "Registered"
    RECEIVED = "received", "Received"
    PLACED = "placed", "Placed in storage"
    MOVED = "moved", "Moved"
    MOVED_WITH_CONTAINER = "moved_with_container", "Moved with its container"
    PLACE_CONFIRMED = "place_confirmed", "Place of its container confirmed"
    CLAIMED = "claimed", "Claimed for a retrieval"
    CLAIM_RELEASED = "claim_released", "Claim released"
    CHECKED_OUT = "checked_out", "Checked out"
    PUT_BACK = "put_back", "Put back"
    PACKED = "packed", "Packed"
    HANDED_OVER = "handed_over", "Handed over"
    ARRIVED = "arrived", "Arrived"
    ADMINISTERED = "administered", "Administered"
    RETURNED = "returned", "Returned"
    CONSUMED = "consumed", "Used up in QC"
    DISCARDED = "discarded", "Discarded"
    TRANSFERRED = "transferred", "Transferred away"
    WENT_MISSING = "went_missing", "Reported missing"
    FOUND = "found", "Found again"
    COUNTED = "counted", "Counted at its place"
    SPLIT = "split", "Split into parts"
    MADE_BY_SPLIT = "made_by_split", "Made by a split"
    RELABELLED = "relabelled", "Relabelled"
    HELD = "held", "Held"
    HOLD_RELEASED = "hold_released", "Hold released"
    QUALITY_DECIDED = "quality_decided", "Quality decided"
    EXPIRED = "expired", "Expired"


class CustodyEvent(models.Model):
    """
    One thing that happened to one vial; appended, never changed.

    seq: 1, 2, 3 … for each vial, without gaps; `recorded_at` is the server's clock.
    performed_at: only for a late entry, the time the person states.
    from_place, to_place: the breadcrumb as it read then.
    hash: SHA-256 in hex over the previous hash of the same vial and this row.
    Source: 21 CFR 11.10(e), 1271.290; URS-33, URS-38, URS-73, URS-74.
    """

    vial = models.ForeignKey(
        Vial, on_delete=models.PROTECT, related_name="events", db_index=False
    )  # `custody_chain_has_no_fork` is its index
    seq = models.PositiveIntegerField(editable=False, null=True)
    kind = models.CharField(max_length=24, choices=EventKind)
    change = models.ForeignKey("audit.Change", on_delete=models.PROTECT, related_name="events")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    second_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    device = models.CharField(max_length=200)
    from_position = models.ForeignKey(
        Position, on_delete=models.PROTECT, null=True, related_name="+"
    )
    to_position = models.ForeignKey(Position, on_delete=models.PROTECT, null=True, related_name="+")
    from_place = models.CharField(max_length=300, blank=True)
    to_place = models.CharField(max_length=300, blank=True)
    from_custodian = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    to_custodian = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    from_custody = models.CharField(max_length=20, blank=True)
    to_custody = models.CharField(max_length=20, blank=True)
    from_quality = models.CharField(max_length=20, blank=True)
    to_quality = models.CharField(max_length=20, blank=True)
    expected_code = models.CharField(max_length=60, blank=True)
    scanned_code = models.CharField(max_length=60, blank=True)
    reason = models.TextField()
    details = models.JSONField(default=dict)
    performed_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(editable=False, null=True)
    previous_hash = models.CharField(max_length=64, editable=False, blank=True)
    hash = models.CharField(max_length=64, editable=False, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vial", "seq"], name="custody_chain_has_no_fork"),
        ]
        indexes = [models.Index(fields=["recorded_at"], name="custody_event_by_time")]
        triggers = [
            *evidence_by_the_thousand(),
            pgtrigger.Trigger(
                name="vial_chain",  # runs after `stamped_with_change`: triggers fire by name
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("last", "record")],
                func=f"""
                    SELECT e.seq, e.hash INTO last FROM public.custody_custodyevent e
                    WHERE e.vial_id = NEW.vial_id ORDER BY e.seq DESC LIMIT 1;
                    NEW.seq := COALESCE(last.seq, 0) + 1;
                    NEW.previous_hash := COALESCE(last.hash, '');
                    NEW.recorded_at := clock_timestamp();
                    NEW.hash := {hash_of("NEW", as_row("NEW"))};
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.vial_id}/{self.seq}"
