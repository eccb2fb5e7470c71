"""Indexes that are built beside the work that goes on; cut short, it can be run again."""

from __future__ import annotations

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models

INDEXES = {
    "batch_next_run": "reporting_batch (next_run_at) WHERE next_run_at IS NOT NULL",
    "batch_age": "reporting_batch (finished_at) WHERE finished_at IS NOT NULL",
    "report_pdf_age": "reporting_report (finished_at) WHERE pdf_expired_at IS NULL AND NOT pdf = ''",
}
RUN_ONCE = "reporting_batch (recurring_batch_id, scheduled_at) WHERE recurring_batch_id IS NOT NULL"


def concurrently(name: str, on: str, *, unique: str = "") -> list[migrations.RunSQL]:
    """What a run that was cut short left half built is dropped first."""
    return [
        migrations.RunSQL(f"DROP INDEX CONCURRENTLY IF EXISTS {name}", migrations.RunSQL.noop),
        migrations.RunSQL(f"CREATE {unique} INDEX CONCURRENTLY {name} ON {on}", f"DROP INDEX IF EXISTS {name}"),
    ]


class Migration(migrations.Migration):
    """Of what the migration before added."""

    atomic = False
    dependencies = [("reporting", "0003_recurrence_and_expired_pdfs")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                operation
                for operations in (
                    *(concurrently(name, on) for name, on in INDEXES.items()),
                    concurrently("batch_run_once", RUN_ONCE, unique="UNIQUE"),
                )
                for operation in operations
            ],
            state_operations=[
                migrations.AddIndex(
                    model_name="batch",
                    index=models.Index(
                        condition=models.Q(("next_run_at__isnull", False)),
                        fields=["next_run_at"],
                        name="batch_next_run",
                    ),
                ),
                migrations.AddIndex(
                    model_name="batch",
                    index=models.Index(
                        condition=models.Q(("finished_at__isnull", False)), fields=["finished_at"], name="batch_age"
                    ),
                ),
                migrations.AddIndex(
                    model_name="report",
                    index=models.Index(
                        condition=models.Q(("pdf_expired_at__isnull", True), models.Q(("pdf", ""), _negated=True)),
                        fields=["finished_at"],
                        name="report_pdf_age",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="batch",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("recurring_batch__isnull", False)),
                        fields=("recurring_batch", "scheduled_at"),
                        name="batch_run_once",
                    ),
                ),
            ],
        ),
        ValidateConstraint(model_name="batch", name="batch_next_run_of_recurring"),
    ]
