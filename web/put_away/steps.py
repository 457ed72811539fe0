"""The buttons beside the scan field: what each of them does to a put-away."""

from collections.abc import Callable
from dataclasses import replace

from inventory.models import Position
from web.forms.put_away import StepForm
from web.put_away.memory import Memory
from web.put_away.outcome import Outcome
from web.put_away.placing import Putting, confirm_by_hand
from web.put_away.scanning import take_scan


def answer(putting: Putting, form: StepForm) -> Outcome:
    """Answer what was posted; without anything posted, show where the put-away stands."""
    if not form.is_valid():
        return Outcome(memory=putting.memory)
    if form.cleaned_data["code"].strip():
        return take_scan(putting, form.cleaned_data["code"], typed=form.was_typed)
    step = _STEPS.get(form.cleaned_data["step"])
    return Outcome(memory=putting.memory) if step is None else step(putting, form)


def _choose(putting: Putting, form: StepForm) -> Outcome:
    place = Position.objects.filter(
        pk=form.cleaned_data["position"], container=putting.memory.box_id
    ).first()
    if place is None:
        return Outcome(memory=putting.memory)
    return Outcome(
        memory=replace(putting.memory, choice=place.pk),
        words=f"The next place is {place.label}.",
    )


def _by_hand(putting: Putting, _form: StepForm) -> Outcome:
    return confirm_by_hand(putting)


def _set_aside(putting: Putting, _form: StepForm) -> Outcome:
    return Outcome(memory=putting.memory.without_vial())


def _begin(_putting: Putting, _form: StepForm) -> Outcome:
    return Outcome(memory=Memory())


_STEPS: dict[str, Callable[[Putting, StepForm], Outcome]] = {
    "choose": _choose,
    "by_hand": _by_hand,
    "set_aside": _set_aside,
    "begin": _begin,
}
