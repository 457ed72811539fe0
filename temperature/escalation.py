"""How far an escalation is, and which step of it is due."""

from datetime import datetime, timedelta

from django.db.models import Max

from temperature.models import Alarm, Telling
from temperature.recipients import orders_at
from temperature.rules.telling import Rules, next_step, step_due
from temperature.telling_rules import rules_in_force


def step_to_do(alarm: Alarm, rules: Rules, *, at: datetime) -> int | None:
    """
    Return the step of an unacknowledged alarm that is to be done at `at`; None when none is.

    alarm: with its unit. Source: URS-110.
    """
    done = Telling.objects.filter(alarm=alarm, told_from=alarm.told_from)
    orders = len(orders_at(alarm.unit.site_id, at))
    due = step_due(
        at - alarm.told_from,
        orders=orders,
        wait=rules.wait_of(alarm.level),
        repeat=timedelta(minutes=rules.repeat_minutes),
    )
    return next_step(done.aggregate(last=Max("step"))["last"], due, orders=orders)


def alarms_to_tell(*, at: datetime) -> list[Alarm]:
    """
    Return the alarms of which a step is due and not done, those that call longest first.

    Source: URS-107, URS-109, URS-110.
    """
    rules = rules_in_force()
    rows = Alarm.objects.unacknowledged().loud().unpaused(at).filter(told_from__lte=at)
    calling = rows.select_related("unit").order_by("told_from", "pk")
    return [alarm for alarm in calling if step_to_do(alarm, rules, at=at) is not None]
