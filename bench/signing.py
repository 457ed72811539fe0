"""One action that two people sign, commit included, beside the same rows by bare SQL."""

from collections.abc import Iterator
from functools import partial

from django.db import connection, transaction
from django.utils import timezone

from audit.authors import SignedIntent
from audit.models import Meaning
from audit.signing import witnessed
from audit.writes import into_history
from bench.ground import Ground, proof
from bench.timing import Line
from bench.writing import CHANGE, END, WARM_UP, measured_line
from custody.actions.check_out_vials import InternalPurpose, check_out_vials
from inventory.models import Position, Vial

BUDGET_MS = 40  # besides the hash of the password
OUT = f"""
    WITH t AS (
        UPDATE inventory_vial SET custody = 'checked_out', position_id = NULL,
            custodian_id = %(who)s WHERE id = %(vial)s RETURNING *
    ) {into_history(Vial)} FROM t"""
KEPT = f"""
    WITH t AS (
        UPDATE inventory_position SET reserved_for_id = %(vial)s WHERE id = %(place)s RETURNING *
    ) {into_history(Position)} FROM t"""
EVENT = """
    INSERT INTO custody_custodyevent (vial_id, kind, device, from_place, to_place, from_custody,
        to_custody, from_quality, to_quality, expected_code, scanned_code, reason, details,
        from_position_id, to_custodian_id, actor_id, second_person_id)
    SELECT vial_id, 'checked_out', 'bench', to_place, '', to_custody, 'checked_out', to_quality,
        to_quality, '', '', 'To measure', '{}', to_position_id, %(who)s, %(who)s, %(second)s
    FROM custody_custodyevent WHERE vial_id = %(vial)s ORDER BY seq DESC LIMIT 1 RETURNING id"""
SIGN = """
    INSERT INTO audit_signature (signer_id, signer_user_id, printed_name, role, meaning, reason,
        signed_at, record_table, record_id, record_columns, record_digest)
    SELECT p.id, p.user_id, p.full_name, '', 'performed', 'To measure', now(),
        'custody_custodyevent', e.id, '[]',
        encode(sha256(convert_to(to_jsonb(e)::text, 'UTF8')), 'hex')
    FROM custody_custodyevent e JOIN accounts_person p ON p.id IN (%(who)s, %(second)s)
    WHERE e.id = %(event)s"""


def measure_signing(ground: Ground, rounds: int) -> Iterator[Line]:
    """Yield the line of taking a vial out, signed by two."""
    count = rounds + WARM_UP
    vials = ground.in_hand[: 2 * count]
    first = proof("bench-technician")
    intent = witnessed(first, by=proof("bench-witness", Meaning.WITNESSED))
    yield measured_line(
        "check one vial out, signed by two, hash apart",
        [partial(_take, vial, intent) for vial in vials[:count]],
        [partial(_bare, ground, vial) for vial in vials[count:]],
        budget_ms=BUDGET_MS,
    )


def _take(vial: Vial, intent: SignedIntent) -> None:
    check_out_vials(
        vial_ids=[vial.pk], purpose=InternalPurpose.QC, intent=intent, at=timezone.now()
    )


def _bare(ground: Ground, vial: Vial) -> None:
    values: dict[str, int | None] = {
        "vial": vial.pk,
        "who": ground.technician.pk,
        "second": ground.people["bench-witness"].pk,
        "place": Vial.objects.values_list("position", flat=True).get(pk=vial.pk),
    }
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(CHANGE)
        cursor.execute("SELECT 1 FROM inventory_vial WHERE id = %(vial)s FOR NO KEY UPDATE", values)
        cursor.execute(OUT.replace(", %s FROM t", ", '~' FROM t"), values)
        cursor.execute(EVENT, values)
        values["event"] = cursor.fetchone()[0]
        cursor.execute(END, values)
        cursor.execute(KEPT.replace(", %s FROM t", ", '~' FROM t"), values)
        cursor.execute(SIGN, values)
