"""Keeping what was refused, outside the transaction that was rolled back."""

from collections.abc import Mapping

from audit.authors import Author
from audit.errors import DomainError
from audit.models import RefusedAttempt


def record_refusal(
    *,
    action: str,
    error: DomainError,
    actor: Author | None,
    device: str,
    user_id: str = "",
    request_id: str = "",
    subject: Mapping[str, object] | None = None,
) -> RefusedAttempt:
    """
    Keep one refused attempt.

    user_id: what was typed, where no account matched it.
    subject: what the attempt was about: ids, the expected and the scanned code.
    Source: 21 CFR 11.10(f), 11.300(d); URS-23, URS-29, URS-59.
    """
    return RefusedAttempt.objects.create(
        action=action,
        actor_id=None if actor is None else actor.pk,
        actor_user_id=user_id[:60] if actor is None else actor.user_id,
        actor_name="" if actor is None else actor.full_name,
        role="" if actor is None else actor.roles_recorded()[:200],
        device=device[:200],
        request_id=request_id,
        error=type(error).__name__,
        codes=error.codes,
        words=str(error),
        subject=dict(subject or {}),
    )
