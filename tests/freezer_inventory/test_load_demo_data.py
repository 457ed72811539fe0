"""Loading the demo data where there are records already."""

import pytest
from django.core.management import CommandError, call_command

from tests.factories.people import PersonFactory


@pytest.mark.django_db
def test_refuses_a_database_that_is_not_empty() -> None:
    PersonFactory.create()

    with pytest.raises(CommandError, match="begin with an empty database"):
        call_command("load_demo_data")
