"""Marking from when on a probe is to be judged anew, because what is known of it changed."""

from datetime import datetime

from django.db.models import Value
from django.db.models.functions import Least

from temperature.models import ProbeState


def judge_again(probe_id: int, *, since: datetime) -> None:
    """
    Let the readings of a probe from `since` on be judged anew; call it in the open Change.

    A probe that never read has nothing to be judged. Source: URS-111, URS-112.
    """
    ProbeState.objects.filter(probe=probe_id, last_at__gte=since).update(
        dirty_from=Least("dirty_from", Value(since))
    )
