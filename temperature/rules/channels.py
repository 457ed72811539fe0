"""What may be registered as a way to tell people, and as an address of theirs; pure."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from audit.errors import Refusal
from temperature.models import ChannelKind

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=1)
LAST_RANK = 20
FEWEST_DIGITS, MOST_DIGITS = 6, 15  # of a number as ITU-T E.164 has it

UNKNOWN_CHANNEL = Refusal("UNKNOWN_CHANNEL", "No such channel, or it was retired. Choose another.")
UNKNOWN_PERSON = Refusal("UNKNOWN_PERSON", "No such person with an account in use.")
RANK_TAKEN = Refusal(
    "RANK_TAKEN", "Another channel has this rank. Each has its own: the lowest is used first."
)
NO_ADDRESSES = Refusal("NO_ADDRESSES", "A webhook has one receiver; nobody has an address there.")
NOTHING_CHANGES = Refusal("NOTHING_CHANGES", "This is so already. Nothing was changed.")


def refusals_of_channel(rank: int, try_every: timedelta) -> list[Refusal]:
    """Say whether a channel may have such a rank and be tried so often."""
    refusals = []
    if not 1 <= rank <= LAST_RANK:
        refusals.append(Refusal("RANK_OUT_OF_BOUNDS", f"Give it a rank from 1 to {LAST_RANK}."))
    if not SHORTEST <= try_every <= LONGEST:
        words = "Try it at most every minute and at least once a day."
        refusals.append(Refusal("EVERY_OUT_OF_BOUNDS", words))
    return refusals


def refusals_of_address(kind: ChannelKind, address: str) -> list[Refusal]:
    """Say what is wrong with an address; empty for one that can be written to, and for none."""
    if kind == ChannelKind.WEBHOOK:
        return [NO_ADDRESSES]
    if not address:
        return []
    if kind == ChannelKind.SMS:
        return [] if _is_a_number(address) else [_malformed("+49301234567")]
    try:
        EmailValidator()(address)
    except ValidationError:
        return [_malformed("name@example.org")]
    return []


def _is_a_number(address: str) -> bool:
    digits = address.removeprefix("+")
    is_long_enough = FEWEST_DIGITS <= len(digits) <= MOST_DIGITS
    return address.startswith("+") and digits.isdecimal() and digits.isascii() and is_long_enough


def _malformed(example: str) -> Refusal:
    return Refusal("ADDRESS_MALFORMED", f"Write the address as {example}.")
