"""The sheet of an act that is due in a run, for all the vials that wait for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from custody.queries.facts import RELATED, VialFacts, facts_of
from inventory.models import Vial
from sop.queries.runs import RunPage, is_at_hands_of
from web.forms.signing import SigningForm
from web.http import Request
from web.late_entries import signs_of
from web.presenters import Crumb
from web.runs.acts import act_of, vials_of_act
from web.sheets import SignSheet
from web.signing import prove
from web.vial_pages import identity_of, line_of
from web.vial_steps import STEPS, Step


@dataclass(frozen=True, kw_only=True)
class ActSheet:
    """The sheet of one act over the vials that the run has brought to it."""

    step: Step
    form: SigningForm
    sheet: SignSheet
    vials: tuple[Vial, ...]

    @property
    def done(self) -> str:
        """Say what was done."""
        return self.step.done.format(code=_named(self.vials))

    def carry_out(self, request: Request) -> object:
        """Do it, once everybody has proved who they are."""
        signs = signs_of(self.form, self.step.signs)
        intent = prove(request, self.form, signs)
        return self.step.act(self.vials, self.form.cleaned_data, intent, timezone.now())


def act_sheet(
    page: RunPage, person: Person, sent: QueryDict | None, *, at: datetime
) -> ActSheet | None:
    """
    Return the sheet of the act that is due, filled in; nothing where it has none of its own.

    What may not be signed for is left out, as long as anything is left. A sheet that was sent is
    of the vials that it showed; whether each of them is still due, the gate says.
    """
    action = act_of(page)
    if action is None or action not in STEPS or not is_at_hands_of(page.run, person):
        return None
    step = STEPS[action]
    keys = vials_of_act(page, action) if sent is None else _shown_on(sent)
    rows = Vial.objects.visible_to(person).filter(pk__in=keys if step.many else keys[-1:])
    facts = facts_of(rows.select_related(*RELATED).order_by("code"), at=at)
    if not facts:
        return None
    if sent is None:
        facts = [one for one in facts if not step.verb.rule(one)] or facts
    form = step.form(sent, vial=facts[0].vial)
    form.fields.pop("scanned", None)  # its label was scanned in the run
    return ActSheet(
        step=step,
        form=form,
        sheet=_sheet(page, step, facts),
        vials=tuple(one.vial for one in facts),
    )


def _shown_on(sent: QueryDict) -> list[int]:
    """Return the vials of the sheet that was sent, which the server put there."""
    return [int(key) for key in sent.getlist("vial") if key.isdecimal()]


def _sheet(page: RunPage, step: Step, facts: Sequence[VialFacts]) -> SignSheet:
    vials = [one.vial for one in facts]
    back = reverse("runs:run", args=[page.run.pk])
    return SignSheet(
        heading=step.heading,
        words=step.words,
        statement=step.statement.format(code=_named(vials)),
        action_label=step.verb.label,
        cancel_url=back,
        crumbs=(
            Crumb(label="Runs", url=reverse("runs:index")),
            Crumb(label=str(page.run), url=back),
            Crumb(label=step.heading),
        ),
        identity=identity_of(vials[0]) if len(vials) == 1 else None,
        lines=tuple(line_of(one, tuple(step.verb.rule(one))) for one in facts),
        reasons=step.reasons,
        hidden=tuple(("vial", str(vial.pk)) for vial in vials),
        grave=step.grave,
    )


def _named(vials: Sequence[Vial]) -> str:
    return ", ".join(vial.code for vial in vials)
