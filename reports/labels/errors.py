"""Why a label cannot be printed."""


class LabelDoesNotFit(Exception):
    """Say which label does not fit which stock, and what to do."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words
