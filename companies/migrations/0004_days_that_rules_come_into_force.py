from django.db import migrations, models

# What is there was read on the day it came. Its next day is not known: today will do, when each is looked through once.
FILL = """
UPDATE companies_company
SET as_of_date = (retrieved_at AT TIME ZONE 'Europe/Copenhagen')::date, next_change_date = CURRENT_DATE
"""


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0003_class_of_the_owners_shares"),
    ]

    operations = [
        migrations.AddField(
            model_name="company",
            name="as_of_date",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="company",
            name="next_change_date",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="beneficialownership",
            name="next_change_date",
            field=models.DateField(null=True),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="company",
            name="as_of_date",
            field=models.DateField(),
        ),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(
                condition=models.Q(("next_change_date__isnull", False)),
                fields=["next_change_date"],
                name="company_next_change",
            ),
        ),
        migrations.AddIndex(
            model_name="beneficialownership",
            index=models.Index(
                condition=models.Q(("next_change_date__isnull", False)),
                fields=["next_change_date"],
                name="beneficial_next_change",
            ),
        ),
    ]
