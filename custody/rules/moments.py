"""Times inside the words of rules, as the clocks of the site show them."""

from datetime import datetime

from django.utils import timezone


def on_site_clocks(moment: datetime) -> str:
    """
    Write a time with its offset: what people type and read elsewhere is local too.

    Source: REQUIREMENTS A7; URS-71.
    """
    return timezone.localtime(moment).isoformat(sep=" ", timespec="seconds")
