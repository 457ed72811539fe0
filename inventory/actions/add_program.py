"""Adding a program: the wall behind which a sponsor's patients stand."""

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import NotFound, Refusal, refuse_if
from inventory.models import Program, Sponsor
from inventory.rules.naming import refusals_of_code, refusals_of_name

UNKNOWN_SPONSOR = Refusal("UNKNOWN_SPONSOR", "No such sponsor. Choose it from the list.")
TAKEN_MEANWHILE = Refusal(
    "CODE_TAKEN", "Somebody else has just given this code to another program."
)


def add_program(*, sponsor_id: int, code: str, name: str, intent: SignedIntent) -> Program:
    """
    Add a program of a sponsor, signed by an administrator; nobody sees it until a scope is granted.

    Raises NotFound; NotAuthorised; ActionRefused (CODE_*, NAME_*).
    Source: GDPR Art. 25; URS-117.
    """
    with signed_change(intent, action="add_program") as change:
        change.subject.update(code=code)
        require_role(intent.signer, [Role.ADMINISTRATOR])
        sponsor = Sponsor.objects.filter(pk=sponsor_id).first()
        if sponsor is None:
            raise NotFound([UNKNOWN_SPONSOR])
        taken = Program.objects.filter(code=code.strip()).exists()
        refuse_if(
            refusals_of_code(code.strip(), taken=taken, what="program", longest=20)
            + refusals_of_name(name, taken=False, what="program")
        )
        program = Program(sponsor=sponsor, code=code.strip(), name=name.strip())
        with refused_by("inventory_program_code_key", TAKEN_MEANWHILE):
            program.save(force_insert=True)
        change.sign([program])
        return program
