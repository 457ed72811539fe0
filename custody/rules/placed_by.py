"""Who placed a hold, in words; pure."""

from custody.models import Hold


def rule_of(hold: Hold) -> str:
    """
    Name the rule that a hold without a person follows; empty where a person placed it.

    hold: with its `rules`. Source: URS-113.
    """
    if hold.placed_by_id is not None:
        return ""
    if hold.rules is None:
        return "rules of handling as delivered"
    return f"rules of handling, version {hold.rules.version}"


def placed_by_rule(hold: Hold) -> str:
    """Say that the portal placed it, and by which rule; empty where a person placed it."""
    rule = rule_of(hold)
    return rule and f"The portal ({rule})"
