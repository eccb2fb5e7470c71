"""Batches that recur, and reports whose PDFs were kept long enough."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from lasso.online_migrations import AddCheck, AddColumn, BuildIndex, BuildUnique


class Migration(migrations.Migration):
    """Nothing recurs yet, and nothing has expired."""

    atomic = False

    dependencies = [("reporting", "0002_options_of_a_batch")]

    operations = [
        AddColumn(
            model_name="batch",
            name="crontab",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        AddColumn(
            model_name="batch",
            name="time_zone",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        AddColumn(model_name="batch", name="next_run_at", field=models.DateTimeField(null=True)),
        # A new column without values: PostgreSQL knows that there is nothing to check.
        AddColumn(
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
        AddColumn(model_name="report", name="pdf_expired_at", field=models.DateTimeField(null=True)),
        AddCheck(
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
        BuildUnique(
            model_name="batch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("recurring_batch__isnull", False)),
                fields=("recurring_batch", "scheduled_at"),
                name="batch_run_once",
            ),
        ),
        BuildIndex(
            model_name="batch",
            index=models.Index(
                condition=models.Q(("next_run_at__isnull", False)), fields=["next_run_at"], name="batch_next_run"
            ),
        ),
        BuildIndex(
            model_name="batch",
            index=models.Index(
                condition=models.Q(("finished_at__isnull", False)), fields=["finished_at"], name="batch_age"
            ),
        ),
        BuildIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("pdf_expired_at__isnull", True), models.Q(("pdf", ""), _negated=True)),
                fields=["finished_at"],
                name="report_pdf_age",
            ),
        ),
    ]
