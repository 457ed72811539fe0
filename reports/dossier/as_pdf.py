"""The printed copy of a dossier: the answer first, then everything it rests on."""

from collections.abc import Collection, Iterator
from datetime import datetime
from io import BytesIO

from inventory.rules.expiry import last_day
from reports.dossier.contents import ContainerPart, Dossier, Place, ReceiptPart
from reports.dossier.deviations import draw_deviations
from reports.dossier.pdf_tables import (
    draw_audit,
    draw_chain,
    draw_events,
    draw_refused,
    draw_signatures,
)
from reports.dossier.times_out import draw_times_out
from reports.kit.blocks import CHANGED, Fact, draw_facts, draw_verdict, in_words
from reports.kit.fonts import BOLD, MONO
from reports.kit.paper import SMALL, Paper, RecordHead
from reports.kit.tables import Column, draw_table
from reports.kit.times import local


def dossier_pdf(dossier: Dossier, head: RecordHead) -> bytes:
    """Write the printed copy, in the shape of PDF/A-2b."""
    stream = BytesIO()
    paper = Paper(stream, head)
    _draw_answer(paper, dossier)
    _draw_containers(paper, dossier)
    _draw_identity(paper, dossier)
    _draw_batches(paper, dossier)
    _draw_holds(paper, dossier)
    draw_deviations(paper, dossier)
    draw_times_out(paper, dossier)
    _draw_orders(paper, dossier)
    draw_events(paper, dossier)
    draw_signatures(paper, dossier)
    draw_audit(paper, dossier)
    draw_refused(paper, dossier)
    draw_chain(paper, dossier)
    paper.close()
    return stream.getvalue()


def _draw_answer(paper: Paper, dossier: Dossier) -> None:
    paper.line(dossier.coi, font=BOLD, size=18)
    draw_verdict(paper, dossier.verdict.mark, as_of=_at(paper, dossier.as_of))
    for finding in dossier.verdict.findings:
        paper.text(f"{finding.mark.shape} {finding.words}", size=SMALL, indent=10)
    paper.skip(6)
    kind = "autologous" if dossier.is_autologous else "allogeneic"
    draw_facts(
        paper,
        [
            Fact(label="Chain of identity", value=dossier.coi, is_code=True),
            Fact(label="Patient (pseudonym)", value=dossier.patient, is_code=True),
            Fact(
                label="Product",
                value=f"{dossier.product_name} ({dossier.product_code}), {kind}",
            ),
            Fact(label="Storage", value=dossier.storage),
            Fact(label="Program", value=f"{dossier.program}, {dossier.sponsor}"),
            Fact(label="Record version", value=f"{dossier.version} (number of its last change)"),
        ],
    )
    paper.text(
        "This record states storage evidence against specification. Missing evidence is shown as "
        "unknown, never as within specification.",
        size=SMALL,
    )


def _draw_containers(paper: Paper, dossier: Dossier) -> None:
    paper.heading("Containers: where they are now, and why that verdict")
    columns = (
        Column(title="Container", share=2.1, font=MONO),
        Column(title="What", share=2.6),
        Column(title="Quality, custody", share=1.5),
        Column(title="Where, how sure", share=3.6),
        Column(title="Verdict", share=1.6),
    )
    later = frozenset((entry.record, entry.field) for entry in dossier.audit if entry.is_later)
    draw_table(paper, columns, (_container_row(paper, part, later) for part in dossier.containers))
    paper.heading("Findings of each container")
    draw_table(
        paper,
        (
            Column(title="Container", share=2, font=MONO),
            Column(title="Finding", share=1.4),
            Column(title="In words", share=3.2),
            Column(title="Evidence", share=3),
        ),
        (
            (part.code, in_words(finding.mark), finding.words, finding.evidence)
            for part in dossier.containers
            for finding in part.verdict.findings
        ),
    )


def _container_row(
    paper: Paper, part: ContainerPart, later: Collection[tuple[str, str]]
) -> tuple[str, ...]:
    def mark(*fields: str) -> str:
        is_changed = any((f"vial {part.code}", field) in later for field in fields)
        return f" {CHANGED}" if is_changed else ""

    cells = "" if part.nucleated_cells is None else f"\n{part.nucleated_cells:,} cells"
    return (
        f"{part.code}{mark('code')}\n{part.batch}{mark('batch')}",
        f"{part.purpose}, {part.kind}{mark('purpose', 'kind')}\n"
        f"{part.volume_ml} ml{mark('volume_ml')}{cells}{mark('nucleated_cells')}\n"
        f"usable until the end of {last_day(part.expires_at):%Y-%m-%d} (UTC){mark('expires_at')}",
        f"{part.quality}\n{part.custody}",
        "\n".join(_where(paper, part.place)),
        in_words(part.verdict.mark),
    )


