"""Adding a site that stores product."""

from zoneinfo import available_timezones

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import Refusal, refuse_if
from inventory.models import Site
from inventory.rules.naming import refusals_of_code, refusals_of_name

TAKEN_MEANWHILE = Refusal("CODE_TAKEN", "Somebody else has just given this code to another site.")


def add_site(*, code: str, name: str, time_zone: str, intent: SignedIntent) -> Site:
    """
    Add a site, signed by an administrator.

    time_zone: the IANA name, such as Europe/Zurich, by which its times are shown.
    Raises NotAuthorised; ActionRefused (CODE_*, NAME_*, UNKNOWN_TIME_ZONE).
    Source: FDA 2003 time-zone reference; URS-71.
    """
    with signed_change(intent, action="add_site") as change:
        change.subject.update(code=code)
        require_role(intent.signer, [Role.ADMINISTRATOR])
        refuse_if(_refusals(code.strip(), name, time_zone))
        site = Site(code=code.strip(), name=name.strip(), time_zone=time_zone)
        with refused_by("inventory_site_code_key", TAKEN_MEANWHILE):
            site.save(force_insert=True)
        change.sign([site])
        return site


def _refusals(code: str, name: str, time_zone: str) -> list[Refusal]:
    refusals = refusals_of_code(
        code, taken=Site.objects.filter(code=code).exists(), what="site", longest=20
    )
    refusals += refusals_of_name(
        name, taken=Site.objects.filter(name=name.strip()).exists(), what="site"
    )
    if time_zone not in available_timezones():
        refusals.append(
            Refusal(
                "UNKNOWN_TIME_ZONE",
                f"“{time_zone}” is no time zone. Choose one by its place, such as Europe/Zurich.",
            )
        )
    return refusals
