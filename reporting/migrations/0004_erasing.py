"""What erasing needs: a place for the walk through the files, and batches that can be deleted without a long look.

A report names its batch beside its item, which names the batch as well; the item's constraints hold both together.
Without an index on it (reports come in by the hundred thousand), the batch's own would read all reports for each batch
that is deleted. Dropping it takes no time.
"""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Rows stay as they are."""

    dependencies = [("reporting", "0003_recurrence_and_expired_pdfs")]

    operations = [
        migrations.CreateModel(
            name="StorageWalk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.CharField(blank=True, db_default="", default="", max_length=300)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AlterField(
            model_name="report",
            name="batch",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reports",
                to="reporting.batch",
            ),
        ),
    ]
