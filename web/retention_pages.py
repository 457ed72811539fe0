"""How long records are kept: the periods, what is due, legal holds, and the sheets to sign."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accounts.roles import Role
from audit.authors import Author
from audit.models import Meaning
from audit.signing import SignatureBlock, signature_blocks
from custody.queries.retention import (
    HoldLine,
    due_records,
    legal_holds,
    months_in_force,
    retention_of_therapy,
    schedules,
)
from inventory.models import LegalHold, RetentionSchedule
from inventory.rules.retention import CATALOGUE, PROPOSED, Retained
from web.http import Request
from web.links import therapy_url
from web.presenters import Crumb
from web.quality_pages import LIST
from web.sheets import SignSheet
from web.signing import SignAs

APPROVED = SignAs(meaning=Meaning.APPROVED)
HERE = Crumb(label="Retention", url="/quality/retention/")
CLASS_WORDS = {"identity": "therapy and its vials", "batch": "batch"}


@dataclass(frozen=True, kw_only=True)
class PeriodLine:
    """One rule as the page shows it; `months` is None for one that does not apply here."""

    source: str
    start: str
    classes: str
    months: int | None


@dataclass(frozen=True, kw_only=True)
class DueLine:
    """One record that is due, with its page where it has one."""

    code: str
    url: str
    record: str
    until: Retained


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of the periods with who signed it."""

    row: RetentionSchedule
    signatures: list[SignatureBlock]


def retention_context(request: Request, *, at: datetime) -> dict[str, object]:
    """Gather the page."""
    months = months_in_force()
    due = due_records(on=at.date(), seen_by=request.user)
    return {
        "crumbs": (LIST, Crumb(label="Retention")),
        "is_signed": months is not None,
        "periods": period_lines(PROPOSED if months is None else months),
        "due": [
            DueLine(
                code=one.code,
                url=therapy_url(one.code) if one.record == "identity" else "",
                record=CLASS_WORDS[one.record],
                until=one.until,
            )
            for one in due
        ],
        "holds": legal_holds(seen_by=request.user),
        "versions": [
            Version(row=row, signatures=signature_blocks(RetentionSchedule, row.pk))
            for row in schedules()
        ],
        "may_sign": may_sign(request.user),
    }


def may_sign(person: Author) -> bool:
    """Say whether somebody signs periods and legal holds."""
    return Role.QA in person.role_names()


def period_lines(months: dict[str, int]) -> list[PeriodLine]:
    """Turn periods into lines, also the rules that do not apply."""
    return [
        PeriodLine(
            source=rule.source,
            start=rule.start,
            classes=", ".join(sorted(CLASS_WORDS[one] for one in rule.classes)),
            months=months.get(code),
        )
        for code, rule in CATALOGUE.items()
    ]


def words_of(until: Retained | None) -> str:
    """Say in one line until when a record is kept."""
    if until is None:
        return "No period is signed yet: it is kept."
    parts = []
    if until.due_on is not None:
        parts.append(f"until {until.due_on:%Y-%m-%d} at least ({until.deciding})")
    elif until.not_before is not None:
        parts.append(f"not before {until.not_before:%Y-%m-%d} ({until.deciding})")
    if until.waits_for:
        parts.append(f"the day is known after: {'; '.join(until.waits_for)}")
    if until.held:
        parts.append(f"legal hold: {'; '.join(until.held)}")
    return ". ".join(parts) or "No rule applies: it is kept."


def retention_words(coi: str) -> str:
    """Say until when the record of a therapy is kept."""
    return words_of(retention_of_therapy(coi))


def periods_sheet() -> SignSheet:
    """Give the sheet on which quality signs the periods."""
    rows = schedules()
    return SignSheet(
        heading="Set how long records are kept",
        words="Months behind each rule’s start; leave a rule empty that does not apply to this "
        "site. A record is kept until the latest of all that apply.",
        statement="I have checked these periods against the law and the contracts of this site.",
        action_label="Sign the periods",
        cancel_url=reverse("quality:retention"),
        crumbs=(LIST, HERE, Crumb(label="Set")),
        covers=tuple((RetentionSchedule, row.pk) for row in rows[:1]),
    )


def hold_sheet() -> SignSheet:
    """Give the sheet on which a legal hold is placed."""
    return SignSheet(
        heading="Place a legal hold",
        words="The record is kept as long as the hold stands, whatever the periods say.",
        statement="This record may be asked for: it is not to be destroyed.",
        action_label="Sign the legal hold",
        cancel_url=reverse("quality:retention"),
        crumbs=(LIST, HERE, Crumb(label="Legal hold")),
    )


def release_sheet(hold: HoldLine) -> SignSheet:
    """Give the sheet on which a legal hold is released."""
    return SignSheet(
        heading="Release a legal hold",
        words=f"On {hold.subject}, placed by {hold.placed_by}: {hold.reason}",
        statement="Nobody asks for this record any more: the periods alone count again.",
        action_label="Sign the release",
        cancel_url=reverse("quality:retention"),
        crumbs=(LIST, HERE, Crumb(label="Release")),
        covers=((LegalHold, hold.id),),
        grave=True,
    )
