"""How people are told of alarms: what is set up, and the sheets on which it is changed."""

from datetime import datetime

from django.http import Http404, QueryDict
from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from temperature.actions.change_channel import change_channel
from temperature.actions.end_duty import end_duty
from temperature.actions.put_on_call import put_on_call
from temperature.actions.register_channel import register_channel
from temperature.actions.retire_channel import retire_channel
from temperature.actions.set_contact import set_contact
from temperature.actions.set_telling_rules import set_telling_rules
from temperature.channels.registry import WAYS
from temperature.models import Channel, ChannelKind, OnCall
from temperature.queries.channels import channel_lines, last_outages
from temperature.queries.drills import drill_lines, probe_drill_lines
from temperature.queries.duty import contacts, rotas
from temperature.queries.telling import faults_of_telling, rules_said
from temperature.rules.telling import BOUNDS
from temperature.telling_rules import rules_in_force
from web.configuring.gate import READERS, is_administrator
from web.configuring.lists import sites_of
from web.configuring.setups import SetUp, sheet
from web.forms.signing import SigningForm
from web.forms.telling import ChannelForm, ContactForm, DutyForm, TellingRulesForm

Posted = QueryDict | None
KEEPERS = (Role.SUPERVISOR, Role.QA)
LOOKERS = (*READERS, Role.SUPERVISOR)
TESTERS = (Role.ADMINISTRATOR, *KEEPERS)
CHANNEL_WORDS = "From the signature on it is tried, and used when its turn comes."


def page_context(person: Person, *, at: datetime) -> dict[str, object]:
    """Gather what is set up, what does not work, and where nobody is on call."""
    held = set(person.role_names())
    sites = sites_of(person)
    return {
        "faults": faults_of_telling(sites, at=at),
        "rules": rules_said(),
        "drills": drill_lines(sites),
        "probe_drills": probe_drill_lines(sites),
        "may_set_rules": Role.QA in held,
        "channels": channel_lines(),
        "kinds": [(kind.value, kind.label) for kind in WAYS],
        "outages": last_outages(),
        "rotas": rotas(sites, at=at),
        "contacts": contacts(),
        "may_set_up": is_administrator(person),
        "may_keep": not held.isdisjoint(KEEPERS),
        "may_test": not held.isdisjoint(TESTERS),
    }


def channel_or_404(channel_id: int) -> Channel:
    """
    Return a channel in use.

    Raises Http404: there is none of this key.
    """
    channel = Channel.objects.filter(pk=channel_id, retired_at__isnull=True).first()
    if channel is None:
        raise Http404
    return channel


def new_channel(posted: Posted, kind: str, at: datetime) -> SetUp:
    """
    Set a channel up.

    Raises Http404: there is no such kind.
    """
    if kind not in WAYS:
        raise Http404
    kind = ChannelKind(kind)
    form = ChannelForm(posted, way=WAYS[kind], kept={}, is_new=True)
    return SetUp(
        form=form,
        sheet=sheet(f"Add a channel: {kind.label}", under="alarms", words=CHANNEL_WORDS),
        act=lambda intent: register_channel(
            name=form.cleaned_data["name"],
            kind=kind,
            rank=form.cleaned_data["rank"],
            settings=form.settings(),
            secret=form.secret,
            try_every=form.try_every,
            intent=intent,
            at=at,
        ),
        done="The channel is added. Have it send you a test.",
        done_url=reverse("configure:alarms"),
    )


