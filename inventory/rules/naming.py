"""Rules about names and codes that people give to what they set up."""

from audit.errors import Refusal

LONGEST_LABEL = 30


def refusals_of_name(name: str, *, taken: bool, what: str, longest: int = 100) -> list[Refusal]:
    """
    Say what is wrong with the name of a new `what`.

    taken: whether one of this name exists.
    """
    if not name.strip():
        return [Refusal("NAME_MISSING", f"Give the {what} a name.")]
    if len(name.strip()) > longest:
        return [Refusal("NAME_TOO_LONG", f"The name is longer than {longest} characters.")]
    if taken:
        return [
            Refusal("NAME_TAKEN", f"There is a {what} named {name.strip()}. Choose another name.")
        ]
    return []


def refusals_of_code(code: str, *, taken: bool, what: str, longest: int) -> list[Refusal]:
    """
    Say what is wrong with the code of a new `what`; codes are for labels, so without blanks.

    taken: whether one of this code exists.
    """
    if not code:
        return [Refusal("CODE_MISSING", f"Give the {what} a code.")]
    if len(code) > longest or code != "".join(code.split()):
        return [
            Refusal(
                "CODE_MALFORMED",
                f"A code has at most {longest} characters and no blanks: {code} is no code.",
            )
        ]
    if taken:
        return [Refusal("CODE_TAKEN", f"{code} is the code of another {what}. Choose another.")]
    return []
