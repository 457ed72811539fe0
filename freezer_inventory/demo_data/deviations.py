"""What the demo's people do about what went otherwise."""

from django.utils import timezone

from audit.models import Meaning
from freezer_inventory.demo_data.floor import Floor
from sop.actions.classify_deviation import classify_deviation
from sop.actions.open_deviation_by_hand import Report, open_deviation_by_hand
from sop.actions.record_investigation import Findings, record_investigation
from sop.models import Classification, Deviation, DeviationKind, DeviationSource


def happen(floor: Floor) -> None:
    """Investigate the loss, which is major, and report an incident of the system."""
    lost = Deviation.objects.filter(source=DeviationSource.MISSING_VIAL).earliest("pk")
    classify_deviation(
        deviation_id=lost.pk,
        classification=Classification.MAJOR,
        intent=floor.cast.signs("qa", "Two are still missing", meaning=Meaning.REVIEWED),
        at=timezone.now(),
    )
    record_investigation(
        deviation_id=lost.pk,
        findings=Findings(investigation="One stood in the wrong box. The others are looked for."),
        attribution=floor.cast.says("qa", "First findings"),
    )
    open_deviation_by_hand(
        report=Report(
            kind=DeviationKind.INCIDENT,
            title="The label printer stopped for 20 minutes",
            what_happened="It took no job between two batches. No label was printed twice.",
        ),
        attribution=floor.cast.says("admin", "Reported by the bench"),
        at=timezone.now(),
    )
