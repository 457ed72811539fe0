"""The `custody` app."""

from django.apps import AppConfig


class CustodyConfig(AppConfig):
    """What happens to vials: actions, the ledger, stays, holds, retrievals, viability."""

    name = "custody"

    def ready(self) -> None:
        """Have claims given back when an account is closed, and vials held for a failed step."""
        from accounts.closing import when_an_account_is_closed  # models load after the apps
        from custody.closed_accounts import return_to_the_queue
        from custody.mix_ups import holds_on_mismatch
        from custody.step_holds import hold_for_a_failed_step
        from sop.holding import Holding, hold_with

        when_an_account_is_closed(return_to_the_queue)
        hold_with(Holding(hold=hold_for_a_failed_step, on_mix_up=holds_on_mismatch))
