"""The `accounts` app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

# What somebody may need before they can sign a reconciliation; nothing of it touches product.
SIGNING_IN = frozenset(
    {
        "acknowledge_policy",
        "change_password",
        "enrol_second_factor",
        "reset_password",
        "reset_second_factor",
        "spend_temporary_password",
        "unlock_account",
    }
)


class AccountsConfig(AppConfig):
    """People, roles and scopes."""

    name = "accounts"

    def ready(self) -> None:
        """Have the roles exist; say to the ground who may sign, and what a restore leaves open."""
        from accounts.readiness import what_keeps_from_signing  # models load after the apps
        from accounts.roles import ensure_roles
        from audit.readiness import answer_readiness_with
        from audit.seals.standing import stay_open_for

        answer_readiness_with(what_keeps_from_signing)
        post_migrate.connect(ensure_roles, sender=self)
        stay_open_for(SIGNING_IN)
