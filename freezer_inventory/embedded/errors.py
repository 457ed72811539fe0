"""The refusal to start: one sentence that says what happened and what to do now."""


class StartRefused(Exception):
    """Raised when a service or the demo cannot start; its text is shown to the person as it is."""
