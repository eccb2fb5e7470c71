"""Names found by their beginning and by their words. Built beside what runs: the table may have millions of rows."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.contrib.postgres.search import SearchVector
from django.db import migrations, models
from django.db.models.functions import Collate, Lower


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("companies", "0006_leases_on_live_sources"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="company",
            index=models.Index(Collate(Lower("name"), "C"), name="company_name_beginning"),
        ),
        AddIndexConcurrently(
            model_name="company",
            index=GinIndex(SearchVector("name", config="simple"), name="company_name_words"),
        ),
    ]
