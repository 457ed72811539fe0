"""Proving a signer before any row is locked, and binding signatures to exact record versions."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from django.db import connection, models
from django.db.models import Model

from audit.authors import Author, SignedIntent
from audit.errors import Refusal, SigningFailed
from audit.models import Meaning, Signature
from audit.proofs import ProofRequest, Purpose, proven
from audit.readiness import refusals_of_readiness
from audit.refusals import record_refusal

Record = TypeVar("Record", bound=Model)

WRONG_SECRET = Refusal(
    "WRONG_CREDENTIALS",
    "The user id and password do not match. Nothing was signed: enter your own and sign again.",
)
LOCKED = Refusal(
    "LOCKED_OUT",
    "There were too many wrong attempts with this user id, so it is locked. Nothing was signed: "
    "ask an administrator to look into it and unlock it.",
)
MUST_CHANGE = Refusal(
    "PASSWORD_TO_CHANGE",
    "This password is temporary or too old to sign with. Nothing was signed: sign in with it, "
    "choose another, and sign again.",
)
CLOSED = Refusal(
    "DEACTIVATED", "The account was closed before the sheet was signed. Nothing was signed."
)
SHARED = Refusal(
    "SHARED_ACCOUNT", "A shared account can look but never sign. Sign in with your own account."
)
SAME_PERSON = Refusal(
    "SAME_PERSON", "The second person must be somebody else, with their own user id and password."
)
NO_REASON = Refusal("NO_REASON", "Say why: every change of a record needs a reason.")


def confirm_intent(
    *,
    user_id: str,
    password: str,
    meaning: Meaning,
    reason: str,
    device: str,
    at: datetime,
    request_id: str = "",
    authenticated: Author | None = None,
    needs: Collection[str] | None = None,
) -> SignedIntent:
    """
    Check the signer's credentials; slow on purpose, so call it before any row is locked.

    authenticated: who proved it for this very sheet elsewhere, a moment ago; only
    `web.signing_elsewhere` knows of anybody, and no password is looked at then.
    needs: names of what must be on record of the signer; None for everything.
    Raises SigningFailed: the two components do not match, the account is shared, no reason was
    given, or it is not on record that they may sign. The failed attempt is recorded; a wrong
    component counts towards the lock-out of the account.
    Source: 21 CFR 11.200(a)(1), two distinct identification components; 11.100(b), (c);
    11.300(d); URS-12, URS-13, URS-59, URS-64.
    """
    proof = ProofRequest(purpose=Purpose.SIGN, device=device, request_id=request_id)
    signer = proven(user_id, password, proof) if authenticated is None else authenticated
    refusals = _refusals_to_sign(proof, signer, reason, needs)
    if signer is None or refusals:
        raise _kept(SigningFailed(refusals), proof, signer, user_id)
    return SignedIntent(
        signer=signer,
        meaning=meaning,
        reason=reason.strip(),
        device=device,
        confirmed_at=at,
        request_id=request_id,
    )


def _kept(
    error: SigningFailed, proof: ProofRequest, signer: Author | None, user_id: str
) -> SigningFailed:
    """Record a failed attempt to sign, and return its error to be raised."""
    record_refusal(
        action="sign",
        error=error,
        actor=signer,
        user_id=user_id,
        device=proof.device,
        request_id=proof.request_id,
    )
    return error


def _refusals_to_sign(
    proof: ProofRequest, signer: Author | None, reason: str, needs: Collection[str] | None
) -> list[Refusal]:
    if signer is None:
        return [LOCKED if proof.axes_locked_out else WRONG_SECRET]
    refusals = [] if signer.is_active else [CLOSED]
    if proof.must_change:
        refusals.append(MUST_CHANGE)
    if signer.is_shared:
        refusals.append(SHARED)
    if not reason.strip():
        refusals.append(NO_REASON)
    return refusals or refusals_of_readiness(signer, needs)


def witnessed(first: SignedIntent, *, by: SignedIntent) -> SignedIntent:
    """
    Join the second person's proof to the first's.

    Raises SigningFailed: both proofs are of the same person; the attempt is recorded.
    Source: 21 CFR 211.188(b)(11); URS-31.
    """
    if by.signer.pk == first.signer.pk:
        error = SigningFailed([SAME_PERSON])
        record_refusal(
            action="sign",
            error=error,
            actor=by.signer,
            device=by.device,
            request_id=by.request_id,
        )
        raise error
    return replace(first, second=by)


def signers(intent: SignedIntent) -> list[SignedIntent]:
    """Return the proofs of everyone who signs, the performer first."""
    return [intent] if intent.second is None else [intent, intent.second]


def sign_records(
    records: Sequence[Record],
    *,
    intent: SignedIntent,
    roles: dict[int, str],
    only: Sequence[str] = (),
) -> list[Signature]:
    """
    Append one signature for each record and signer, bound to the record's version as written.

    records: rows of one model, saved in the open Change.
    roles: for each signer's key, the role as the Change recorded it.
    only: the columns that are bound; empty for all of the row.
    Source: 21 CFR 11.70; URS-52, URS-60.
    """
    if not records:
        return []
    model = type(records[0])
    columns = _columns(model, only)
    digests = record_digests(model, [record.pk for record in records], columns)
    return Signature.objects.bulk_create(
        [
            Signature(
                signer_id=proof.signer.pk,
                signer_user_id=proof.signer.user_id,
                printed_name=proof.signer.full_name,
                role=roles[proof.signer.pk],
                meaning=proof.meaning,
                reason=proof.reason,
                signed_at=proof.confirmed_at,
                record_table=model._meta.db_table,
                record_id=record.pk,
                record_columns=columns,
                record_digest=digests[record.pk],
            )
            for record in records
            for proof in signers(intent)
        ]
    )


def _columns(model: type[models.Model], only: Sequence[str]) -> list[str]:
    columns = [field.column for field in model._meta.concrete_fields if field.column]
    return [column for column in columns if not only or column in only]


def record_digests(
    model: type[models.Model], keys: Iterable[int], columns: Sequence[str]
) -> dict[int, str]:
    """
    Return, for each key, the SHA-256 in hex of the row's `columns` as canonical JSON.

    Keys without a row are left out.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    query = f"""
        SELECT t.id, encode(sha256(convert_to(
            (SELECT jsonb_object_agg(e.key, e.value) FROM jsonb_each(to_jsonb(t)) e
             WHERE e.key = ANY(%s))::text, 'UTF8')), 'hex')
        FROM {table} t WHERE t.id = ANY(%s)
    """  # noqa: S608 - the table name comes from the model and is quoted
    with connection.cursor() as cursor:
        cursor.execute(query, [list(columns), list(keys)])
        return dict(cursor.fetchall())


