"""Whether an act is due in a run of its procedure, said before anything is scanned for it."""

from collections.abc import Collection
from dataclasses import dataclass

from audit.authors import Author
from sop.action import Action
from sop.governing import governing
from sop.models import Follows


@dataclass(frozen=True, kw_only=True)
class RunDue:
    """
    An act that is done step by step, and no run of it is at the person's hands.

    procedures: key and code of each procedure by which it may be done.
    """

    act: str
    procedures: tuple[tuple[int, str], ...]


def run_due(
    action: Action,
    person: Author,
    *,
    scopes: Collection[tuple[int, int | None]],
    sites: Collection[int] = (),
) -> RunDue | None:
    """
    Say in a run of which procedure `action` is done here; None where it may be done as it is.

    scopes: programs with products. The gate judges at the act all the same; one statement.
    Source: 21 CFR 11.10(f); URS-23, URS-25.
    """
    programs = {program for program, _ in scopes}
    _, found = governing(action, person.pk, programs=programs, sites=sites, scopes=scopes)
    if any(rule.run_id is not None or rule.follows == Follows.SCREEN for rule in found.rules):
        return None
    procedures = tuple((rule.procedure_id, rule.code) for rule in found.rules)
    return RunDue(act=str(action.label), procedures=procedures) if procedures else None
