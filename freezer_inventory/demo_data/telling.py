"""How the demo's people are told of alarms: e-mail into a file, and who is on call."""

from datetime import timedelta

from django.utils import timezone

from freezer_inventory.demo_data.setting import Setting
from temperature.actions.put_on_call import put_on_call
from temperature.actions.register_channel import register_channel
from temperature.actions.set_contact import set_contact
from temperature.models import ChannelKind

ON_CALL = ("supervisor", "qa")
FOR = timedelta(days=60)


def set_up(setting: Setting) -> None:
    """Register a channel that works without anything outside, addresses, and a rota."""
    cast, at = setting.cast, timezone.now()
    register_channel(
        name="E-mail",
        kind=ChannelKind.EMAIL,
        rank=1,
        settings={},
        secret="",
        try_every=timedelta(hours=1),
        intent=cast.signs("admin", "Alarms are told by e-mail"),
        at=at,
    )
    for name in (*ON_CALL, "qa2"):
        set_contact(
            person_id=cast.people[name].pk,
            kind=ChannelKind.EMAIL,
            address=f"{name}@example.org",
            intent=cast.signs("admin", "Address as given by the person"),
        )
    for site in setting.sites.values():
        for order, name in enumerate(ON_CALL, start=1):
            put_on_call(
                site_id=site.pk,
                person_id=cast.people[name].pk,
                order=order,
                begins_at=at,
                ends_at=at + FOR,
                intent=cast.signs("qa", "Rota of the quarter"),
                at=at,
            )
    cast.tell()