def changed_channel(posted: Posted, channel_id: int, at: datetime) -> SetUp:
    """
    Change a channel.

    Raises Http404: there is none in use of this key.
    """
    channel = channel_or_404(channel_id)
    minutes = int(channel.try_every.total_seconds() // 60)
    form = ChannelForm(
        posted,
        way=WAYS[ChannelKind(channel.kind)],
        kept=channel.settings,
        is_new=False,
        initial={"rank": channel.rank, "try_every": minutes},
    )
    return SetUp(
        form=form,
        sheet=sheet(
            f"Change {channel.name}",
            under="alarms",
            words=CHANNEL_WORDS,
            covers=((Channel, channel.pk),),
        ),
        act=lambda intent: change_channel(
            channel_id=channel.pk,
            rank=form.cleaned_data["rank"],
            settings=form.settings(),
            secret=form.secret,
            try_every=form.try_every,
            intent=intent,
            at=at,
        ),
        done=f"{channel.name} is changed.",
        done_url=reverse("configure:alarms"),
    )


def retired_channel(posted: Posted, channel_id: int, at: datetime) -> SetUp:
    """
    Retire a channel.

    Raises Http404: there is none in use of this key.
    """
    channel = channel_or_404(channel_id)
    return SetUp(
        form=SigningForm(posted),
        sheet=sheet(
            f"Retire {channel.name}",
            under="alarms",
            words="Nobody is told by it any more, and its secret is forgotten.",
            covers=((Channel, channel.pk),),
            grave=True,
        ),
        act=lambda intent: retire_channel(channel_id=channel.pk, intent=intent, at=at),
        done=f"{channel.name} is retired.",
        done_url=reverse("configure:alarms"),
    )


def contact_set(posted: Posted, person_id: int) -> SetUp:
    """
    Set where somebody is reached.

    Raises Http404: there is no such person with an account in use.
    """
    person = Person.objects.filter(pk=person_id, is_active=True, is_shared=False).first()
    if person is None:
        raise Http404
    form = ContactForm(posted)
    return SetUp(
        form=form,
        sheet=sheet(
            f"Set where {person.full_name} is reached",
            under="alarms",
            words="Alarms are told there, at any hour.",
        ),
        act=lambda intent: set_contact(
            person_id=person.pk,
            kind=ChannelKind(form.cleaned_data["kind"]),
            address=form.cleaned_data["address"],
            intent=intent,
        ),
        done=f"It is set where {person.full_name} is reached.",
        done_url=reverse("configure:alarms"),
    )


def new_duty(posted: Posted, person: Person, at: datetime) -> SetUp:
    """Put somebody on call."""
    people = Person.objects.filter(is_active=True, is_shared=False).order_by("full_name")
    form = DutyForm(
        posted,
        sites=[(site.pk, site.name) for site in sites_of(person)],
        people=list(people.values_list("pk", "full_name")),
    )
    return SetUp(
        form=form,
        sheet=sheet(
            "Put somebody on call",
            under="alarms",
            words="They are told of alarms of the site in that time.",
        ),
        act=lambda intent: put_on_call(
            site_id=form.cleaned_data["site"],
            person_id=form.cleaned_data["person"],
            order=form.cleaned_data["order"],
            begins_at=form.cleaned_data["begins_at"],
            ends_at=form.cleaned_data["ends_at"],
            intent=intent,
            at=at,
        ),
        done="The rota is changed.",
        done_url=reverse("configure:alarms"),
        roles=KEEPERS,
    )


def ended_duty(posted: Posted, person: Person, duty_id: int, at: datetime) -> SetUp:
    """
    End a duty, or take it back before it begins.

    Raises Http404: there is none of this key that is not over, at the sites of this person.
    """
    rows = OnCall.objects.standing().filter(site__in=sites_of(person), ends_at__gt=at)
    duty = rows.select_related("person").filter(pk=duty_id).first()
    if duty is None:
        raise Http404
    return SetUp(
        form=SigningForm(posted),
        sheet=sheet(
            f"End the duty of {duty.person.full_name}",
            under="alarms",
            words="They are told of nothing from now on. Put somebody else on call at once.",
            covers=((OnCall, duty.pk),),
        ),
        act=lambda intent: end_duty(duty_id=duty.pk, intent=intent, at=at),
        done="The rota is changed.",
        done_url=reverse("configure:alarms"),
        roles=KEEPERS,
    )


def rules_set(posted: Posted) -> SetUp:
    """Set how alarms are escalated."""
    now = rules_in_force()
    form = TellingRulesForm(posted, initial={name: getattr(now, name) for name in BOUNDS})
    return SetUp(
        form=form,
        sheet=sheet(
            "Set how alarms are escalated",
            under="alarms",
            words="It holds for every site and at once, also for alarms that call already.",
        ),
        act=lambda intent: set_telling_rules(rules=form.rules(), intent=intent),
        done="The rules are in force.",
        done_url=reverse("configure:alarms"),
        roles=(Role.QA,),
    )
