"""Writing a row of the test's set-up inside a Change of its own."""

from typing import Any, TypeVar

import factory
from django.db import models

from audit.changes import machine_change

Row = TypeVar("Row", bound=models.Model)


class RegulatedFactory(factory.django.DjangoModelFactory[Row]):
    """Creates each row inside a machine's Change, as the database insists."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: type[Row], *args: Any, **kwargs: Any) -> Row:
        with machine_change("test set-up", action="set_up", reason="Set up a test"):
            row: Row = super()._create(model_class, *args, **kwargs)
            return row
