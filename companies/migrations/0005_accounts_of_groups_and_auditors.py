from django.db import migrations, models

from lasso.online_migrations import AddColumn


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0004_days_that_rules_come_into_force"),
    ]

    operations = [
        AddColumn(
            model_name="annualaccounts",
            name="general_meeting_date",
            field=models.DateField(null=True),
        ),
        AddColumn(
            model_name="annualaccounts",
            name="auditor_number",
            field=models.CharField(blank=True, default="", max_length=20),
            preserve_default=False,
        ),
        AddColumn(
            model_name="annualaccounts",
            name="modified_opinion",
            field=models.CharField(blank=True, default="", max_length=40),
            preserve_default=False,
        ),
        AddColumn(
            model_name="annualaccounts",
            name="going_concern",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        AddColumn(
            model_name="annualaccounts",
            name="is_group",
            field=models.BooleanField(default=False),
        ),
        AddColumn(
            model_name="annualaccounts",
            name="group_figures",
            field=models.JSONField(default=dict),
        ),
        AddColumn(
            model_name="annualaccounts",
            name="comparative_start_date",
            field=models.DateField(null=True),
        ),
        AddColumn(
            model_name="annualaccounts",
            name="comparative_end_date",
            field=models.DateField(null=True),
        ),
        AddColumn(
            model_name="annualaccounts",
            name="comparative_figures",
            field=models.JSONField(default=dict),
        ),
    ]
