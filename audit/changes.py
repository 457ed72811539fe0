"""The write door: the only three ways in, each opening one Change in one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import Model

from audit.authors import Attribution, Author, SignedIntent
from audit.clocks.gate import insist_on_clock
from audit.errors import ActionRefused, Busy, DomainError, NotAuthorised, Refusal, refuse_if
from audit.following import step_followed
from audit.models import Change, Door, Signature
from audit.refusals import record_refusal
from audit.seals.standing import insist_on_whole_trail
from audit.sheets import refusals_of_changes_since, spend
from audit.signing import NO_REASON, SHARED, sign_records, signers

LOCK_NOT_AVAILABLE = "55P03"
DEADLOCK_DETECTED = "40P01"
QUERY_CANCELED = "57014"


@dataclass(kw_only=True)
class OpenChange:
    """
    The Change that is open, as an action sees it.

    procedure_step: as the Change keeps it, such as "ST-002 v3, step 4".
    subject: what the attempt is about; kept with the refusal when the action is refused.
    followed: which step of which procedure the action is, for the ledger.
    action, request_id: as the Change keeps them.
    """

    id: int
    actor: Author | None
    device: str
    intent: SignedIntent | None = None
    procedure_step: str = ""
    roles: dict[int, str] = field(default_factory=dict)
    subject: dict[str, object] = field(default_factory=dict)
    followed: dict[str, object] = field(default_factory=dict)
    action: str = ""
    request_id: str = ""

    @property
    def second_person(self) -> Author | None:
        """The second person of a two-person step."""
        if self.intent is None or self.intent.second is None:
            return None
        return self.intent.second.signer

    def keep(self, error: DomainError) -> None:
        """
        Keep a refused attempt in this Change, together with what it leaves behind.

        For what is refused and has consequences all the same: the caller raises `error` once the
        Change is committed. Source: URS-23, URS-113.
        """
        record_refusal(
            action=self.action,
            error=error,
            actor=self.actor,
            device=self.device,
            request_id=self.request_id,
            subject=self.subject,
        )

    def sign(self, records: Sequence[Model], *, only: Sequence[str] = ()) -> list[Signature]:
        """
        Append the signatures of all signers under each of `records`.

        only: the columns that the signature binds, where a later step adds others; empty for all.
        Raises TypeError: the Change was not opened by `signed_change`.
        """
        if self.intent is None:
            raise TypeError("only a Change opened by signed_change can sign records")
        return sign_records(records, intent=self.intent, roles=self.roles, only=only)


@contextmanager
def signed_change(
    intent: SignedIntent, *, action: str, procedure_step: str = ""
) -> Iterator[OpenChange]:
    """
    Open a Change for people who proved who they are.

    Raises whatever the action refuses, after the attempt is recorded; Busy when rows stay locked.
    """
    people = {proof.signer.pk: _role(proof.signer) for proof in signers(intent)}
    change = Change(
        door=Door.SIGNED,
        action=action,
        reason=intent.reason,
        device=intent.device,
        request_id=intent.request_id,
        procedure_step=procedure_step,
    )
    with _opened(change, actor=intent.signer, intent=intent, roles=people) as opened:
        yield opened


@contextmanager
def attributed_change(
    attribution: Attribution, *, action: str, procedure_step: str = ""
) -> Iterator[OpenChange]:
    """
    Open a Change for a step that a session attributes to a person.

    Raises NotAuthorised: the account is shared; ActionRefused (NO_REASON); and whatever the
    action refuses.
    Source: Annex 11 (2011) section 9; URS-10, URS-36.
    """
    change = Change(
        door=Door.ATTRIBUTED,
        action=action,
        reason=attribution.reason.strip(),
        device=attribution.device,
        request_id=attribution.request_id,
        procedure_step=procedure_step,
    )
    roles = {attribution.actor.pk: _role(attribution.actor)}
    if not change.reason:
        error = ActionRefused([NO_REASON])
        _keep(change, error, attribution.actor, {})
        raise error
    with _opened(change, actor=attribution.actor, intent=None, roles=roles) as opened:
        if attribution.actor.is_shared:
            raise NotAuthorised([SHARED])
        yield opened


@contextmanager
def machine_change(device: str, *, action: str, reason: str) -> Iterator[OpenChange]:
    """Open a Change for a feed or a job that no person stands behind."""
    change = Change(door=Door.MACHINE, action=action, reason=reason, device=device)
    with _opened(change, actor=None, intent=None, roles={}) as opened:
        yield opened


def _role(person: Author) -> str:
    return person.roles_recorded()[:200]


@contextmanager
def _opened(
    change: Change, *, actor: Author | None, intent: SignedIntent | None, roles: dict[int, str]
) -> Iterator[OpenChange]:
    opened = OpenChange(
        id=0,
        actor=actor,
        device=change.device,
        intent=intent,
        roles=roles,
        action=change.action,
        request_id=change.request_id,
    )
    if actor is not None:
        change.actor_id = actor.pk
        change.actor_user_id, change.actor_name = actor.user_id, actor.full_name
        change.role = roles[actor.pk]
    change.app_version = f"{settings.APP_VERSION} {settings.APP_COMMIT}"[:60]
    try:
        insist_on_whole_trail(change.action)
        if actor is not None:
            insist_on_clock(change.action, is_signed=intent is not None)
            change.procedure_step = change.procedure_step or step_followed(change.action, actor)
        opened.procedure_step = change.procedure_step
        with transaction.atomic(durable=True):
            change.save(force_insert=True)
            opened.id = change.pk
            with _once_as_shown(intent, change):
                yield opened
    except DomainError as error:
        _keep(change, error, actor, opened.subject)
        raise
    except OperationalError as fault:
        busy = _busy(fault)
        _keep(change, busy, actor, opened.subject)
        raise busy from fault


@contextmanager
def _once_as_shown(intent: SignedIntent | None, change: Change) -> Iterator[None]:
    """
    Let a sheet be signed once, and only when what it showed is still so.

    Raises ActionRefused (SHEET_SIGNED, CHANGED_SINCE_SHOWN).
    """
    sheet = None if intent is None else intent.sheet
    if sheet is None:
        yield
        return
    spend(sheet)
    yield
    refuse_if(refusals_of_changes_since(sheet, change_id=change.pk))


def _busy(fault: OperationalError) -> Busy:
    """
    Turn a lock that did not come into words.

    Raises OperationalError: the fault is another one.
    """
    if getattr(fault.__cause__, "sqlstate", None) not in {
        LOCK_NOT_AVAILABLE,
        DEADLOCK_DETECTED,
        QUERY_CANCELED,
    }:
        raise fault
    return Busy(
        [
            Refusal(
                "BUSY",
                "Somebody else is working on the same vial or place. Nothing was changed: "
                "wait a moment and do it again.",
            )
        ]
    )


def _keep(
    change: Change, error: DomainError, actor: Author | None, subject: Mapping[str, object]
) -> None:
    record_refusal(
        action=change.action,
        error=error,
        actor=actor,
        device=change.device,
        request_id=change.request_id,
        subject=subject,
    )
