"""The `custody` app."""

from django.apps import AppConfig


class CustodyConfig(AppConfig):
    """What happens to vials: actions, the ledger, stays, holds, retrievals, viability."""

    name = "custody"

    def ready(self) -> None:
        """Have claims given back whenever an account is closed."""
        from accounts.closing import when_an_account_is_closed  # models load after the apps
        from custody.closed_accounts import return_to_the_queue

        when_an_account_is_closed(return_to_the_queue)
