"""The language, the engine and the form that a batch's reports are made in."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Batches of before were printed by the standard engine."""

    dependencies = [("reporting", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="engine",
            field=models.CharField(
                choices=[("standard", "standard"), ("fast", "fast")], default="standard", max_length=10
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="is_archival",
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["da", "en"])), name="batch_language_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(("engine__in", ["standard", "fast"])), name="batch_engine_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(("engine", "fast"), ("is_archival", True), _negated=True),
                name="batch_archival_by_standard",
            ),
        ),
    ]
