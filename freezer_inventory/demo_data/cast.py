"""The people of the demo, and how each of them signs."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from django.utils import timezone

from accounts.actions.acknowledge_policy import acknowledge_policy
from accounts.actions.create_person import create_person
from accounts.actions.open_first_account import open_first_account
from accounts.actions.publish_policy import publish_policy
from accounts.actions.record_certification import record_certification
from accounts.actions.verify_first_identity import verify_first_identity
from accounts.actions.verify_identity import verify_identity
from accounts.models import AccessRequest, Person, RequestStatus
from accounts.opening import NewAccount
from accounts.readiness import ALL_GATES, SET_UP, Gate, newest_policy
from accounts.roles import Role
from audit.authors import Attribution, SignedIntent
from audit.models import Meaning
from audit.signing import confirm_intent, witnessed
from freezer_inventory.demo_accounts import DEMO_PASSWORD
from inventory.actions.approve_access import approve_access
from inventory.codes.own import OwnKind, new_code

BENCH = "Bench 1"
SET_UP_BY = "set-up of the demo"
POLICY = """My electronic signature binds me as my signature by hand does.

I answer for everything that is done under it. I give my password to nobody, sign for nobody else,
and report at once when I believe that somebody else knows it.

I sign only what I did, witnessed or checked myself, and only after reading what the sheet says."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """One person or system of the cast; `sites` and `programs` by code, all when empty."""

    user_id: str
    full_name: str
    role: Role
    works: bool = True
    is_shared: bool = False
    sites: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()


ADMIN = Member(user_id="admin", full_name="Anton Meier", role=Role.ADMINISTRATOR, works=False)
MEMBERS = (
    Member(user_id="technician", full_name="Timea Keller", role=Role.TECHNICIAN),
    Member(user_id="witness", full_name="Wanda Roth", role=Role.TECHNICIAN),
    Member(user_id="supervisor", full_name="Sanne Vogel", role=Role.SUPERVISOR),
    Member(user_id="qa", full_name="Quentin Adler", role=Role.QA),
    Member(user_id="qa2", full_name="Quiana Brandt", role=Role.QA),
    Member(user_id="release", full_name="Renata Lang", role=Role.RELEASE),
    Member(user_id="inspector", full_name="Ines Moreau", role=Role.INSPECTOR, works=False),
    Member(
        user_id="harbor",
        full_name="Hank Porter",
        role=Role.TECHNICIAN,
        sites=("BOS",),
        programs=("HRB-MSC",),
    ),
    Member(
        user_id="kiosk",
        full_name="Kiosk in the freezer room",
        role=Role.TECHNICIAN,
        works=False,
        is_shared=True,
        sites=("ZRH",),
    ),
    Member(user_id="ebr", full_name="Electronic batch record", role=Role.SERVICE),
    Member(user_id="scheduling", full_name="Scheduling system", role=Role.SERVICE),
    Member(user_id="admin2", full_name="Aline Girard", role=Role.ADMINISTRATOR, works=False),
)


@dataclass
class Cast:
    """Everybody by user id, each proven once."""

    tell: Callable[[], None]
    people: dict[str, Person] = field(default_factory=dict)
    _proofs: dict[str, SignedIntent] = field(default_factory=dict)

    def enter(self) -> None:
        """Open every account: the administrator's, who opens signing, then all others'."""
        account = self._account(ADMIN, 1)
        self.people[ADMIN.user_id] = open_first_account(account=account, device=SET_UP_BY)
        self._open_signing()
        self.tell()
        for number, member in enumerate(MEMBERS, start=2):
            self.people[member.user_id] = create_person(
                account=self._account(member, number), intent=self.signs("admin", "New colleague")
            )
            self.approve()
            if not member.is_shared and member.role is not Role.SERVICE:
                self._let_sign(member)
            self.tell()

    def _account(self, member: Member, number: int) -> NewAccount:
        return NewAccount(
            user_id=member.user_id,
            full_name=member.full_name,
            password=DEMO_PASSWORD,
            roles=[member.role],
            badge_code=new_code(OwnKind.PERSON, number),
            is_shared=member.is_shared,
            lasts_from=timezone.now(),
        )

    def _open_signing(self) -> None:
        """Put on record what signing waits for, by the administrator alone."""
        today = timezone.localdate()
        verify_first_identity(
            user_id=ADMIN.user_id,
            verifier_name="Head of quality",
            method="Passport seen",
            verified_on=today,
            device=SET_UP_BY,
        )
        record_certification(
            reference="Letter of non-repudiation, demo",
            sent_on=today,
            intent=_proof(ADMIN.user_id, "Sent today", Meaning.CERTIFIED, SET_UP),
        )
        approved = _proof(ADMIN.user_id, "First revision", Meaning.APPROVED, SET_UP)
        publish_policy(text=POLICY, intent=approved)
        self._acknowledge(ADMIN)

    def _let_sign(self, member: Member) -> None:
        verify_identity(
            person_id=self.people[member.user_id].pk,
            method="Passport seen",
            verified_on=timezone.localdate(),
            intent=self.signs(ADMIN.user_id, "First day"),
        )
        self._acknowledge(member)

    def _acknowledge(self, member: Member) -> None:
        policy = newest_policy()
        reads = _proof(member.user_id, "Before my first signature", Meaning.RESPONSIBILITY, SET_UP)
        acknowledge_policy(policy_id=0 if policy is None else policy.pk, intent=reads)

    def approve(self) -> None:
        """Let QA approve what waits; the second one what concerns the first."""
        waiting = AccessRequest.objects.filter(status=RequestStatus.REQUESTED)
        for key, concerned in waiting.values_list("pk", "person__user_id"):
            approver = "qa2" if concerned == "qa" else "qa"
            intent = self.signs(approver, "Trained, and needed", meaning=Meaning.APPROVED)
            approve_access(request_id=key, intent=intent)

    def says(self, user_id: str, reason: str, *, device: str = BENCH) -> Attribution:
        """Return the attribution of a step in somebody's session."""
        return Attribution(actor=self.people[user_id], reason=reason, device=device)

    def signs(
        self,
        user_id: str,
        reason: str,
        *,
        second: str = "",
        meaning: Meaning = Meaning.PERFORMED,
    ) -> SignedIntent:
        """
        Return the intent of somebody who proved who they are once, in this very process.

        The slow hash is asked once for each person, not two thousand times: everything else,
        the reason, the meaning and the time of each signature, is what it would be. Only the
        demo does this; a screen asks for the password at every signature.
        """
        if user_id not in self._proofs:
            self._proofs[user_id] = _proof(
                user_id, "To prove once who signs for the demo data", meaning, ALL_GATES
            )
        proof = replace(
            self._proofs[user_id], reason=reason, meaning=meaning, confirmed_at=timezone.now()
        )
        if not second:
            return proof
        return witnessed(proof, by=self.signs(second, reason, meaning=Meaning.WITNESSED))


def _proof(user_id: str, reason: str, meaning: Meaning, needs: frozenset[Gate]) -> SignedIntent:
    return confirm_intent(
        user_id=user_id,
        password=DEMO_PASSWORD,
        meaning=meaning,
        reason=reason,
        device=BENCH,
        at=timezone.now(),
        needs=needs,
    )
