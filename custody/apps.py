"""The `custody` app."""

from django.apps import AppConfig


class CustodyConfig(AppConfig):
    """What happens to vials: actions, the ledger, stays, holds, retrievals, viability."""

    name = "custody"

    def ready(self) -> None:
        """Say what an account's closing, a failed step and an excursion do to vials."""
        from accounts.closing import when_an_account_is_closed  # models load after the apps
        from custody.clinics import tell_clinics
        from custody.closed_accounts import return_to_the_queue
        from custody.excursions import expose_and_report
        from custody.gaps import follow_gaps
        from custody.mix_ups import holds_on_mismatch
        from custody.step_holds import hold_for_a_failed_step
        from custody.watching import (
            watch_blind_units,
            watch_clinic_notices,
            watch_due_holds,
            watch_gaps,
            watch_holds,
            watch_nitrogen,
            watch_time_out,
        )
        from sop.holding import Holding, hold_with
        from temperature.consequences import follow_with, watch_with

        when_an_account_is_closed(return_to_the_queue)
        follow_with(expose_and_report)
        follow_with(tell_clinics)
        follow_with(follow_gaps)
        watch_with(watch_due_holds)
        watch_with(watch_holds)
        watch_with(watch_gaps)
        watch_with(watch_time_out)
        watch_with(watch_nitrogen)
        watch_with(watch_blind_units)
        watch_with(watch_clinic_notices)
        hold_with(Holding(hold=hold_for_a_failed_step, on_mix_up=holds_on_mismatch))
