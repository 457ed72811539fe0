"""What the style guide shows: each component in each of its states, with invented content."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django import forms

from audit.errors import Refusal
from inventory.models import Custody, Quality
from web import presenters as shown

AT = datetime(2026, 3, 4, 13, 5, 12, tzinfo=UTC)
MINUS = "\N{MINUS SIGN}"
BOX = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} ".join(("LN2-01", "R1", "Box 1"))
COI = "CHA9990260004AX"
VIAL = "A9990260004AX-V014"

REFUSALS = [
    Refusal("POSITION_TAKEN", "A3 is taken by …-014: scan another position, or move …-014 first."),
    Refusal("VIAL_NOT_RECEIVED", "…-021 was never received: receive its batch before storing it."),
]
SIGNATURE = shown.SignatureBlock(
    printed_name="Maria van den Berg",
    user_id="m.vandenberg",
    role="Quality assurance",
    meaning="Approved for release",
    signed_at=AT,
    reason="All criteria met, no open deviation",
)
SIGN_FIELDS = shown.SignFields(
    printed_name="Jonas Lindqvist",
    user_id="j.lindqvist",
    role="Technician",
    meaning="Performed",
    statement="I took 3 vials of CHA9990260004AX out of Box 1 for order SO-20260304-07.",
    reasons=("Retrieval for order", "Transfer to backup", "QC sample"),
)
IDENTITY = shown.Identity(coi=COI, vial_code=VIAL, pseudonym="PT-1028", product="TCR-T, 2 ml vial")
CRUMBS = (
    shown.Crumb(label="Storage", url="/storage/"),
    shown.Crumb(label="LN2-01", url="/storage/"),
    shown.Crumb(label="R1", url="/storage/"),
    shown.Crumb(label="Box 1"),
)
EVENTS = (
    shown.TimelineEvent(
        words="Checked out for order SO-20260304-07",
        who="Jonas Lindqvist",
        second_person="Aiko Tanaka",
        at=AT,
        url="/audit/",
        signed=True,
    ),
    shown.TimelineEvent(
        words=f"Excursion: {MINUS}128.0 °C at the warmest, 4:10 above the limit",
        who="LN2-01 probe 2",
        at=AT - timedelta(days=3),
        detail="4 vials of this therapy were in the upper half of rack R1.",
        mark=shown.Mark.AMBER,
    ),
    shown.TimelineEvent(
        words="Moved from A2 to A3",
        who="Jonas Lindqvist",
        at=AT - timedelta(days=9),
        recorded_at=AT - timedelta(days=8, hours=20),
    ),
    shown.TimelineEvent(
        words="Custody unknown for 2 h 10 min",
        who="nobody recorded",
        at=AT - timedelta(days=12),
        mark=shown.Mark.GREY,
    ),
    shown.TimelineEvent(
        words="Received into quarantine, 20 of 20 vials, seal 88213 intact",
        who="Aiko Tanaka",
        second_person="Jonas Lindqvist",
        at=AT - timedelta(days=14),
        mark=shown.Mark.GREEN,
        signed=True,
    ),
)
CHAIN = (
    shown.ChainLink(label="Collection", at=AT - timedelta(days=40), url="/therapies/"),
    shown.ChainLink(label="Batch completed", at=AT - timedelta(days=16), url="/therapies/"),
    shown.ChainLink(label="Received", at=AT - timedelta(days=14)),
    shown.ChainLink(label="Stored", at=AT - timedelta(days=12), broken_before="2 h 10 min unknown"),
    shown.ChainLink(label="Checked out", at=AT),
    shown.ChainLink(label="Handed over", pending=True),
    shown.ChainLink(label="Administered", pending=True),
)
FINDINGS = (
    shown.FindingRow(
        mark=shown.Mark.GREEN,
        question="Identity",
        words="Intact from collection to this vial",
        evidence="7 records",
        evidence_url="/audit/",
    ),
    shown.FindingRow(
        mark=shown.Mark.AMBER,
        question="Exposure",
        words="25:40 of 30:00, more than 80 % used",
        evidence="3 times out",
        evidence_url="/audit/",
    ),
    shown.FindingRow(
        mark=shown.Mark.RED,
        question="Expiry",
        words="Expired on 2026-02-27",
        evidence="label and batch record agree",
    ),
    shown.FindingRow(
        mark=shown.Mark.GREY,
        question="Temperature",
        words="No readings for this time: it cannot be judged",
    ),
)
STRIP = shown.AnswerStrip(
    items=(
        shown.AnswerItem(label="Where", words=f"{BOX} · 9 vials (A3-B4), 1 checked out 0:38 ago"),
        shown.AnswerItem(label="Sure because", words="scanned 2 days ago · counted 3 weeks ago"),
        shown.AnswerItem(
            label="Why",
            words="Everything asked was answered and within limits",
            mark=shown.Mark.GREEN,
        ),
    ),
    verdict=shown.VerdictMark(mark=shown.Mark.GREEN, as_of=AT),
)
CONFIRM = shown.ConfirmPanel(
    title="Discard 3 vials",
    words="Discarded vials never come back: no role can undo it.",
    consequences=("…-012, …-013 and …-014 leave Box 1", "Waste manifest WM-2026-118 is closed"),
    action_url="/styleguide/",
    action_label="Discard 3 vials",
    cancel_url="/styleguide/",
    grave=True,
)


class SampleForm(forms.Form):
    """A form with every kind of field, and with problems."""

    reason = forms.CharField(help_text="In your own words; it is kept for good.")
    count = forms.IntegerField(min_value=1, label="Vials in the shipper")
    condition = forms.ChoiceField(choices=[("dry", "Dry shipper, charged"), ("none", "Not seen")])
    seal_intact = forms.BooleanField(label="The seal is intact")
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))


def _state_at(number: int) -> shown.CellState:
    states = {
        9: shown.CellState.HELD,
        10: shown.CellState.HELD,
        14: shown.CellState.OUT,
        21: shown.CellState.EXPIRED,
        33: shown.CellState.NEXT,
        40: shown.CellState.BLOCKED,
        41: shown.CellState.BLOCKED,
        28: shown.CellState.DOUBT,
    }
    if number in states:
        return states[number]
    if number < 33:
        return shown.CellState.OCCUPIED
    return shown.CellState.RESERVED if 45 <= number < 54 else shown.CellState.FREE


def sample_grid(*, rows: int = 9, columns: int = 9, choice_name: str = "") -> shown.BoxMap:
    """Fill a box with places in every state."""
    cells = {}
    for number in range(rows * columns):
        row, column = divmod(number, columns)
        state = _state_at(number)
        is_empty = state in {shown.CellState.FREE, shown.CellState.NEXT}
        cells[row, column] = shown.BoxCell(
            label=f"{shown.row_letters(rows)[row]}{column + 1}",
            state=state,
            words="" if is_empty else f"…-{number + 1:03}, {COI}",
            url="" if is_empty else "/styleguide/",
            value=str(number) if is_empty else "",
            here=number == 2,
        )
    return shown.grid_map(
        label=f"Box of {rows} by {columns}, seen from above",
        rows=rows,
        columns=columns,
        cells=cells,
        choice_name=choice_name,
    )


def sample_places() -> shown.BoxMap:
    """Fill an irregular unit with named places."""
    names = ["Top ring 1", "Top ring 2", "Top ring 3", "Centre", "Wall left", "Wall right"]
    states = [
        shown.CellState.CONTAINER,
        shown.CellState.FREE,
        shown.CellState.NEXT,
        shown.CellState.BLOCKED,
        shown.CellState.HELD,
        shown.CellState.RESERVED,
    ]
    places = [
        shown.BoxCell(
            label=name,
            state=state,
            words=""
            if state in {shown.CellState.FREE, shown.CellState.NEXT}
            else f"Rack R{number}",
            url="/styleguide/" if state is shown.CellState.CONTAINER else "",
        )
        for number, (name, state) in enumerate(zip(names, states, strict=True), start=1)
    ]
    return shown.places_map(label="LN2-01, six places", places=places)


def sample_bin() -> shown.BoxMap:
    """Fill a bin that has no places."""
    contents = [
        shown.BoxCell(
            label=f"Bag {number}",
            state=shown.CellState.OCCUPIED,
            words=f"A9990260004AX-B{number:02}",
            url="/styleguide/",
        )
        for number in range(1, 4)
    ]
    return shown.bin_map(label="Bin 4", contents=contents, limit=12)


SAMPLES: dict[str, object] = {
    "verdicts": [shown.VerdictMark(mark=mark, as_of=AT) for mark in shown.Mark],
    "findings": FINDINGS,
    "quality": [shown.quality_badge(status) for status in Quality],
    "custody": [shown.custody_badge(status) for status in Custody],
    "holds": [shown.hold_badge(), shown.hold_badge(count=2)],
    "identity": IDENTITY,
    "crumbs": CRUMBS,
    "strip": STRIP,
    "strips": [
        replace(STRIP, verdict=shown.VerdictMark(mark=mark, as_of=AT)) for mark in shown.Mark
    ],
    "refusals": REFUSALS,
    "expected_code": COI,
    "scanned_code": "CHA9990260007KD",
    "accepted": shown.Accepted(words="Stored in A4:", code=VIAL, detail="12 of 20"),
    "signature": SIGNATURE,
    "changed_signature": replace(SIGNATURE, changed_since=True),
    "sign_fields": replace(SIGN_FIELDS, second_meaning="Verified"),
    "failed_sign_fields": replace(
        SIGN_FIELDS, errors=("The password does not match your account. Nothing was signed.",)
    ),
    "grid": sample_grid(),
    "choosing": sample_grid(rows=8, columns=12, choice_name="position"),
    "places": sample_places(),
    "bin": sample_bin(),
    "events": EVENTS,
    "chain": CHAIN,
    "chips": [
        shown.FilterChip(label="All", url="/styleguide/", count=214, active=True),
        shown.FilterChip(label="On hold", url="/styleguide/", count=3),
        shown.FilterChip(label="Expires within 30 days", url="/styleguide/", count=0),
    ],
    "pager": shown.Pager(words="Rows 1-3 of 214", next_url="/styleguide/?after=3"),
    "empty": shown.EmptyState(
        title="No retrievals are open",
        words="They arrive from scheduling, or you begin one here.",
        action_label="Begin a retrieval",
        action_url="/styleguide/",
    ),
    "tabs": [
        shown.Tab(label="Vials", url="/styleguide/", active=True, count=20),
        shown.Tab(label="Temperature", url="/styleguide/"),
        shown.Tab(label="Signatures", url="/styleguide/", count=4),
    ],
    "confirm": CONFIRM,
    "at": AT,
    "long_ago": AT - timedelta(days=22),
    "short": timedelta(seconds=38),
    "long": timedelta(hours=1, minutes=2, seconds=30),
    "cold": Decimal("-152.4"),
    "nothing": None,
    "code": COI,
    "vial_code": VIAL,
}


def sample_context() -> dict[str, object]:
    """Give the style guide's page everything it shows."""
    return SAMPLES | {
        "plain_form": SampleForm(auto_id="plain_%s"),
        "wrong_form": SampleForm({"count": "0"}, auto_id="wrong_%s"),
    }
