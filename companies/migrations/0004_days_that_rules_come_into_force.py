from django.db import migrations, models

from lasso.online_migrations import AddColumn, BuildIndex, FillInBatches, RequireValue

# What is there was read on the day it came. Its next day is not known: today will do, when each is looked through once.
FILL = """
UPDATE companies_company
SET as_of_date = (retrieved_at AT TIME ZONE 'Europe/Copenhagen')::date, next_change_date = CURRENT_DATE
WHERE {rows} AND as_of_date IS NULL
"""
# A process of the version before does not say it. Its day is today's.
DEFAULT = "ALTER TABLE companies_company ALTER COLUMN as_of_date SET DEFAULT CURRENT_DATE"


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("companies", "0003_class_of_the_owners_shares"),
    ]

    operations = [
        AddColumn(
            model_name="company",
            name="as_of_date",
            field=models.DateField(null=True),
        ),
        AddColumn(
            model_name="company",
            name="next_change_date",
            field=models.DateField(null=True),
        ),
        AddColumn(
            model_name="beneficialownership",
            name="next_change_date",
            field=models.DateField(null=True),
        ),
        migrations.RunSQL(DEFAULT, migrations.RunSQL.noop),
        FillInBatches(table="companies_company", key="cvr", update=FILL),
        RequireValue(
            model_name="company",
            name="as_of_date",
            field=models.DateField(),
        ),
        BuildIndex(
            model_name="company",
            index=models.Index(
                condition=models.Q(("next_change_date__isnull", False)),
                fields=["next_change_date"],
                name="company_next_change",
            ),
        ),
        BuildIndex(
            model_name="beneficialownership",
            index=models.Index(
                condition=models.Q(("next_change_date__isnull", False)),
                fields=["next_change_date"],
                name="beneficial_next_change",
            ),
        ),
    ]
