"""The sheets on which quality decides on a deviation."""

from dataclasses import replace

from django.db.models import Model
from django.urls import reverse

from audit.models import Meaning
from custody.queries.deviation_page import DeviationFacts
from sop.models import Deviation, DeviationVial
from web.deviation_pages import crumbs_of
from web.sheets import SignSheet
from web.signing import SignAs

REVIEWED = SignAs(meaning=Meaning.REVIEWED)
APPROVED = SignAs(meaning=Meaning.APPROVED)


def classify_sheet(facts: DeviationFacts) -> SignSheet:
    """Give the sheet on which its class is decided."""
    return replace(
        _sheet(facts.row, "Classify"),
        words="Critical: it could harm a patient, or makes records untrue. A critical one needs "
        "its root cause, and is closed by somebody who did not investigate it alone.",
        statement="I have read what happened, and classify it so.",
        action_label="Sign the class",
    )


def assess_sheet(facts: DeviationFacts) -> SignSheet:
    """Give the sheet on which the impact on each vial is decided."""
    return replace(
        _sheet(facts.row, "Assess the vials"),
        words="A vial stays under review, and cannot be released, until its impact is “no "
        "impact” or the deviation is closed. Leave alone what you do not assess now.",
        statement="I assessed the impact on these vials, and it is what I say here.",
        action_label="Sign the assessment",
        covers=_covers(facts),
    )


def report_sheet(facts: DeviationFacts) -> SignSheet:
    """Give the sheet on which the report to FDA is settled."""
    return replace(
        _sheet(facts.row, "Settle the report to FDA"),
        words="It may have touched distributed product under a licence: FDA is told within 45 "
        "calendar days of when somebody here acquired the information (21 CFR 600.14).",
        statement="It was reported under this number, or none is due for this reason.",
        action_label="Sign and stop the clock",
    )


def close_sheet(facts: DeviationFacts) -> SignSheet:
    """Give the sheet on which it is closed."""
    return replace(
        _sheet(facts.row, "Close"),
        words=f"Disposition: {facts.row.disposition}",
        statement="I reviewed the investigation and the disposition; this may be closed.",
        action_label="Sign and close",
        reasons=("Investigated; the disposition is carried out",),
        covers=_covers(facts),
        grave=True,
    )


def reopen_sheet(facts: DeviationFacts) -> SignSheet:
    """Give the sheet on which it is opened again."""
    return replace(
        _sheet(facts.row, "Open again"),
        words="It goes back under investigation, and its vials under review. The signature of "
        "the closure shows as changed since.",
        statement="What is known now makes it necessary to open this again.",
        action_label="Sign and open again",
        grave=True,
    )


def _sheet(row: Deviation, heading: str) -> SignSheet:
    return SignSheet(
        heading=f"{heading}: {row.number}",
        words="",
        statement="",
        action_label="",
        cancel_url=reverse("quality:deviation", args=[row.pk]),
        crumbs=crumbs_of(row, heading),
        covers=((Deviation, row.pk),),
    )


def _covers(facts: DeviationFacts) -> tuple[tuple[type[Model], int], ...]:
    listed = ((DeviationVial, each.pk) for each in facts.listed)
    return ((Deviation, facts.row.pk), *listed)
