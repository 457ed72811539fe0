"""Reading messages, without a database."""

import json
from decimal import Decimal
from typing import Any

import pytest

from audit.errors import DomainError
from integration.errors import MessageMalformed, as_refusals
from integration.messages import read_batches
from tests.factories.inventory import ProductFactory
from tests.integration.messages import batch_message, batch_part, container_part


def part(**changed: Any) -> dict[str, Any]:
    """Return a batch of a product that exists only here."""
    return batch_part(ProductFactory.build(program=None), **changed)


def faults(message: dict[str, Any]) -> dict[str, str]:
    """Return the code of the fault in each field."""
    with pytest.raises(MessageMalformed) as refused:
        read_batches(json.dumps(message))
    return {one["where"]: one["code"] for one in as_refusals(refused.value)}


def test_reads_numbers_exactly() -> None:
    text = json.dumps(batch_message(part())).replace("1.8,", "0.10,")

    _, [batch] = read_batches(text)

    assert [vial.volume_ml for vial in batch.vials] == [Decimal("0.10")] * 2


def test_reads_codes_in_their_canonical_spelling() -> None:
    raw = part(chain_of_identity=" cha9990260001ax ", batch_number=" B-26   9999 ")

    _, [batch] = read_batches(json.dumps(batch_message(raw)))

    assert (batch.coi, batch.number) == ("CHA9990260001AX", "B-26 9999")


def test_reads_a_text_that_begins_with_a_byte_order_mark() -> None:
    text = "\ufeff" + json.dumps(batch_message(part()))

    message, _ = read_batches(text)

    assert message.body == text


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("batch_number", "", "MALFORMED_FIELD"),
        ("batch_number", "   ", "MALFORMED_FIELD"),
        ("batch_number", "B" * 41, "MALFORMED_FIELD"),
        ("batch_number", "B\x001", "UNPRINTABLE"),
        ("batch_number", "\ud800", "UNPRINTABLE"),
        ("batch_number", "CHA9990260001AX", "READS_AS_ANOTHER_CODE"),
        ("batch_number", 7, "MALFORMED_FIELD"),
        ("patient", "", "MALFORMED_FIELD"),
        ("chain_of_identity", "A999926000001", "MALFORMED_COI"),
        ("donation_number", "A9999", "MALFORMED_DONATION"),
        ("completed_at", "2026-09-05", "NO_OFFSET"),
        ("completed_at", "yesterday", "MALFORMED_FIELD"),
        ("completed_at", "2026-09-05T09:56:00", "NO_OFFSET"),
        ("completed_at", 1_700_000_000, "NOT_A_TIME"),
        ("completed_at", "0001-01-01T00:00:00Z", "IMPOSSIBLE_TIME"),
        ("expires_on", "2028-02-30", "MALFORMED_FIELD"),
        ("expires_on", "2028-02-27T00:00:00Z", "NOT_A_DATE"),
        ("expires_on", "9999-12-31", "IMPOSSIBLE_TIME"),
        ("ebr_disposition", "in_process", "MALFORMED_FIELD"),
        ("containers", None, "MALFORMED_FIELD"),
    ],
)
def test_refuses_a_field_that_is_not_what_it_must_be(field: str, value: object, code: str) -> None:
    found = faults(batch_message(part(**{field: value})))

    assert found == {f"batches[0].{field}": code}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("barcode", "A999926000001Q-001", "CHECK_CHARACTER_WRONG"),
        ("barcode", "CHA9990260001AX", "NAMES_NO_CONTAINER"),
        ("barcode", "X" * 61, "SCAN_UNREADABLE"),
        ("volume_ml", 0, "MALFORMED_FIELD"),
        ("volume_ml", -1, "MALFORMED_FIELD"),
        ("volume_ml", 1.805, "MALFORMED_FIELD"),
        ("volume_ml", 1e9, "MALFORMED_FIELD"),
        ("volume_ml", "1.8", "NOT_A_NUMBER"),
        ("volume_ml", True, "NOT_A_NUMBER"),
        ("volume_ml", None, "NOT_A_NUMBER"),
        ("nucleated_cells", -1, "MALFORMED_FIELD"),
        ("nucleated_cells", 2**63, "MALFORMED_FIELD"),
        ("nucleated_cells", 1.5, "MALFORMED_FIELD"),
        ("kind", "barrel", "MALFORMED_FIELD"),
        ("purpose", None, "MALFORMED_FIELD"),
    ],
)
@pytest.mark.urs("URS-04")
def test_refuses_a_container_that_is_not_what_it_must_be(
    field: str, value: object, code: str
) -> None:
    containers = [container_part("A999926000001-001"), container_part("A-2") | {field: value}]

    found = faults(batch_message(part(containers=containers)))

    assert found == {f"batches[0].containers[1].{field}": code}


def test_refuses_a_code_that_only_we_give_out() -> None:
    found = faults(batch_message(part(containers=[container_part("VL-000001-L")])))

    assert set(found.values()) <= {"OUR_OWN_CODE", "CHECK_CHARACTER_WRONG"}


@pytest.mark.parametrize("missing", ["source_system", "message_id", "sent_at", "batches"])
def test_refuses_a_message_without_its_head(missing: str) -> None:
    message = batch_message(part())
    del message[missing]

    assert faults(message) == {missing: "MISSING_FIELD"}


@pytest.mark.parametrize("text", ["", "null", "7", '"a"', "{}", "[1]", '{"batches": {}}'])
def test_refuses_what_is_no_message_at_all(text: str) -> None:
    with pytest.raises(DomainError):
        read_batches(text)
