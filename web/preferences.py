"""What a person chose for their own screen: theme, keyboard shortcuts, sound; kept in cookies."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest

KEPT_FOR = timedelta(days=365)
CHOICES: dict[str, tuple[str, ...]] = {
    "theme": ("auto", "light", "dark"),
    "shortcuts": ("on", "off"),
    "sound": ("on", "off"),
}


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """The choices in force on this screen."""

    theme: str
    shortcuts: str
    sound: str


def preferences_of(request: HttpRequest) -> Preferences:
    """Read the choices; the first of each is the default, and unknown values are ignored."""
    chosen = {}
    for name, values in CHOICES.items():
        value = request.COOKIES.get(name, values[0])
        chosen[name] = value if value in values else values[0]
    return Preferences(**chosen)
