"""One vial as a line of a list or of a signing sheet: whose it is, its badges, why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from audit.errors import Refusal
from custody.queries.records import VialRecord
from inventory.models import Custody
from web.links import vial_url
from web.presenters import StatusBadge, custody_badge, hold_badge, quality_badge
from web.templatetags.freezer import in_sentence


@dataclass(frozen=True, kw_only=True)
class VialLine:
    """
    One line.

    place: where it is in words, when the page knows. refusals: why it may not, when it may not.
    """

    id: int
    url: str
    code: str
    coi: str
    pseudonym: str
    product: str
    batch: str
    kind: str
    volume_ml: Decimal
    expires_at: datetime
    badges: tuple[StatusBadge, ...]
    place: str = ""
    refusals: tuple[Refusal, ...] = ()


def vial_line(record: VialRecord, *, place: str = "", refusals: Sequence[Refusal] = ()) -> VialLine:
    """Turn a record into the line that shows it."""
    badges = [quality_badge(record.quality), custody_badge(record.custody)]
    if record.holds:
        badges.append(hold_badge(count=record.holds))
    return VialLine(
        id=record.vial_id,
        url=vial_url(record.vial_id),
        code=record.code,
        coi=record.coi,
        pseudonym=record.pseudonym,
        product=record.product_code,
        batch=record.batch_number,
        kind=f"{record.kind}, {in_sentence(record.purpose)}",
        volume_ml=record.volume_ml,
        expires_at=record.expires_at,
        badges=tuple(badges),
        place=place,
        refusals=tuple(refusals),
    )


def vial_lines(
    records: Sequence[VialRecord],
    *,
    places: Mapping[int, str] | None = None,
    refusals: Mapping[int, Sequence[Refusal]] | None = None,
) -> tuple[VialLine, ...]:
    """
    Turn records into lines.

    places, refusals: by the vial's key; what is left out says nothing.
    """
    return tuple(
        vial_line(
            record,
            place=(places or {}).get(record.vial_id, ""),
            refusals=(refusals or {}).get(record.vial_id, ()),
        )
        for record in records
    )


def count_words(by_custody: Mapping[str, int]) -> str:
    """Say how many vials stand where on their way, in the order of the way."""
    told = [
        f"{by_custody[status]} {str(status.label).lower()}"
        for status in Custody
        if by_custody.get(status)
    ]
    return ", ".join(told) or "none"
