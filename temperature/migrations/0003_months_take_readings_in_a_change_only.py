"""What is written past the table of readings, into one of its months, also needs a Change."""

from django.db import migrations

IN_A_CHANGE = """
    CREATE FUNCTION public.temperature_month_in_a_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT 1 FROM public.audit_change c
            WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint
              AND c.transaction_id = pg_current_xact_id()::text::bigint
        ) THEN
            RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME
                USING ERRCODE = 'FZ001';
        END IF;
        RETURN NULL;
    END $$
"""

# A trigger of the statement: readings that come by the parent table never fire it.
GUARD = """
            EXECUTE format(
                'CREATE TRIGGER in_a_change BEFORE INSERT ON public.%I '
                'FOR EACH STATEMENT EXECUTE FUNCTION public.temperature_month_in_a_change()',
                month
            );
"""
MONTH = """
    CREATE OR REPLACE FUNCTION public.temperature_make_month(day date) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
        begins date := date_trunc('month', day)::date;
        ends date := (begins + interval '1 month')::date;
        month text := 'temperature_reading_' || to_char(begins, 'YYYY_MM');
    BEGIN
        IF begins < DATE '2000-01-01' OR begins > CURRENT_DATE + 93 THEN
            RAISE EXCEPTION 'no readings are kept for %', begins USING ERRCODE = '22008';
        END IF;
        PERFORM pg_advisory_xact_lock(hashtext('temperature_make_month'));
        -- not to_regclass(): what another has just made, this session may have as missing in mind
        IF NOT EXISTS (
            SELECT 1 FROM pg_class WHERE relname = month AND relnamespace = 'public'::regnamespace
        ) THEN
            EXECUTE format(
                'CREATE TABLE public.%I PARTITION OF public.temperature_reading '
                'FOR VALUES FROM (%L) TO (%L)',
                month, begins || ' 00:00:00+00', ends || ' 00:00:00+00'
            );
            EXECUTE format(
                'CREATE TRIGGER stays BEFORE UPDATE OR DELETE OR TRUNCATE ON public.%I '
                'FOR EACH STATEMENT EXECUTE FUNCTION public.temperature_month_stays()',
                month
            );
            {guard}
        END IF;
        RETURN month;
    END $$
"""
EXISTING_MONTHS = """
    DO $$
    DECLARE
        month text;
    BEGIN
        FOR month IN
            SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'public.temperature_reading'::regclass
        LOOP
            {statement}
        END LOOP;
    END $$
"""
UNGUARD = "EXECUTE format('DROP TRIGGER in_a_change ON public.%I', month);"


class Migration(migrations.Migration):
    dependencies = [
        ("temperature", "0002_readings_by_month"),
    ]

    operations = [
        migrations.RunSQL(IN_A_CHANGE, "DROP FUNCTION public.temperature_month_in_a_change()"),
        migrations.RunSQL(MONTH.replace("{guard}", GUARD.strip()), MONTH.replace("{guard}", "")),
        migrations.RunSQL(
            EXISTING_MONTHS.replace("{statement}", GUARD.strip()),
            EXISTING_MONTHS.replace("{statement}", UNGUARD),
        ),
    ]
