"""What makes a model regulated: history rows that point at their Change, and the triggers."""

from typing import Any, ClassVar

from django.db import models
from simple_history.models import HistoricalRecords

from audit.triggers import evidence, evidence_by_the_thousand, regulated


def _ignored(*_: object) -> None:
    """Take a value that the Change already carries."""


class ChangeHistory(HistoricalRecords):
    """History whose author, reason and time are those of the Change that wrote it."""

    def _get_history_user_fields(self) -> dict[str, Any]:
        return {"history_user": property(lambda row: row.change.actor, _ignored)}

    def get_extra_fields(self, model: type[models.Model], fields: dict[str, Any]) -> dict[str, Any]:
        """Return simple-history's own columns, with the Change in place of user and reason."""
        extra: dict[str, Any] = super().get_extra_fields(model, fields)
        extra["history_change_reason"] = property(lambda row: row.change.reason, _ignored)
        extra["change"] = models.ForeignKey(
            "audit.Change", on_delete=models.PROTECT, related_name="+", editable=False
        )
        return extra

    def get_history_user(self, instance: models.Model) -> None:
        """Return nobody: the database stamps the history row with its Change."""

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        """Return the history model's Meta, with the triggers of evidence."""
        options: dict[str, Any] = super().get_meta_options(model)
        many = getattr(model, "WRITTEN_BY_THE_THOUSAND", False)
        triggers = evidence_by_the_thousand() if many else evidence()
        return options | {"triggers": triggers, "ordering": ()}


class RegulatedModel(models.Model):
    """
    A record that changes only inside a Change, keeps every version and is never deleted.

    WRITTEN_BY_THE_THOUSAND: whether one statement writes thousands of its rows; such a model takes
    `regulated_by_the_thousand` for its triggers, and so does its history.
    """

    WRITTEN_BY_THE_THOUSAND: ClassVar[bool] = False

    history = ChangeHistory(inherit=True)

    class Meta:
        abstract = True
        triggers = regulated()
