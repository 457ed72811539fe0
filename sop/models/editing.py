"""What somebody typed into the editor of a draft and did not save yet; a plain table."""

from django.conf import settings
from django.db import models

from sop.models.procedure import ProcedureVersion


class EditingDraft(models.Model):
    """
    The text of one person in the editor of one draft, kept while it is typed.

    Not regulated: it is nobody's record before it is saved. Saving it writes one Change and throws
    this row away. See `docs/decisions/typing-is-kept.md`.
    typed: the form as it is sent. read_digest: of the document that was opened. revision: counts
    what was kept, so that a second window of the same person writes nothing over.
    Source: URS-08, URS-32.
    """

    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    typed = models.TextField()
    read_digest = models.CharField(max_length=64)
    revision = models.PositiveIntegerField()
    kept_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "person"], name="sop_one_text_of_each_person"
            ),
        ]

    def __str__(self) -> str:
        return f"text of {self.person_id} in {self.version_id}"
