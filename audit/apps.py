"""The `audit` app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    """The ground: changes, history, signatures and refusals; it knows nothing of vials."""

    name = "audit"

    def ready(self) -> None:
        """Have the database hardened after every migration, and the trail told of it."""
        from audit.hardening import harden  # models load after the apps
        from audit.migrated import tell_migrations

        post_migrate.connect(harden, sender=self)
        post_migrate.connect(tell_migrations, sender=self)
