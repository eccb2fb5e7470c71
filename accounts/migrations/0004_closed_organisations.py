"""Organisations that are closed for good, and erased step by step."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Those that are there stay open."""

    dependencies = [("accounts", "0003_secret_answers")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="closed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
