"""Which procedure governs what: the table, what ended, and the sheet on which quality sets it."""

from datetime import datetime

from django.http import QueryDict
from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from audit.models import Meaning
from inventory.models import Product
from sop.actions.set_governance import set_governance
from sop.queries.governance import ended_rules, governance_table, procedures_to_choose
from sop.setting_rules import newest_rule_change
from web.configuring.gate import is_administrator
from web.configuring.lists import programs_of, sites_of
from web.configuring.setups import SetUp, sheet
from web.forms.governance import GovernanceForm
from web.signing import SignAs


def table_context(person: Person, at: datetime) -> dict[str, object]:
    """Gather the table: what governs each action, what is not governed, and what ended."""
    programs = _programs_seen(person)
    actions = governance_table(at=at, programs=programs)
    return {
        "actions": actions,
        "missing": sum(1 for row in actions if not row.rules),
        "ended": ended_rules(at=at, programs=programs),
        "may_set": Role.QA in person.role_names(),
    }


def setting(posted: QueryDict | None, person: Person, at: datetime, action: str) -> SetUp:
    """Set rules; action: the one that was chosen on the table."""
    shown_at = newest_rule_change()
    programs = list(programs_of(person))
    form = GovernanceForm(
        posted,
        procedures=procedures_to_choose(at),
        sites=[(site.pk, site.name) for site in sites_of(person)],
        programs=[(program.pk, f"{program.code}: {program.name}") for program in programs],
        products=list(
            Product.objects.filter(program__in=programs).order_by("code").values_list("pk", "code")
        ),
        initial={"actions": [action], "seen_until": shown_at},
    )
    return SetUp(
        form=form,
        sheet=sheet(
            "Set which procedure governs what",
            under="procedures",
            words="It holds at once, for everybody in the scope: who is not trained for the "
            "procedure is refused. The narrowest scope counts. Of procedures in the same scope, "
            "each is a way to do the action.",
            statement="These actions are done by this procedure; I checked that it fits them.",
            action_label="Sign and set",
            hidden=(("seen_until", str(posted.get("seen_until", "") if posted else shown_at)),),
        ),
        act=lambda intent: set_governance(
            rules=form.wanted(), seen_until=form.cleaned_data["seen_until"], intent=intent, at=at
        ),
        done="The rules are in force.",
        done_url=reverse("configure:procedures"),
        roles=(Role.QA,),
        signs=SignAs(meaning=Meaning.APPROVED),
    )


def _programs_seen(person: Person) -> list[int] | None:
    if is_administrator(person):
        return None
    return list(programs_of(person).order_by().values_list("pk", flat=True))
