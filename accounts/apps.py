"""The `accounts` app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    """People, roles and scopes."""

    name = "accounts"

    def ready(self) -> None:
        """Have the roles exist after every migration; say to the ground who may sign."""
        from accounts.readiness import what_keeps_from_signing  # models load after the apps
        from accounts.roles import ensure_roles
        from audit.readiness import answer_readiness_with

        answer_readiness_with(what_keeps_from_signing)
        post_migrate.connect(ensure_roles, sender=self)
