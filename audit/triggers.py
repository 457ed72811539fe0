"""The database triggers that refuse what Python forgot, declared once and used in `Meta`."""

from typing import Any

import pgtrigger

# Tables are named with their schema, so that no temporary table of the same name stands in.
IN_A_CHANGE = """
    EXISTS (
        SELECT 1 FROM public.audit_change c
        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint
          AND c.transaction_id = pg_current_xact_id()::text::bigint
    )
"""

OUTSIDE_A_CHANGE = "FZ001"
WITHOUT_HISTORY = "FZ002"
APPEND_ONLY = "FZ003"
NEVER_DELETED = "FZ004"

# `+ 0`: history is found by its record; by its Change, each of thousands would look at all others
ITS_CHANGE = "h.change_id + 0"
COLUMNS_OF_HISTORY = "'history_id', 'history_date', 'history_type', 'change_id'"


def refusing(words: str, code: str) -> str:
    """Return the plpgsql statement that refuses a write with `words` and SQLSTATE `code`."""
    return f"RAISE EXCEPTION '{words}: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '{code}';"


def only_in_a_change(*, deletable: bool = False) -> pgtrigger.Trigger:
    """Refuse a statement that writes while no Change is open in its transaction."""
    operation = pgtrigger.Insert | pgtrigger.Update
    return pgtrigger.Trigger(
        name="only_in_a_change",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=operation | pgtrigger.Delete if deletable else operation,
        func=f"""
            IF NOT {IN_A_CHANGE} THEN
                {refusing("no Change is open in this transaction", OUTSIDE_A_CHANGE)}
            END IF;
            RETURN NULL;
        """,
    )


def history_at_commit(
    *, without: tuple[str, ...] = (), deletable: bool = False
) -> pgtrigger.Trigger:
    """
    Refuse the commit of a row that has no equal history row from a Change of this transaction.

    without: columns that history does not keep, such as a password hash.
    deletable: whether rows may be deleted, with a closing history row.
    """
    excluded = ", ".join(f"'{column}'" for column in without)
    row = "CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END"
    operation = pgtrigger.Insert | pgtrigger.Update
    return pgtrigger.Trigger(
        name="history_at_commit",
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=operation | pgtrigger.Delete if deletable else operation,
        timing=pgtrigger.Deferred,
        declare=[("written", "jsonb")],
        func=pgtrigger.Func(
            f"""
            IF TG_OP = 'UPDATE' AND NEW.id <> OLD.id THEN
                {refusing("a record keeps its key", NEVER_DELETED)}
            END IF;
            written := ({row}) - ARRAY[{excluded}]::text[];
            IF NOT EXISTS (
                SELECT 1
                FROM public.{{meta.app_label}}_historical{{meta.model_name}} h
                JOIN public.audit_change c ON c.id = {ITS_CHANGE}
                WHERE h.id = (written->>'id')::bigint
                  AND c.transaction_id = pg_current_xact_id()::text::bigint
                  AND (TG_OP <> 'DELETE' OR h.history_type = '-')
                  AND to_jsonb(h) - ARRAY[{COLUMNS_OF_HISTORY}]::text[] = written
            ) THEN
                {refusing("a changed row has no history row", WITHOUT_HISTORY)}
            END IF;
            RETURN NULL;
            """
        ),
    )


def never_deleted() -> pgtrigger.Trigger:
    """Refuse DELETE: a record ends in a status, it does not vanish."""
    return pgtrigger.Trigger(
        name="never_deleted",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Delete,
        func=refusing("records are never deleted", NEVER_DELETED),
    )


def never_truncated() -> pgtrigger.Trigger:
    """Refuse TRUNCATE."""
    return pgtrigger.Trigger(
        name="never_truncated",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=refusing("records are never deleted", NEVER_DELETED),
    )


def append_only() -> pgtrigger.Trigger:
    """Refuse UPDATE and DELETE on rows that are evidence."""
    return pgtrigger.Trigger(
        name="append_only",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=refusing("evidence is append-only", APPEND_ONLY),
    )


def never_rewritten(what: str) -> pgtrigger.Trigger:
    """Refuse to change a version of something that was signed: the next version is another row."""
    return pgtrigger.Trigger(
        name="never_rewritten",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"RAISE EXCEPTION 'a version of {what} is never rewritten'"
        f" USING ERRCODE = '{APPEND_ONLY}';",
    )


