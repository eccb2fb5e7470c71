"""How the administration calls several of them; nothing in the database changes."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    """Batches."""

    dependencies = [("reporting", "0004_erasing")]

    operations = [migrations.AlterModelOptions(name="batch", options={"verbose_name_plural": "batches"})]
