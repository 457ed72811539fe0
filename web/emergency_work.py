"""Emergency work on screen: the list, and the sheets on which it begins and ends."""

from datetime import datetime

from django.http import QueryDict
from django.urls import reverse

from accounts.models import Person
from audit.authors import SignedIntent
from audit.models import Meaning
from inventory.models import Site
from sop.actions.begin_emergency_work import begin_emergency_work
from sop.actions.end_emergency_work import end_emergency_work
from sop.emergency_work import BEGINS, ENDS, MOST_HOURS
from sop.models import EmergencyWork
from sop.queries.emergency_work import emergency_works
from web.configuring.setups import SetUp
from web.emergency_work_warning import forget
from web.forms.emergency_work import EmergencyWorkForm
from web.forms.signing import SigningForm
from web.presenters import Crumb
from web.sheets import SignSheet
from web.signing import SignAs

AUTHORISED = SignAs(meaning=Meaning.RESPONSIBILITY)


def index_context(person: Person, at: datetime) -> dict[str, object]:
    """Gather the list."""
    roles = set(person.role_names())
    may_end = not roles.isdisjoint(ENDS)
    rows = emergency_works(seen_by=person)
    return {
        "rows": [(row, row.ends_at > at, may_end and row.ends_at > at) for row in rows],
        "may_begin": not roles.isdisjoint(BEGINS),
    }


def beginning(posted: QueryDict | None, person: Person) -> SetUp:
    """Begin emergency work."""
    sites = Site.objects.worked_at_by(person).order_by("code").values_list("pk", "name")
    form = EmergencyWorkForm(posted, sites=list(sites))

    def act(intent: SignedIntent) -> None:
        entered = form.cleaned_data
        begin_emergency_work(site_id=entered["site"], hours=entered["hours"], intent=intent)
        forget()

    return SetUp(
        form=form,
        sheet=_sheet(
            "Begin emergency work",
            words="Everybody at the site may then act without the procedure: no run, no training "
            f"is asked for. It ends by itself after at most {MOST_HOURS} hours. A deviation is "
            "opened with your signature, and every entry says that it was done under it.",
            statement="Product is in danger and cannot wait for the procedure. I answer for it.",
            reasons=("A tank fails: its contents are moved now",),
        ),
        act=act,
        done="Emergency work lasts from now on. A deviation was opened.",
        done_url=reverse("emergency_work:index"),
        roles=BEGINS,
        signs=AUTHORISED,
    )


def ending(posted: QueryDict | None, row: EmergencyWork) -> SetUp:
    """End emergency work."""

    def act(intent: SignedIntent) -> None:
        end_emergency_work(work_id=row.pk, intent=intent)
        forget()

    return SetUp(
        form=SigningForm(posted),
        sheet=_sheet(
            f"End emergency work at {row.site.name}",
            words="From the moment you sign, the procedures hold again. Count what was moved; "
            f"quality evaluates it under {row.deviation}.",
            statement="The emergency is over.",
            reasons=("The emergency is over",),
            covers=((EmergencyWork, row.pk),),
        ),
        act=act,
        done="The procedures hold again.",
        done_url=reverse("emergency_work:index"),
        roles=ENDS,
        signs=AUTHORISED,
    )


def _sheet(heading: str, **said: object) -> SignSheet:
    url = reverse("emergency_work:index")
    return SignSheet(
        heading=heading,
        action_label=f"Sign: {heading[0].lower()}{heading[1:]}",
        cancel_url=url,
        crumbs=(Crumb(label="Emergency work", url=url), Crumb(label=heading)),
        grave=True,
        **said,  # type: ignore[arg-type]  # the sheet's own names
    )