def _where(paper: Paper, place: Place) -> Iterator[str]:
    yield place.words
    if place.since is not None:
        yield f"since {_at(paper, place.since)}"
    if place.last_seen_at is None:
        yield "never seen here"
    else:
        seen = _at(paper, place.last_seen_at)
        yield f"last seen {seen} by {place.last_seen_by}: {place.last_seen_how.lower()}"
    counted = place.last_counted_at
    yield "never counted" if counted is None else f"last counted {_at(paper, counted)}"


def _draw_identity(paper: Paper, dossier: Dossier) -> None:
    paper.heading("Identity: what belongs to what")
    draw_table(
        paper,
        (
            Column(title="From", share=1),
            Column(title="Code", share=2.2, font=MONO),
            Column(title="", share=1.4),
            Column(title="To", share=1),
            Column(title="Code", share=2.2, font=MONO),
        ),
        (
            (link.from_kind, link.from_code, link.relation, link.to_kind, link.to_code)
            for link in dossier.identity
        ),
    )


def _draw_batches(paper: Paper, dossier: Dossier) -> None:
    paper.heading("Batches and their arrival")
    for batch in dossier.batches:
        facts = [
            Fact(label="Batch", value=batch.number, is_code=True),
            Fact(label="Donation number", value=batch.donation_number, is_code=True),
            Fact(label="Completed", value=_at(paper, batch.completed_at)),
            Fact(label="Usable until", value=_at(paper, batch.expires_at)),
            Fact(label="Reported by", value=batch.source),
        ]
        facts.extend(_receipt_fact(paper, receipt) for receipt in batch.receipts)
        draw_facts(paper, facts)


def _receipt_fact(paper: Paper, receipt: ReceiptPart) -> Fact:
    seal = "intact" if receipt.seal_intact else "BROKEN"
    labels = "legible" if receipt.labels_legible else "NOT LEGIBLE"
    return Fact(
        label="Received",
        value=f"{_at(paper, receipt.received_at)} at {receipt.site}: {receipt.outcome}; "
        f"{receipt.counted} of {receipt.expected_count} counted; "
        f"seal {receipt.seal_number} {seal}; labels {labels}; "
        f"{receipt.arrival_celsius} °C on arrival. {receipt.condition}".strip(),
    )


def _draw_holds(paper: Paper, dossier: Dossier) -> None:
    paper.heading("Holds and recalls")
    draw_table(
        paper,
        (
            Column(title="Named", share=1.6),
            Column(title="Reason", share=2.4),
            Column(title="Placed", share=2),
            Column(title="Released", share=2.4),
            Column(title="Reached", share=2.2, font=MONO),
        ),
        (
            (
                f"{'Recall' if hold.is_recall else 'Hold'}: {hold.scope} {hold.subject}",
                hold.reason,
                f"{_at(paper, hold.placed_at)}\n{hold.placed_by}",
                f"{_at(paper, hold.released_at)}\n{hold.released_by}\n{hold.release_reason}"
                if hold.released_at
                else "stands",
                "\n".join(hold.containers),
            )
            for hold in dossier.holds
        ),
    )


def _draw_orders(paper: Paper, dossier: Dossier) -> None:
    paper.heading("Orders")
    draw_table(
        paper,
        (
            Column(title="Order", share=1.4, font=MONO),
            Column(title="Asked for", share=2.4),
            Column(title="Status", share=1.4),
            Column(title="Picked by, witnessed by", share=2.6),
            Column(title="Containers", share=2.2, font=MONO),
        ),
        (
            (
                order.order_number,
                f"{order.quantity} × {order.purpose} for {order.destination} "
                f"by {_at(paper, order.needed_by)}",
                order.status,
                "\n".join(name for name in (order.claimed_by, order.witness) if name),
                "\n".join(order.containers),
            )
            for order in dossier.retrievals
        ),
    )


def _at(paper: Paper, moment: datetime) -> str:
    return local(moment, paper.head.zone)
