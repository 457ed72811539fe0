"""The sessions of people at their browsers; a plain table, whose every request may write."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from accounts.models.person import Person


class BrowserSession(AbstractBaseSession):
    """
    One session: whose, from which device, since when and when a person last asked for something.

    Not regulated: it ends by being removed, and the access log keeps that it did.
    Source: URS-17, URS-19.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    device = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=60, blank=True)
    began_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
