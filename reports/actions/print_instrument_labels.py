"""Printing labels for measuring instruments."""

from collections.abc import Collection
from datetime import datetime

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import ActionRefused, NotFound, Refusal
from inventory.models import Instrument
from reports.labels.containers import container_labels
from reports.labels.content import RULES
from reports.labels.errors import LabelDoesNotFit
from reports.labels.queries import instrument_labels_of
from reports.labels.stock import STOCKS
from reports.register import PrintedLabels, register_labels
from sop.action import Action
from sop.gate import Scope, admit


def print_instrument_labels(
    *,
    instrument_ids: Collection[int],
    stock: str,
    by: Attribution,
    at: datetime,
    first_place: int = 0,
) -> PrintedLabels:
    """
    Make the PDF with one label for each instrument, and register that it was handed out.

    stock: a name in `reports.labels.stock.STOCKS`. first_place: places used up on a first sheet.
    Raises NotFound; NotAuthorised; ActionRefused (LABEL_DOES_NOT_FIT).
    Source: URS-28, URS-85.
    """
    with attributed_change(by, action=Action.PRINT_LABELS) as change:
        found = dict(Instrument.objects.filter(pk__in=instrument_ids).values_list("pk", "site"))
        if not found or len(found) != len(set(instrument_ids)):
            raise NotFound([Refusal("UNKNOWN_INSTRUMENT", "No such instrument. Scan it again.")])
        labels = instrument_labels_of(found)
        change.subject.update(instruments=[label.code for label in labels])
        admit(change, Action.PRINT_LABELS, Scope(programs=(), sites=set(found.values())))
        try:
            pdf = container_labels(labels, STOCKS[stock], first_place=first_place)
        except LabelDoesNotFit as error:
            raise ActionRefused([Refusal("LABEL_DOES_NOT_FIT", error.words)]) from error
        return register_labels(
            change,
            pdf,
            codes=[label.code for label in labels],
            stock=STOCKS[stock],
            rules_version=RULES.version,
            program_id=None,
            at=at,
        )
