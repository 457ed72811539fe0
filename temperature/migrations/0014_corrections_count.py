from django.db import migrations

# What was judged without the corrections of certificates is judged anew, from the first one on.
JUDGE_ANEW = """
    UPDATE temperature_probestate s
    SET dirty_from = LEAST(s.dirty_from, c.since), arrivals = s.arrivals + 1
    FROM (
        SELECT probe_id, min(calibrated_at) AS since FROM temperature_calibration
        WHERE correction <> 0 GROUP BY probe_id
    ) c
    WHERE c.probe_id = s.probe_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("temperature", "0013_messages_are_gathered"),
    ]

    operations = [
        migrations.RunSQL(JUDGE_ANEW, migrations.RunSQL.noop),
    ]
