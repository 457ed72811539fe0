"""Operations that migrate together do what they do one by one, and are read back as written."""

from typing import Any

import pytest
from django.db import connection, models
from django.db.migrations.operations import AddField, CreateModel
from django.db.migrations.state import ProjectState

from audit.together import Together

pytestmark = pytest.mark.django_db
FIELDS = [
    AddField("crate", "height_cm", models.IntegerField(default=0)),
    AddField("crate", "note", models.TextField(default="")),
]


def columns() -> set[str]:
    """Return the columns that the table has now."""
    with connection.cursor() as cursor:
        description = connection.introspection.get_table_description(cursor, "audit_crate")
    return {column.name for column in description}


def moved(operation: Any, state: ProjectState) -> ProjectState:
    """Return the state behind an operation, carried out in the database as migrating does."""
    before = state.clone()
    operation.state_forwards("audit", state)
    with connection.schema_editor() as editor:
        operation.database_forwards("audit", editor, before, state)
    return before


def test_adds_every_field_and_takes_every_one_back() -> None:
    state = ProjectState()
    moved(CreateModel("Crate", [("id", models.BigAutoField(primary_key=True))]), state)
    assert "apps" in vars(state)
    together = Together(operations=FIELDS)

    before = moved(together, state)

    assert columns() == {"id", "height_cm", "note"}
    with connection.schema_editor() as editor:
        together.database_backwards("audit", editor, state, before)
    assert columns() == {"id"}


def test_is_written_and_told_with_all_it_holds() -> None:
    together = Together(operations=FIELDS)

    name, args, kwargs = together.deconstruct()

    assert (name, args, kwargs["operations"]) == ("Together", [], FIELDS)
    assert together.describe() == "; ".join(each.describe() for each in FIELDS)
