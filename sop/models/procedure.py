"""Procedures and their versions; an approved document is never changed."""

from datetime import datetime
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from audit.models import RegulatedModel
from audit.models.regulated import ChangeHistory
from audit.triggers import (
    history_at_commit,
    never_deleted,
    never_truncated,
    only_in_a_change,
    regulated,
)

FROZEN_DOCUMENT = "FZ006"


class Procedure(RegulatedModel):
    """
    One procedure of the site under its number, whatever its version.

    retired_at: from then on nothing of it is in force.
    Source: 21 CFR 211.100; URS-08.
    """

    code = models.CharField(max_length=30, unique=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.code


class VersionStatus(models.TextChoices):
    """How far a version has come; whether it is in force, its date and later versions say."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    APPROVED = "approved", "Approved"
    WITHDRAWN = "withdrawn", "Withdrawn"


class ProcedureVersionQuerySet(models.QuerySet["ProcedureVersion"]):
    """Which versions."""

    def in_force(self, at: datetime) -> Self:
        """Return the version of each procedure that counts at an instant, where there is one."""
        begun = self.filter(status=VersionStatus.APPROVED, effective_at__lte=at).exclude(
            procedure__retired_at__lte=at
        )
        return begun.order_by("procedure", "-effective_at", "-number").distinct("procedure")


class ProcedureVersion(RegulatedModel):
    """
    One version of a procedure: the document, its author, its approver, and from when it counts.

    document: as `sop.documents` reads it. title: the document's, for lists. effective_at: from then
    on, until a later version counts or the procedure is retired.
    needs_assessment, again_for_this_version: what the document demands of training.
    Source: 21 CFR 211.100(a), 11.10(k); URS-08, URS-25.
    """

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    document = models.JSONField()
    needs_assessment = models.BooleanField()
    again_for_this_version = models.BooleanField()
    status = models.CharField(max_length=10, choices=VersionStatus, default=VersionStatus.DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="versions_written"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="versions_approved",
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    effective_at = models.DateTimeField(null=True, blank=True)

    objects = ProcedureVersionQuerySet.as_manager()

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "number"], name="sop_each_version_number_once"
            ),
            models.UniqueConstraint(
                fields=["procedure"],
                condition=Q(status__in=["draft", "in_review"]),
                name="sop_one_version_in_work",
            ),
            models.CheckConstraint(
                condition=~Q(status="approved")
                | Q(
                    approved_by__isnull=False, approved_at__isnull=False, effective_at__isnull=False
                )
                & ~Q(approved_by=models.F("author")),
                name="sop_approved_by_another_with_a_date",
            ),
        ]
        indexes = [
            models.Index(
                fields=["procedure", "-effective_at", "-number"],
                condition=Q(status="approved"),
                name="sop_version_in_force",
            ),
        ]
        triggers = [
            *regulated(),
            pgtrigger.Trigger(
                name="document_is_frozen",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=f"""
                    IF OLD.status <> 'draft' AND (
                        NEW.document IS DISTINCT FROM OLD.document
                        OR NEW.title <> OLD.title
                        OR NEW.needs_assessment <> OLD.needs_assessment
                        OR NEW.again_for_this_version <> OLD.again_for_this_version
                        OR NEW.number <> OLD.number OR NEW.author_id <> OLD.author_id
                        OR NEW.procedure_id <> OLD.procedure_id
                    ) THEN
                        RAISE EXCEPTION 'a document that was submitted is not changed'
                            USING ERRCODE = '{FROZEN_DOCUMENT}';
                    END IF;
                    IF OLD.status = 'approved' AND (
                        NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id
                        OR NEW.approved_at IS DISTINCT FROM OLD.approved_at
                        OR NEW.effective_at IS DISTINCT FROM OLD.effective_at
                    ) THEN
                        RAISE EXCEPTION 'an approval is not changed'
                            USING ERRCODE = '{FROZEN_DOCUMENT}';
                    END IF;
                    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
                        ('draft', 'in_review'), ('draft', 'withdrawn'),
                        ('in_review', 'draft'), ('in_review', 'approved'),
                        ('in_review', 'withdrawn'), ('approved', 'withdrawn')
                    ) THEN
                        RAISE EXCEPTION 'a version does not go this way'
                            USING ERRCODE = '{FROZEN_DOCUMENT}';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of procedure {self.procedure_id}"


class ProcedureFile(models.Model):
    """
    A file attached to a version, such as a drawing.

    It comes and goes with a draft only: afterwards it is signed with the document.
    sha256: of the content, in hex. The content is kept once and never changes; its history and
    the signatures carry the sum.
    """

    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    is_removed = models.BooleanField(default=False)

    history = ChangeHistory(excluded_fields=["content"])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "name"],
                condition=Q(is_removed=False),
                name="sop_each_file_name_once",
            ),
        ]
        triggers = [
            only_in_a_change(),
            history_at_commit(without=("content",)),
            never_deleted(),
            never_truncated(),
            pgtrigger.Trigger(
                name="files_are_frozen",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=f"""
                    IF EXISTS (
                        SELECT 1 FROM public.sop_procedureversion v
                        WHERE v.id = NEW.version_id AND v.status <> 'draft'
                    ) THEN
                        RAISE EXCEPTION 'files of a submitted version are not changed'
                            USING ERRCODE = '{FROZEN_DOCUMENT}';
                    END IF;
                    IF TG_OP = 'UPDATE' AND (
                        NEW.content IS DISTINCT FROM OLD.content OR NEW.sha256 <> OLD.sha256
                    ) THEN
                        RAISE EXCEPTION 'the content of a file is not changed'
                            USING ERRCODE = '{FROZEN_DOCUMENT}';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name
