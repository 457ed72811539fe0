"""
What an entry of the ledger is hashed as: the texts, in SQL, that there ever were.

The trigger that writes and the query that verifies use the same text. A new column, or a new text,
is a new layout; entries of older ones go on verifying by their own.
"""

KEYS = (
    "vial_id", "seq", "change_id", "actor_id", "second_person_id", "from_position_id",
    "to_position_id", "from_custodian_id", "to_custodian_id",
)  # fmt: skip
WORDS = (
    "kind", "device", "from_place", "to_place", "from_custody", "to_custody", "from_quality",
    "to_quality", "expected_code", "scanned_code", "reason",
)  # fmt: skip
TIMES = ("performed_at", "recorded_at")
DETAILS = "details"


def as_row(row: str) -> str:
    """
    Return the SQL text of layout 2: the columns in their order, as a `ROW` shows them.

    Times are seconds since 1970, so that no setting of a session changes the text; words are quoted
    wherever they could be read as more than one, and nothing is told from empty.
    row: the alias of the row in the statement, such as `NEW`.
    """
    times = (f"extract(epoch FROM {row}.{time})" for time in TIMES)
    told = ", ".join([*(f"{row}.{name}" for name in (*KEYS, *WORDS, DETAILS)), *times])
    return f"ROW(2, {told})::text"


def as_json(row: str) -> str:
    """
    Return the SQL text of layout 1: its JSON as `jsonb` shows it.

    Put together by hand, in the order of `jsonb`: three times as fast as building one.
    """
    parts = {
        "layout": "'1'",
        DETAILS: f"COALESCE({row}.{DETAILS}::text, 'null')",
        **{key: f"COALESCE({row}.{key}::text, 'null')" for key in KEYS},
        **{words: f"COALESCE(to_json({row}.{words})::text, 'null')" for words in WORDS},
        **{time: f"COALESCE(extract(epoch FROM {row}.{time})::text, 'null')" for time in TIMES},
    }
    first, *others = sorted(parts, key=_as_jsonb_sorts)
    told = [f"""'{{"{first}": ' || {parts[first]}"""]
    told += [f"""', "{name}": ' || {parts[name]}""" for name in others]
    return f"({' || '.join(told)} || '}}')"


def _as_jsonb_sorts(name: str) -> tuple[int, str]:
    return len(name), name


def hash_of(row: str, text: str) -> str:
    """Return in SQL the SHA-256, in hex, of a text behind the hash of the entry before."""
    return f"encode(sha256(convert_to({row}.previous_hash || {text}, 'UTF8')), 'hex')"


def is_as_hashed(row: str) -> str:
    """Return in SQL whether an entry has the hash of what it says, by the newest layout first."""
    return " OR ".join(f"{row}.hash = {hash_of(row, text(row))}" for text in (as_row, as_json))
