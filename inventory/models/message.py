"""Messages of other systems, kept as they came."""

from django.db import models

from audit.models import RegulatedModel


class Message(RegulatedModel):
    """
    One message that was accepted; the same id with the same content is never carried out twice.

    body: the text exactly as received. digest: its SHA-256 in hex.
    """

    source_system = models.CharField(max_length=60)
    message_id = models.CharField(max_length=100)
    kind = models.CharField(max_length=20)
    body = models.TextField()
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["source_system", "message_id"], name="inventory_message_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_system} {self.message_id}"
