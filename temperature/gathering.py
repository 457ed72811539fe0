"""Which messages go now, and which go together: a storm of alarms is one message."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from temperature.channels.registry import WAYS
from temperature.models import (
    GRAVITY,
    LOUD,
    Alarm,
    AlarmCause,
    Level,
    Notification,
    NotificationStatus,
)
from temperature.telling_rules import rules_in_force

TO_SEND = [NotificationStatus.QUEUED, NotificationStatus.FAILED]
FOR_PEOPLE = [kind for kind, way in WAYS.items() if way.has_addresses]
"""Channels whose messages are gathered; a machine takes each alarm as an event of its own."""
NEEDED = (
    *("telling__alarm__unit__site", "telling__alarm__probe", "telling__alarm__excursion"),
    *("telling__alarm__gap", "channel", "person"),
)


def due(at: datetime) -> QuerySet[Notification]:
    """
    Return what is to go now, the gravest first, of a storm its source first.

    Once a message went to somebody, others wait for as long as quality signed, so that they go
    together; but none waits for one that was less grave than itself. A drill neither waits nor
    lets wait. Source: URS-107, URS-110.
    """
    gather = rules_in_force().gather
    went = Notification.objects.filter(
        person=OuterRef("person"),
        channel=OuterRef("channel"),
        to=OuterRef("to"),
        sent_at__gt=at - gather,
        sent_at__lte=at,
    ).exclude(telling__alarm__cause=AlarmCause.DRILL)
    waits = Q(pk__in=[])
    for level in LOUD:
        as_grave = went.filter(telling__alarm__level__in=_from(level))
        waits = waits | Q(Q(telling__alarm__level=level), Exists(as_grave))
    of_people = Q(channel__kind__in=FOR_PEOPLE) & ~Q(telling__alarm__cause=AlarmCause.DRILL)
    rows = waiting(at)
    return in_order(rows.exclude(of_people & waits) if gather else rows)


def waiting(at: datetime) -> QuerySet[Notification]:
    """Return what waits, of alarms that nobody acknowledged, silenced, or has told anew since."""
    loud = Alarm.objects.unacknowledged().unpaused(at)
    return Notification.objects.filter(
        next_try_at__lte=at,
        status__in=TO_SEND,
        channel__retired_at__isnull=True,
        telling__alarm__in=loud,
        telling__told_from=F("telling__alarm__told_from"),
    )


def going_with(row: Notification, *, at: datetime) -> list[Notification]:
    """Return what else waits for the same person by the same channel, locked."""
    if row.channel.kind not in FOR_PEOPLE or row.telling.alarm.cause == AlarmCause.DRILL:
        return []
    alike = waiting(at).filter(person=row.person, channel=row.channel, to=row.to)
    others = alike.exclude(pk=row.pk).exclude(telling__alarm__cause=AlarmCause.DRILL)
    locked = others.select_for_update(of=("self",), skip_locked=True)
    return list(in_order(locked.select_related(*NEEDED)))


def in_order(rows: QuerySet[Notification]) -> QuerySet[Notification]:
    """Return messages by how grave their alarms are, of sources first."""
    ranks = [When(telling__alarm__level=level, then=Value(-GRAVITY[level])) for level in Level]
    rank = Case(*ranks, default=Value(0), output_field=IntegerField())
    is_source = Case(
        When(telling__alarm__cause=AlarmCause.SOURCE, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return rows.order_by(rank, is_source, "next_try_at", "pk")


def _from(level: Level) -> Collection[Level]:
    return [other for other in LOUD if GRAVITY[other] >= GRAVITY[level]]
