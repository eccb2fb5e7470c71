# Indexes for the log of deliveries, and the organisation beside each so that they can serve it.

import django.db.models.deletion
from django.db import migrations, models

FILL_IN = """
UPDATE delivery_delivery AS delivery SET organisation_id = endpoint.organisation_id
FROM delivery_endpoint AS endpoint WHERE endpoint.id = delivery.endpoint_id
"""


class Migration(migrations.Migration):
    # Filling in and forbidding NULL cannot share a transaction: PostgreSQL checks the new foreign keys only at its end.
    atomic = False

    dependencies = [
        ("accounts", "0001_initial"),
        ("delivery", "0002_attempt_phases_and_secret_rotation"),
    ]

    operations = [
        migrations.AddField(
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
        migrations.RunSQL(FILL_IN, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="delivery",
            name="organisation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="accounts.organisation",
            ),
        ),
        migrations.RemoveIndex(model_name="delivery", name="delivery_of_batch"),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["organisation", "-created_at", "-id"], name="delivery_log"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("status", "Delivered"), _negated=True),
                fields=["organisation", "status", "-created_at", "-id"],
                name="delivery_log_status",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["organisation", "purpose", "-created_at", "-id"], name="delivery_log_purpose"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("cvr", ""), _negated=True),
                fields=["organisation", "cvr", "-created_at", "-id"],
                name="delivery_log_company",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["endpoint", "-created_at", "-id"], name="delivery_log_endpoint"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("batch_id__isnull", False)),
                fields=["batch_id", "-created_at", "-id"],
                name="delivery_log_batch",
            ),
        ),
        migrations.AddIndex(
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
