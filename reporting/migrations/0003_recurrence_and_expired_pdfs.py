"""Batches that recur, and reports whose PDFs were kept long enough.

Columns that are null or have a constant default take no time, whatever the tables hold; the constraint is checked for
what is there, and the indexes are built, by the next migration, while everybody works.
"""

from __future__ import annotations

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """Nothing recurs yet."""

    dependencies = [("reporting", "0002_options_of_a_batch")]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="crontab",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="batch",
            name="time_zone",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddField(model_name="batch", name="next_run_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="batch",
            name="recurring_batch",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="runs",
                to="reporting.batch",
            ),
        ),
        migrations.AddField(model_name="report", name="pdf_expired_at", field=models.DateTimeField(null=True)),
        AddConstraintNotValid(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("next_run_at__isnull", True),
                    models.Q(("status", "Scheduled"), models.Q(("crontab", ""), _negated=True)),
                    _connector="OR",
                ),
                name="batch_next_run_of_recurring",
            ),
        ),
    ]
