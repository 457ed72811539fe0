"""The two sheets: on which emptying a unit begins, and on which it is ended early."""

from collections.abc import Callable
from datetime import datetime

from django.http import QueryDict
from django.urls import reverse

from audit.authors import SignedIntent
from audit.models import Meaning
from custody.actions.begin_emptying import begin_emptying
from custody.actions.end_emptying import end_emptying
from custody.emptying import MAY_EMPTY
from custody.models import Emptying
from inventory.models import Container
from web.configuring.setups import SetUp
from web.emergency_work_warning import forget
from web.emptying.pages import crumbs_of
from web.forms.emptying import BeginForm, EndForm
from web.links import storage_url
from web.presenters import Crumb
from web.sheets import SignSheet
from web.signing import SignAs

AUTHORISED = SignAs(meaning=Meaning.RESPONSIBILITY)


def beginning(posted: QueryDict | None, unit: Container, at: datetime) -> SetUp:
    """Begin to empty a unit; the address of what begins is known once it is signed."""
    form = BeginForm(posted)
    heading, url = f"Empty {unit.name}", storage_url(unit.pk)

    def act(intent: SignedIntent) -> None:
        begin_emptying(unit_id=unit.pk, hours=form.cleaned_data["hours"], intent=intent, at=at)
        forget()

    return SetUp(
        form=form,
        sheet=SignSheet(
            heading=heading,
            words="Everybody of the site may then carry its racks out, without the procedure: "
            "scan a rack, scan where it is put. Every vial in it is under review until quality "
            "has evaluated the deviation. Storage class, room and warmth bind as ever.",
            statement="This unit fails and its contents cannot wait. I answer for it.",
            action_label=f"Sign and begin: {heading[0].lower()}{heading[1:]}",
            cancel_url=url,
            crumbs=(Crumb(label=unit.name, url=url), Crumb(label=heading)),
            reasons=("It fails: its contents are moved now",),
            grave=True,
        ),
        act=act,
        done="Scan the first rack. A deviation lists every vial in it.",
        done_url=reverse("emptying:of_unit", args=[unit.pk]),
        roles=tuple(sorted(MAY_EMPTY)),
        signs=AUTHORISED,
    )


def ending(posted: QueryDict | None, emptying: Emptying, at: datetime) -> SetUp:
    """End it before everything is out."""
    form = EndForm(posted)
    heading = f"End emptying {emptying.unit.name}"
    url = reverse("emptying:emptying", args=[emptying.pk])
    return SetUp(
        form=form,
        sheet=SignSheet(
            heading=heading,
            words="No further rack is taken out by this. What was moved is to be counted, and "
            f"{emptying.deviation.number} says what was moved, by whom and for how long it was "
            "out. Emergency work at the site goes on until it is ended itself.",
            statement="What stands in it still stays there.",
            action_label=f"Sign: {heading[0].lower()}{heading[1:]}",
            cancel_url=url,
            crumbs=crumbs_of(emptying, "End it"),
            reasons=("The unit is cold again",),
            covers=((Emptying, emptying.pk),),
            grave=True,
        ),
        act=_ending(form, emptying, at),
        done="Ended. Confirm the places and count what was moved.",
        done_url=url,
        roles=tuple(sorted(MAY_EMPTY)),
        signs=AUTHORISED,
    )


def _ending(form: EndForm, emptying: Emptying, at: datetime) -> Callable[[SignedIntent], object]:
    def act(intent: SignedIntent) -> object:
        hours = form.cleaned_data["count_hours"]
        return end_emptying(emptying_id=emptying.pk, count_hours=hours, intent=intent, at=at)

    return act
