"""Naming the step of a procedure that an action follows, before its rows are read."""

from django.db import connection

from audit.authors import Author
from sop.documents.steps import ActStep
from sop.governed import GOVERNED
from sop.rules.walking import acts_due
from sop.runs import document_of, step_words, walk_of_id

_STEPS = """
    SELECT p.code, v.number, r.number, e.id, e.version_id
    FROM sop_governance g
    JOIN sop_procedure p ON p.id = g.procedure_id
    LEFT JOIN LATERAL (
        SELECT w.number FROM sop_procedureversion w
        WHERE w.procedure_id = p.id AND w.status = 'approved'
            AND w.effective_at <= statement_timestamp()
        ORDER BY w.effective_at DESC, w.number DESC LIMIT 1
    ) v ON true
    LEFT JOIN (
        sop_execution e JOIN sop_procedureversion r ON r.id = e.version_id
    ) ON e.held_by_id = %s AND e.status = 'running' AND r.procedure_id = p.id
    WHERE g.action = %s AND g.ended_at IS NULL
    ORDER BY e.id NULLS LAST LIMIT 2
"""


def find_step(action: str, author: Author) -> str:
    """
    Return the step of the person's run, or the one procedure that governs the action, in words.

    Nothing where several procedures could govern it: which one it was, the ledger says.
    Source: URS-34.
    """
    if action not in GOVERNED:
        return ""
    with connection.cursor() as cursor:
        cursor.execute(_STEPS, [author.pk, action])
        rules = cursor.fetchall()
    for code, _, number, run_id, version_id in rules:
        if run_id is not None:
            return _of_run(action, code, number, run_id, version_id)
    in_force = [f"{code} v{number}" for code, number, *_ in rules if number is not None]
    return in_force[0] if len(rules) == 1 and in_force else ""


def _of_run(action: str, code: str, number: int, run_id: int, version_id: int) -> str:
    document = document_of(version_id)
    acts = [s.key for s in document.steps if isinstance(s, ActStep) and s.action == action]
    if len(acts) > 1:
        acts = [due.step.key for due in acts_due(walk_of_id(run_id), action)][:1]
    if acts:
        return f"{step_words(code, number, document, acts[0])} (RUN-{run_id})"
    return f"{code} v{number} (RUN-{run_id})"
