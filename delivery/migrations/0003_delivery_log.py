"""Indexes for the log of deliveries, and the organisation beside each so that they can serve it."""

import django.db.models.deletion
from django.db import migrations, models

from lasso.online_migrations import AddColumn, BuildIndex, DropIndex, FillInBatches, RequireValue

FILL_IN = """
UPDATE delivery_delivery SET organisation_id = endpoint.organisation_id
FROM delivery_endpoint AS endpoint WHERE endpoint.id = delivery_delivery.endpoint_id AND {rows}
  AND delivery_delivery.organisation_id IS NULL
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0001_initial"),
        ("delivery", "0002_attempt_phases_and_secret_rotation"),
    ]

    operations = [
        AddColumn(
            model_name="delivery",
            name="organisation",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="accounts.organisation",
            ),
        ),
        FillInBatches(table="delivery_delivery", key="id", update=FILL_IN),
        RequireValue(
            model_name="delivery",
            name="organisation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="accounts.organisation",
            ),
        ),
        DropIndex(model_name="delivery", name="delivery_of_batch"),
        BuildIndex(
            model_name="delivery",
            index=models.Index(fields=["organisation", "-created_at", "-id"], name="delivery_log"),
        ),
        BuildIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("status", "Delivered"), _negated=True),
                fields=["organisation", "status", "-created_at", "-id"],
                name="delivery_log_status",
            ),
        ),
        BuildIndex(
            model_name="delivery",
            index=models.Index(fields=["organisation", "purpose", "-created_at", "-id"], name="delivery_log_purpose"),
        ),
        BuildIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("cvr", ""), _negated=True),
                fields=["organisation", "cvr", "-created_at", "-id"],
                name="delivery_log_company",
            ),
        ),
        BuildIndex(
            model_name="delivery",
            index=models.Index(fields=["endpoint", "-created_at", "-id"], name="delivery_log_endpoint"),
        ),
        BuildIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("batch_id__isnull", False)),
                fields=["batch_id", "-created_at", "-id"],
                name="delivery_log_batch",
            ),
        ),
        BuildIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("settled_at__isnull", False)),
                fields=["endpoint", "settled_at"],
                include=("status",),
                name="delivery_settled",
            ),
        ),
        # Other indexes begin with these.
        migrations.AlterField(
            model_name="delivery",
            name="endpoint",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="delivery.endpoint",
            ),
        ),
        migrations.AlterField(
            model_name="attempt",
            name="delivery",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="attempts",
                to="delivery.delivery",
            ),
        ),
    ]
