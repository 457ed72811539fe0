"""The `accounts` app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    """People, roles and scopes."""

    name = "accounts"

    def ready(self) -> None:
        """Have the roles exist after every migration."""
        from accounts.roles import ensure_roles

        post_migrate.connect(ensure_roles, sender=self)
