"""What the system itself did or suffered: started, stopped, was migrated, configured, restored."""

from django.db import models

from audit.system_event_kinds import SystemEventKind
from audit.triggers import evidence


class SystemEvent(models.Model):
    """
    One thing that the system did or suffered, told by the process that saw it.

    key: given by that process, so that an event which is sent twice is kept once.
    component: `web`, `worker`, `scheduler`, `watchdog` or `command`. happened_at: by that
    process's clock. details: facts of this kind of event, never a secret.
    Source: FDA Data Integrity Q&A 1c; URS-46.
    """

    key = models.UUIDField(unique=True)
    kind = models.CharField(max_length=30, choices=SystemEventKind)
    component = models.CharField(max_length=20)
    happened_at = models.DateTimeField()
    details = models.JSONField(default=dict)
    change = models.ForeignKey("audit.Change", on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["kind", "component", "-id"], name="audit_system_event_by_kind")
        ]
        triggers = evidence()

    def __str__(self) -> str:
        return f"{self.kind} of {self.component}"
