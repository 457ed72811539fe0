"""Signing what a restore lost, by quality; the one write that is open until then."""

from django.db import connection

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import ActionRefused, Refusal, refuse_if
from audit.models import Change, RestoreReconciliation
from audit.seals.losses import Loss
from audit.seals.standing import RECONCILE, forget_standing, loss_now

NOTHING_LOST = Refusal(
    "NOTHING_LOST", "The database has every seal that its anchor has: nothing is to be reconciled."
)
ANOTHER_LOSS = Refusal(
    "ANOTHER_LOSS",
    "What is lost is not what was shown: somebody restored or sealed meanwhile. Nothing was "
    "signed: read the page anew.",
)
NO_FINDINGS = Refusal("NO_FINDINGS", "Write down what was compared and what was found.")
UNSEALED_MARGIN = 1_000
"""So many Changes may have been made between the newest lost seal and the end."""


def reconcile_restore(*, digest: str, findings: str, intent: SignedIntent) -> RestoreReconciliation:
    """
    Record what a restore lost and what was found, and so open the database for writing again.

    digest: of the newest seal in the anchor, as the page showed it.
    Numbers of Changes that the lost time may have used are passed over, as those of seals are.
    Raises NotAuthorised; ActionRefused (NOTHING_LOST, ANOTHER_LOSS, NO_FINDINGS).
    Source: 21 CFR 11.10(a), (e); 211.68(b); URS-83.
    """
    with signed_change(intent, action=RECONCILE) as change:
        loss = loss_now()
        change.subject["digest"] = digest
        require_role(intent.signer, [Role.QA])
        if loss is None:
            raise ActionRefused([NOTHING_LOST])
        refuse_if(_refusals(loss, digest, findings))
        row = _record(loss, findings.strip(), restored_to=change.id)
        with refused_by("audit_a_loss_is_reconciled_once", NOTHING_LOST):
            row.save(force_insert=True)
        change.sign([row])
        _pass_over(loss.newest_change)
    forget_standing()
    return row


def _refusals(loss: Loss, digest: str, findings: str) -> list[Refusal]:
    refusals = [] if loss.digest == digest else [ANOTHER_LOSS]
    return refusals if findings.strip() else [*refusals, NO_FINDINGS]


def _record(loss: Loss, findings: str, *, restored_to: int) -> RestoreReconciliation:
    newest = Change.objects.filter(pk__lt=restored_to).order_by("-pk").first()
    return RestoreReconciliation(
        first_lost=loss.first,
        last_lost=loss.last,
        last_anchored=loss.anchored,
        last_digest=loss.digest,
        kept_seal=loss.kept,
        kept_at=loss.kept_at,
        first_lost_at=loss.first_at,
        last_lost_at=loss.last_at,
        changes=loss.changes,
        attempts=loss.attempts,
        rows=loss.rows,
        newest_change=loss.newest_change,
        restored_to=None if newest is None else newest.recorded_at,
        findings=findings,
    )


def _pass_over(newest: int | None) -> None:
    """Use up the numbers of Changes that stand on paper from the lost time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(nextval('public.audit_change_id_seq')) FROM generate_series(1, "
            "%s::bigint + GREATEST(0, %s::bigint - "
            "(SELECT last_value FROM public.audit_change_id_seq)))",
            [UNSEALED_MARGIN, newest or 0],
        )
