"""Marking from when on a probe is to be judged anew, because what is known of it changed."""

from datetime import datetime

from django.db.models import F, Value
from django.db.models.functions import Least

from temperature.models import ProbeState


def judge_again(probe_id: int, *, since: datetime) -> None:
    """
    Let the readings of a probe from `since` on be judged anew; call it in the open Change.

    It counts as an arrival: who is judging the probe meanwhile does not say that all was judged.
    Source: URS-111, URS-112.
    """
    ProbeState.objects.get_or_create(probe_id=probe_id)
    ProbeState.objects.filter(probe=probe_id).update(
        dirty_from=Least("dirty_from", Value(since)), arrivals=F("arrivals") + 1
    )
