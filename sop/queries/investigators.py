"""Who wrote into the investigation of a deviation, read from its history."""

from sop.models import Deviation


def investigators_of(deviation: Deviation) -> set[int]:
    """Return the keys of all who changed its investigation or its root cause; one query."""
    versions = deviation.history.order_by("history_id")
    found, before = set(), ("", "")
    for investigation, root_cause, actor in versions.values_list(
        "investigation", "root_cause", "change__actor"
    ):
        if (investigation, root_cause) != before and actor is not None:
            found.add(actor)
        before = (investigation, root_cause)
    return found
