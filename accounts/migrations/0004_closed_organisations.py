"""Organisations that are closed for good, and erased step by step."""

from __future__ import annotations

from django.db import migrations, models

from lasso.online_migrations import AddColumn


class Migration(migrations.Migration):
    """Those that are there stay open."""

    atomic = False

    dependencies = [("accounts", "0003_secret_answers")]

    operations = [
        AddColumn(
            model_name="organisation",
            name="closed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
