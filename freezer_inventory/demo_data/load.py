"""Loading the demo data: chapter by chapter, into an empty database, all of it or begun anew."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import Person
from audit.models import Change
from custody.actions.expire_vials import expire_vials
from freezer_inventory.demo_data import (
    bank,
    cart,
    cold,
    counts,
    deviations,
    governing,
    instruments,
    procedures,
    refused,
    shipping,
    tcr,
    telling,
    warm_spell,
)
from freezer_inventory.demo_data.announcements import RECIPES, batch, batch_message
from freezer_inventory.demo_data.cast import Cast
from freezer_inventory.demo_data.floor import Floor
from freezer_inventory.demo_data.orders import Orders
from freezer_inventory.demo_data.setting import Setting
from freezer_inventory.demo_data.storehouse import Storehouse
from freezer_inventory.demo_data.training import Otherwise, train
from integration.receiving import Kind, receive
from inventory.models import Message

STEPS = 364
LAST_MESSAGE = "ebr-demo-tour"
LOTS = {
    "CART-19": cart.PATIENTS,
    "TCR-MAGE": tcr.PATIENTS,
    "MSC-ALLO": bank.LOTS,
    "MSC-MCB": 1,
    "LV-CD19": bank.VECTOR_LOTS,
}
FOR_THE_TOUR = (("CART-19", cart.TOUR), ("TCR-MAGE", tcr.TOUR), ("MSC-ALLO", bank.AWAITED))
OLD = (("CART-19", cart.EXPIRED), ("TCR-MAGE", tcr.EXPIRED))


@dataclass(frozen=True, kw_only=True)
class State:
    """What is in the database: nothing, all of the demo data, or anything else."""

    is_empty: bool
    is_complete: bool


def state() -> State:
    """Say how far the demo data is loaded; its last message is registered last."""
    return State(
        is_empty=not Person.objects.exists() and not Change.objects.exists(),
        is_complete=Message.objects.filter(message_id=LAST_MESSAGE).exists(),
    )


def load(tell: Callable[[], None]) -> str:
    """
    Load everything into an empty database, and return the batch record's token.

    tell: called after each step; there are `STEPS` of them.
    """
    cast = Cast(tell)
    cast.enter()
    setting = Setting(cast)
    setting.set_up()
    instruments.register(setting)
    versions = procedures.put_in_force(cast)
    governing.govern(cast, versions)
    train(
        cast,
        list(versions.values()),
        expired=Otherwise(user_id="witness", version=versions["SOP-ST-014"]),
        unread=Otherwise(user_id="witness", version=versions["SOP-ST-016"]),
    )
    storehouse = Storehouse(setting)
    storehouse.build()
    telling.set_up(setting)
    cold.connect(setting, storehouse)
    shipping.register(setting, at=timezone.now())
    floor = Floor(cast, setting, storehouse)
    orders = Orders(floor)
    for number, product in enumerate(RECIPES, start=1):
        lots = [lot for lot in range(1, LOTS[product] + 1) if (product, lot) not in FOR_THE_TOUR]
        _announce(cast, f"ebr-demo-{number:04d}", [(product, lot) for lot in lots])
    for chapter in (bank, cart, tcr):
        chapter.arrive(floor)
        chapter.decide(floor)
    _carry_on(floor, orders)
    procedures.work_on_the_next(cast, versions)
    governing.govern_step_by_step(cast, versions)
    _announce(cast, LAST_MESSAGE, FOR_THE_TOUR)
    return setting.token


def _carry_on(floor: Floor, orders: Orders) -> None:
    while expire_vials(at=timezone.now()):
        floor.cast.tell()
    cart.discard(floor)
    cart.retrieve(floor, orders)
    tcr.happen(floor, orders)
    deviations.happen(floor)
    bank.allocate(floor, orders)
    bank.move_a_box(floor)
    bank.identify(floor)
    counts.happen(floor)
    refused.attempt(floor, orders)
    warm_spell.happen(floor)
    floor.all_back()


def _announce(cast: Cast, message_id: str, lots: Sequence[tuple[str, int]]) -> None:
    now = timezone.now()
    batches = [batch(product, lot, now=now, is_old=(product, lot) in OLD) for product, lot in lots]
    receive(
        kind=Kind.BATCHES,
        body=batch_message(message_id, batches, now=now),
        attribution=cast.says("ebr", "Completed batches", device="EBR gateway"),
        at=now,
    )
    cast.tell()
