"""The language, the engine and the form that a batch's reports are made in."""

from __future__ import annotations

from django.db import migrations, models

from lasso.online_migrations import AddCheck, AddColumn


class Migration(migrations.Migration):
    """Batches of before were printed by the standard engine."""

    atomic = False

    dependencies = [("reporting", "0001_initial")]

    operations = [
        AddColumn(
            model_name="batch",
            name="engine",
            field=models.CharField(
                choices=[("standard", "standard"), ("fast", "fast")], default="standard", max_length=10
            ),
        ),
        AddColumn(
            model_name="batch",
            name="is_archival",
            field=models.BooleanField(default=False),
        ),
        AddCheck(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["da", "en"])), name="batch_language_known"
            ),
        ),
        AddCheck(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(("engine__in", ["standard", "fast"])), name="batch_engine_known"
            ),
        ),
        AddCheck(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(("engine", "fast"), ("is_archival", True), _negated=True),
                name="batch_archival_by_standard",
            ),
        ),
    ]
