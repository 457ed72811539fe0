"""What a form that may be entered late makes of its sheet: who signs, which fields fold away."""

from django.forms import BoundField

from audit.models import Meaning
from web.forms.late import SECOND, TIMES, WithLateEntry, WithLateEntryByTwo
from web.forms.signing import SigningForm
from web.signing import SignAs


def signs_of(form: SigningForm, signs: SignAs) -> SignAs:
    """Return who signs, and as what: a late entry is verified by a second person."""
    if signs.second is None and isinstance(form, WithLateEntry) and form.late_entry() is not None:
        return SignAs(meaning=signs.meaning, second=Meaning.REVIEWED, needs=signs.needs)
    return signs


def late_fields(form: SigningForm) -> list[BoundField]:
    """Return the fields that are folded away until a step is entered late."""
    names: frozenset[str] = frozenset()
    if isinstance(form, WithLateEntryByTwo):
        names = TIMES | SECOND
    elif isinstance(form, WithLateEntry):
        names = TIMES
    return [field for field in form.visible_fields() if field.name in names]
