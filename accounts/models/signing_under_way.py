"""Sheets that wait until who signs has proved who they are elsewhere; a plain table."""

from django.db import models

from accounts.models.person import Person


class SigningUnderWay(models.Model):
    """
    One sheet as it was filled in, while its signers prove who they are at the identity provider.

    Not regulated: it lasts minutes, belongs to one session and is taken once; what comes of it is
    a signature or a refused attempt. No password is in it.
    session: the handle of the session. posted: the form as it is sent.
    waiting: seats whose people are still to be proven, in order, each with the person's key.
    proven: the same of those who were. refusals: why one of them was not.
    Source: URS-59, URS-62.
    """

    session = models.CharField(max_length=16)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    path = models.TextField()
    posted = models.TextField()
    waiting = models.JSONField(default=list)
    proven = models.JSONField(default=list)
    refusals = models.JSONField(default=list)
    begun_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"Sheet of {self.person} at {self.path}"