def stamped_with_change() -> pgtrigger.Trigger:
    """Point each new evidence row at the Change that is open; refuse it when there is none."""
    return pgtrigger.Trigger(
        name="stamped_with_change",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=f"""
            IF NOT {IN_A_CHANGE} THEN
                {refusing("no Change is open in this transaction", OUTSIDE_A_CHANGE)}
            END IF;
            NEW.change_id := current_setting('freezer.change_id')::bigint;
            RETURN NEW;
        """,
    )


def stamped_by_the_thousand() -> list[pgtrigger.Trigger]:
    """
    Point new evidence rows at the Change that is open, and prove that once for all of a statement.

    As strict as `stamped_with_change`: what is proven is what the rows say, not what was set.
    """
    return [
        pgtrigger.Trigger(
            name="stamped_with_change",
            level=pgtrigger.Row,
            when=pgtrigger.Before,
            operation=pgtrigger.Insert,
            func=f"""
                NEW.change_id := NULLIF(current_setting('freezer.change_id', true), '')::bigint;
                IF NEW.change_id IS NULL THEN
                    {refusing("no Change is open in this transaction", OUTSIDE_A_CHANGE)}
                END IF;
                RETURN NEW;
            """,
        ),
        pgtrigger.Trigger(
            name="proven_by_change",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            referencing=pgtrigger.Referencing(new="written"),
            func=f"""
                IF EXISTS (
                    SELECT 1 FROM (SELECT DISTINCT w.change_id FROM written w) w
                    WHERE NOT EXISTS (
                        SELECT 1 FROM public.audit_change c WHERE c.id = w.change_id
                        AND c.transaction_id = pg_current_xact_id()::text::bigint
                    )
                ) THEN
                    {refusing("no Change is open in this transaction", OUTSIDE_A_CHANGE)}
                END IF;
                RETURN NULL;
            """,
        ),
    ]


class _EachColumn(pgtrigger.Func):
    """A function that compares all columns of history row `h` with those of `NEW`, one by one."""

    def __init__(self, func: str) -> None:
        super().__init__(func)  # type: ignore[no-untyped-call] # pgtrigger's own

    def render(self, **known: Any) -> str:
        columns = dict(known["columns"]).values()
        same = " AND ".join(f'h."{name}" IS NOT DISTINCT FROM NEW."{name}"' for name in columns)
        return super().render(**known, same=same)


def history_by_the_thousand() -> pgtrigger.Trigger:
    """
    Refuse the commit of a row without an equal history row, as `history_at_commit` does.

    For tables that one statement writes thousands of rows to: columns are compared as they are,
    without making JSON of both rows. Rows are never deleted, and history keeps every column.
    """
    return pgtrigger.Trigger(
        name="history_at_commit",
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update,
        timing=pgtrigger.Deferred,
        func=_EachColumn(
            f"""
            IF TG_OP = 'UPDATE' AND NEW.id <> OLD.id THEN
                {refusing("a record keeps its key", NEVER_DELETED)}
            END IF;
            IF NOT EXISTS (
                SELECT 1
                FROM public.{{meta.app_label}}_historical{{meta.model_name}} h
                JOIN public.audit_change c ON c.id = {ITS_CHANGE}
                WHERE h.id = NEW.id
                  AND c.transaction_id = pg_current_xact_id()::text::bigint
                  AND {{same}}
            ) THEN
                {refusing("a changed row has no history row", WITHOUT_HISTORY)}
            END IF;
            RETURN NULL;
            """
        ),
    )


def regulated() -> list[pgtrigger.Trigger]:
    """Return the triggers of a regulated model."""
    return [only_in_a_change(), history_at_commit(), never_deleted(), never_truncated()]


def regulated_by_the_thousand() -> list[pgtrigger.Trigger]:
    """Return the triggers of a regulated model that one statement writes thousands of rows of."""
    return [only_in_a_change(), history_by_the_thousand(), never_deleted(), never_truncated()]


def regulated_and_deletable() -> list[pgtrigger.Trigger]:
    """Return the triggers of a grant that may be taken back, leaving a closing history row."""
    return [
        only_in_a_change(deletable=True),
        history_at_commit(deletable=True),
        never_truncated(),
    ]


def evidence() -> list[pgtrigger.Trigger]:
    """Return the triggers of a table whose rows are evidence of a Change."""
    return [stamped_with_change(), append_only(), never_truncated()]


def evidence_by_the_thousand() -> list[pgtrigger.Trigger]:
    """Return the triggers of evidence that one statement writes thousands of rows of."""
    return [*stamped_by_the_thousand(), append_only(), never_truncated()]
