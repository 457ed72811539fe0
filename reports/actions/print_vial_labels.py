"""Printing labels for vials."""

from collections.abc import Collection
from datetime import datetime

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import ActionRefused, NotFound, Refusal
from inventory.models import Vial
from reports.labels.content import RULES
from reports.labels.errors import LabelDoesNotFit
from reports.labels.queries import vial_labels_of
from reports.labels.stock import STOCKS
from reports.labels.vials import vial_labels
from reports.register import PrintedLabels, register_labels
from sop.action import Action
from sop.gate import Scope, admit


def print_vial_labels(
    *,
    vial_ids: Collection[int],
    stock: str,
    by: Attribution,
    at: datetime,
    first_place: int = 0,
) -> PrintedLabels:
    """
    Make the PDF with one label for each vial, and register that it was handed out.

    stock: a name in `reports.labels.stock.STOCKS`. first_place: places used up on a first sheet.
    Raises NotFound; NotAuthorised; ActionRefused (LABEL_DOES_NOT_FIT).
    Source: 21 CFR 1271.370; URS-85.
    """
    with attributed_change(by, action=Action.PRINT_LABELS) as change:
        found = dict(Vial.objects.filter(pk__in=vial_ids).values_list("pk", "program"))
        if not found or len(found) != len(set(vial_ids)):
            raise NotFound([Refusal("UNKNOWN_VIAL", "No such vial. Scan it again.")])
        labels = vial_labels_of(found)
        change.subject.update(vials=[label.code for label in labels])
        programs = set(found.values())
        admit(change, Action.PRINT_LABELS, Scope(programs=programs))
        try:
            pdf = vial_labels(labels, STOCKS[stock], first_place=first_place)
        except LabelDoesNotFit as error:
            raise ActionRefused([Refusal("LABEL_DOES_NOT_FIT", error.words)]) from error
        return register_labels(
            change,
            pdf,
            codes=[label.code for label in labels],
            stock=STOCKS[stock],
            rules_version=RULES.version,
            program_id=programs.pop() if len(programs) == 1 else None,
            at=at,
        )