@dataclass(frozen=True)
class SignatureBlock:
    """A signature as it is shown and printed, with whether its record has changed since."""

    printed_name: str
    user_id: str
    role: str
    meaning: str
    reason: str
    signed_at: datetime
    changed_since: bool


def signature_blocks(model: type[models.Model], record_id: int) -> list[SignatureBlock]:
    """
    Return the signatures under one record, oldest first, each checked against the row as it is.

    Source: 21 CFR 11.50(b); URS-50, URS-53.
    """
    rows = Signature.objects.filter(record_table=model._meta.db_table, record_id=record_id)
    return [block_of(row, changed_since=not is_intact(row, model)) for row in rows.order_by("id")]


def block_of(row: Signature, *, changed_since: bool) -> SignatureBlock:
    """Return a signature as it is shown."""
    return SignatureBlock(
        printed_name=row.printed_name,
        user_id=row.signer_user_id,
        role=row.role,
        meaning=row.get_meaning_display(),
        reason=row.reason,
        signed_at=row.signed_at,
        changed_since=changed_since,
    )


def is_intact(signature: Signature, model: type[models.Model]) -> bool:
    """Say whether the signed record is still the exact version that was signed."""
    digests = record_digests(model, [signature.record_id], signature.record_columns)
    return digests.get(signature.record_id) == signature.record_digest
