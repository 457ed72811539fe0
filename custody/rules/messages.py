"""Rules about what other systems announce and ask for; every fault is said, not the first."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from audit.errors import Refusal
from inventory.codes.isbt128 import check_din, coi_is_well_formed
from inventory.models import Product, Purpose, Therapy, VialKind

Donor = tuple[int, str] | None  # program and pseudonym of a patient; nobody behind a bank


@dataclass(frozen=True, kw_only=True)
class AnnouncedVial:
    """One final container, as the batch record announces it; `code` is canonical."""

    code: str
    kind: VialKind
    purpose: Purpose
    volume_ml: Decimal
    nucleated_cells: int | None


@dataclass(frozen=True, kw_only=True)
class AnnouncedBatch:
    """
    One completed batch, as the batch record announces it.

    coi, patient: both absent for an allogeneic lot.
    check_character: ISO/IEC 7064 mod 37-2 over the donation number.
    expires_at: the first instant at which the product is expired.
    """

    number: str
    product_code: str
    coi: str | None
    patient: str | None
    donation_number: str
    check_character: str
    completed_at: datetime
    expires_at: datetime
    vials: Sequence[AnnouncedVial]


@dataclass(frozen=True)
class Known:
    """
    What is in the database already of what a message names.

    donors: for each donation number that is known, whose it is.
    """

    products: Mapping[str, Product]
    therapies: Mapping[str, Therapy]
    codes: Collection[str]
    batches: Collection[str]
    donors: Mapping[str, Donor]


def refusals_of_batches(batches: Sequence[AnnouncedBatch], known: Known) -> list[Refusal]:
    """
    Say every reason why a batch message is refused as a whole.

    Source: 21 CFR 211.68(b), 1271.290(c); URS-04, URS-06, URS-85, URS-88, URS-94.
    """
    refusals = [] if batches else [Refusal("NO_BATCHES", "The message announces no batch.")]
    numbers = Counter(batch.number for batch in batches)
    refusals.extend(
        Refusal("BATCH_TWICE", f"Batch {number} stands {count} times in the message.")
        for number, count in numbers.items()
        if count > 1
    )
    refusals.extend(
        Refusal("BARCODE_TWICE", f"Barcode {code} stands {count} times in the message.")
        for code, count in _codes(batches).items()
        if count > 1
    )
    refusals.extend(_of_shared_identities(batches))
    for batch in batches:
        refusals.extend(_of_a_batch(batch, known))
    return refusals


def _codes(batches: Sequence[AnnouncedBatch]) -> Counter[str]:
    """Count every code that the message would commission; a batch and a COI id once each."""
    return Counter(
        [
            *(vial.code for batch in batches for vial in batch.vials),
            *{batch.number for batch in batches},
            *{batch.coi for batch in batches if batch.coi is not None},
        ]
    )


def _of_shared_identities(batches: Sequence[AnnouncedBatch]) -> list[Refusal]:
    """Say which COI ids and donations the message itself gives to two patients or products."""
    whose: dict[str, set[tuple[str | None, str]]] = {}
    donors: dict[str, set[str | None]] = {}
    for batch in batches:
        donors.setdefault(batch.donation_number, set()).add(batch.patient)
        if batch.coi is not None:
            whose.setdefault(batch.coi, set()).add((batch.patient, batch.product_code))
    return [
        Refusal(
            "COI_OF_ANOTHER",
            f"{coi} stands for two patients or products in the message. Stop and call QA.",
        )
        for coi, owners in whose.items()
        if len(owners) > 1
    ] + [
        Refusal(
            "DONATION_OF_ANOTHER",
            f"Donation {donation} stands for two patients in the message. Stop and call QA.",
        )
        for donation, patients in donors.items()
        if len(patients) > 1
    ]


def _of_a_batch(batch: AnnouncedBatch, known: Known) -> list[Refusal]:
    name = f"Batch {batch.number}"
    refusals = []
    if batch.number in known.batches:
        refusals.append(Refusal("BATCH_KNOWN", f"{name} was announced before."))
    if not check_din(batch.donation_number, batch.check_character):
        refusals.append(
            Refusal(
                "WRONG_CHECK_CHARACTER",
                f"{name}: {batch.check_character} is not the check character of donation number "
                f"{batch.donation_number}.",
            )
        )
    if batch.expires_at <= batch.completed_at:
        refusals.append(
            Refusal(
                "EXPIRES_BEFORE_COMPLETION",
                f"{name} would expire on {batch.expires_at:%Y-%m-%d}, before it was completed on "
                f"{batch.completed_at:%Y-%m-%d}.",
            )
        )
    if not batch.vials:
        refusals.append(Refusal("NO_CONTAINERS", f"{name} has no containers."))
    return [
        *refusals,
        *_of_the_identity(batch, known),
        *_of_the_donation(batch, known),
        *(
            Refusal("BARCODE_KNOWN", f"{name}: barcode {code} is already in use.")
            for code in _new_codes(batch, known)
            if code in known.codes
        ),
        *(
            Refusal("NO_VOLUME", f"{name}: container {vial.code} has no volume.")
            for vial in batch.vials
            if vial.volume_ml <= 0
        ),
    ]


def _new_codes(batch: AnnouncedBatch, known: Known) -> list[str]:
    """Return the codes that this batch would commission, beyond what is said elsewhere."""
    codes = [vial.code for vial in batch.vials]
    if batch.number not in known.batches:
        codes.append(batch.number)
    if batch.coi is not None and batch.coi not in known.therapies:
        codes.append(batch.coi)
    return codes


def _of_the_identity(batch: AnnouncedBatch, known: Known) -> list[Refusal]:
    name = f"Batch {batch.number}"
    product = known.products.get(batch.product_code)
    if product is None:
        return [
            Refusal(
                "UNKNOWN_PRODUCT",
                f"{name}: product {batch.product_code} is not set up. An administrator adds it.",
            )
        ]
    if not product.is_autologous:
        if batch.coi is not None or batch.patient is not None:
            return [
                Refusal(
                    "PATIENT_OF_ALLOGENEIC",
                    f"{name}: {product.code} is allogeneic and names no patient when it is made.",
                )
            ]
        return []
    if batch.coi is None or batch.patient is None:
        return [
            Refusal(
                "COI_MISSING",
                f"{name}: {product.code} is autologous and needs a COI id and a patient.",
            )
        ]
    return _of_the_coi(batch.coi, batch.patient, product, known, name)


def _of_the_donation(batch: AnnouncedBatch, known: Known) -> list[Refusal]:
    """Say whether the donation is another patient's: nobody gives cells under two names."""
    product = known.products.get(batch.product_code)
    if product is None or batch.donation_number not in known.donors:
        return []
    donor = None if batch.patient is None else (product.program_id, batch.patient)
    if known.donors[batch.donation_number] == donor:
        return []
    return [
        Refusal(
            "DONATION_OF_ANOTHER",
            f"Batch {batch.number}: donation {batch.donation_number} is known as another "
            "patient's. Stop and call QA.",
        )
    ]


def _of_the_coi(coi: str, patient: str, product: Product, known: Known, name: str) -> list[Refusal]:
    if not coi_is_well_formed(coi):
        return [Refusal("MALFORMED_COI", f"{name}: {coi} is not a chain of identity id.")]
    therapy = known.therapies.get(coi)
    if therapy is not None and (
        therapy.patient.pseudonym != patient or therapy.product_id != product.pk
    ):
        return [
            Refusal(
                "COI_OF_ANOTHER",
                f"{name}: {coi} is already the chain of identity of another patient or product. "
                "Stop and call QA.",
            )
        ]
    return []
