"""What clinics must be told, how it reached them, and what they answered."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from audit.models import RegulatedModel
from custody.models.retrieval import Retrieval
from sop.models import Deviation
from temperature.models import Excursion


class AnswerWay(models.TextChoices):
    """How a clinic said that it knows."""

    PHONE = "phone", "By telephone"
    EMAIL = "email", "By e-mail"
    IN_PERSON = "in_person", "In person"


class ClinicNotice(RegulatedModel):
    """
    That what an order brought to a clinic had been too warm: told once for each excursion.

    contact, phone, email: of who was named for the clinic at the hand-over; empty where nobody was.
    mailed_at: when a channel took the message; mail_tries: how often it was sent; mail_failure: why
    not. answered_at: when the clinic said that it knows; answered_by: who took that, answer_from:
    who there said so, answer: what they said. Source: REQUIREMENTS B10, scenario 22; URS-114.
    """

    retrieval = models.ForeignKey(Retrieval, on_delete=models.PROTECT, related_name="notices")
    excursion = models.ForeignKey(Excursion, on_delete=models.PROTECT, related_name="notices")
    deviation = models.ForeignKey(
        Deviation, on_delete=models.PROTECT, null=True, blank=True, related_name="notices"
    )
    contact = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)
    raised_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_tries = models.PositiveIntegerField(default=0, db_default=0)
    mail_failure = models.CharField(max_length=500, blank=True, default="", db_default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer_from = models.CharField(max_length=200, blank=True, default="", db_default="")
    answer_way = models.CharField(
        max_length=10, choices=AnswerWay, blank=True, default="", db_default=""
    )
    answer = models.TextField(blank=True, default="", db_default="")

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["excursion", "retrieval"], name="custody_each_clinic_told_once"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, answer_from="", answer_way="")
                | Q(answered_at__isnull=False, answered_by__isnull=False)
                & ~Q(answer_from="")
                & ~Q(answer_way=""),
                name="custody_clinic_answers_by_name",
            ),
        ]

    def __str__(self) -> str:
        return f"Notice {self.pk} for {self.retrieval_id}"
