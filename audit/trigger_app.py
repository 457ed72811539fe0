"""How django-pgtrigger is loaded: for migrations, without its list of every trigger."""

import sys

from pgtrigger.apps import (
    PGTriggerConfig,
    patch_migrations,
    patch_schema_editor,
    register_triggers_from_meta,
)


class TriggersConfig(PGTriggerConfig):
    """
    Triggers that migrations bring; only the library's own command reads its list of them.

    The list compares each trigger with all before it. With hundreds of them that was a third of
    what every process of the portal took to start. That no two are alike, a test asks.
    """

    def ready(self) -> None:
        """Teach migrations what triggers are."""
        patch_migrations()
        patch_schema_editor()
        if "pgtrigger" in sys.argv[1:2]:
            register_triggers_from_meta()
