"""What is known of how cold vials were kept on their way to a clinic."""

from collections.abc import Collection
from datetime import datetime

from custody.findings import Verdict
from custody.queries.warmth import warmth_of
from custody.warmth import findings_of_ways


def ways_told(vial_ids: Collection[int], *, at: datetime) -> list[str]:
    """
    Say what speaks against the way of these vials, or lacks, each thing once; one statement.

    Empty where the readings cover all of it, and nothing was too warm.
    Source: REQUIREMENTS B10; URS-112.
    """
    facts = warmth_of(vial_ids, at=at) if vial_ids else {}
    said = (
        finding.words
        for kept in facts.values()
        for finding in findings_of_ways(kept, at=at)
        if finding.verdict != Verdict.GREEN
    )
    return list(dict.fromkeys(said))
