"""The register as kept: documents, owners as edges, annual accounts, and the log of changes."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Collate, Lower

from companies.profile import ParticipantKind


class Company(models.Model):
    """A company: its register document without what may not be kept, and what lists and graphs need of it."""

    cvr = models.CharField(max_length=8, primary_key=True)
    unit_number = models.BigIntegerField()
    name = models.CharField(max_length=500)
    form = models.CharField(max_length=60, blank=True)  # "A/S", "ApS", …
    is_active = models.BooleanField()
    is_protected = models.BooleanField()  # reklamebeskyttet: shown on every page, never listed for marketing
    document = models.JSONField()  # a Vrvirksomhed as companies.sources.sanitising leaves it
    document_hash = models.CharField(max_length=64)  # SHA-256 of the document in canonical JSON
    # companies.fingerprints: of the document as it came last, and the version of the reader that read it.
    fingerprint = models.CharField(max_length=64, blank=True)
    reader_version = models.PositiveSmallIntegerField(default=0)  # 0: to be read anew
    version = models.PositiveIntegerField(default=1)  # one more each time the document or what it says differs
    # The Danish day as of which all of this and the owners' edges were read; the change log tells of changes up to it.
    as_of_date = models.DateField()
    next_change_date = models.DateField(null=True)  # the first day after it on which the document says something else
    source = models.CharField(max_length=40)
    source_updated_at = models.DateTimeField(null=True)  # sidstOpdateret
    retrieved_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "companies"
        indexes = [
            # An import asks which of the documents that came are known as they are.
            models.Index(fields=["fingerprint"], name="company_fingerprint"),
            # Whose day has come?
            models.Index(
                fields=["next_change_date"],
                name="company_next_change",
                condition=models.Q(next_change_date__isnull=False),
            ),
            # companies.searching: names by their beginning, and by the beginnings of their words.
            models.Index(Collate(Lower("name"), "C"), name="company_name_beginning"),
            GinIndex(SearchVector("name", config="simple"), name="company_name_words"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(cvr__regex=r"^[0-9]{8}$"), name="company_cvr_eight_digits"),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="company_version_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.cvr})"


class BeneficialOwnership(models.Model):
    """The beneficial owners' part of a company's document, kept apart because only few may see it (CVR-loven § 18 a).

    No row means that no source has told us; a row without relations, that none is registered.
    """

    company = models.OneToOneField(
        Company, on_delete=models.CASCADE, primary_key=True, related_name="beneficial_ownership"
    )
    relations = models.JSONField()  # deltagerRelation[] with only their "Reelle ejere" organisations
    relations_hash = models.CharField(max_length=64)  # SHA-256 of them in canonical JSON
    next_change_date = models.DateField(null=True)  # the first day after the company's as_of_date that they change on
    source = models.CharField(max_length=40)
    retrieved_at = models.DateTimeField()

    class Meta:
        indexes = [
            # Whose day has come?
            models.Index(
                fields=["next_change_date"],
                name="beneficial_next_change",
                condition=models.Q(next_change_date__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"beneficial owners of {self.company_id}"


class BeneficialOwnerRead(models.Model):
    """One look at a company's beneficial owners. Points at nothing, so that it outlives what it tells of."""

    organisation_id = models.UUIDField()
    organisation_name = models.CharField(max_length=200)
    cvr = models.CharField(max_length=8)
    purpose = models.CharField(max_length=200)
    read_at = models.DateTimeField()

    class Meta:
        indexes = [
            # An authority or a customer asks who has seen a company's beneficial owners.
            models.Index(fields=["cvr", "read_at"], name="beneficial_read_of_company"),
            # The same by organisation.
            models.Index(fields=["organisation_id", "read_at"], name="beneficial_read_by_org"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_name} read {self.cvr} at {self.read_at:%Y-%m-%d %H:%M}"


class OwnershipEdge(models.Model):
    """One spell in the owners' register: an owner holds a band of a company from a day to a day.

    Written anew with each new version of the owned company's document.
    """

    owned = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="owner_edges", db_column="owned_cvr")
    owner_key = models.CharField(max_length=20)  # Lasso id: CVR-1-<cvr> or CVR-3-<unit number>
    owner_kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in ParticipantKind])
    owner_unit_number = models.BigIntegerField()
    owner_cvr = models.CharField(max_length=8, blank=True)
    owner_name = models.CharField(max_length=500)
    owner_country_code = models.CharField(max_length=2, blank=True)
    capital_class = models.CharField(max_length=200, blank=True)  # of the shares, where the register names it
    # Fractions of one. Null: no percentage filed, which is not 0 %.
    share_low = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    share_high = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    votes_low = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    votes_high = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    start_date = models.DateField(null=True)
    end_date = models.DateField(null=True)

    class Meta:
        # Downwards: what does this owner own? (Upwards uses the foreign key's index.)
        indexes = [models.Index(fields=["owner_key"], name="ownership_edge_owner")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(owner_kind__in=["person", "company", "other"]), name="ownership_edge_kind_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.owner_name} owns of {self.owned_id}"


class AnnualAccounts(models.Model):
    """The newest publication of a company's annual accounts for one financial year.

    Not tied to a Company row: a filing may come before the company's document does.
    """

    cvr = models.CharField(max_length=8)
    start_date = models.DateField()
    end_date = models.DateField()  # the balance day
    currency = models.CharField(max_length=3)
    published_at = models.DateTimeField(null=True)
    approved_date = models.DateField(null=True)
    general_meeting_date = models.DateField(null=True)
    accounting_class = models.CharField(max_length=200, blank=True)
    audit_firm = models.CharField(max_length=500, blank=True)
    audit_firm_cvr = models.CharField(max_length=8, blank=True)
    auditor_name = models.CharField(max_length=500, blank=True)
    auditor_number = models.CharField(max_length=20, blank=True)
    assistance = models.CharField(max_length=200, blank=True)
    opinion = models.TextField(blank=True)
    modified_opinion = models.CharField(max_length=40, blank=True)
    going_concern = models.TextField(blank=True)
    is_group = models.BooleanField(default=False)  # the figures are the group's: the filing has no others
    # {name of FIGURE_NAMES: decimal as text, or a list of such texts where the filing contradicts itself}
    figures = models.JSONField(default=dict)
    group_figures = models.JSONField(default=dict)  # the same of the group, where both are filed
    comparative_start_date = models.DateField(null=True)  # the year before as this filing has it
    comparative_end_date = models.DateField(null=True)
    comparative_figures = models.JSONField(default=dict)
    document_hash = models.CharField(max_length=64)  # SHA-256 of the filing, unpacked
    reader_version = models.PositiveSmallIntegerField(default=0)  # companies.fingerprints; 0: to be read anew
    source = models.CharField(max_length=40)
    retrieved_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "annual accounts"
        # An import asks which of the filings that came are known.
        indexes = [models.Index(fields=["document_hash"], name="annual_accounts_document_hash")]
        constraints = [
            # Also the look-up of a company's accounts, newest first.
            models.UniqueConstraint(fields=["cvr", "end_date"], name="annual_accounts_once_a_year"),
            models.CheckConstraint(
                condition=models.Q(start_date__lte=models.F("end_date")), name="annual_accounts_period_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"accounts of {self.cvr} to {self.end_date}"


class Change(models.Model):
    """One new version of a company that differs from the one before, in the order of commits.

    Points at nothing: the log outlives the company. Beneficial owners are named as changed, never told.
    """

    id = models.BigAutoField(primary_key=True)
    cvr = models.CharField(max_length=8)
    version = models.PositiveIntegerField()
    fields = models.JSONField(encoder=DjangoJSONEncoder)  # {name: {"before": …, "after": …}}
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cvr", "version"], name="change_once_a_version")]

    def __str__(self) -> str:
        return f"change {self.id}: {self.cvr} version {self.version}"


class ChangeCursor(models.Model):
    """How far a reader of the change log has come: it has taken every change up to `position`."""

    reader = models.CharField(max_length=60, primary_key=True)
    position = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.reader} at {self.position}"


class SourceCheck(models.Model):
    """When a live source was last asked for a company, also when it had nothing new or nothing at all.

    Points at nothing: a company that the source does not have is noted too.
    """

    source = models.CharField(max_length=40)
    cvr = models.CharField(max_length=8)
    checked_at = models.DateTimeField()
    is_found = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cvr", "source"], name="source_check_once")]

    def __str__(self) -> str:
        return f"{self.cvr} asked of {self.source} at {self.checked_at:%Y-%m-%d %H:%M}"


class SourceCursor(models.Model):
    """How far a poll of a live source has come, and when it goes on."""

    poll = models.CharField(max_length=40, primary_key=True)
    position = models.JSONField(default=dict)
    due_at = models.DateTimeField()
    failure_count = models.PositiveIntegerField(default=0)  # in a row
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.poll} due {self.due_at:%Y-%m-%d %H:%M:%S}"


class SourceLease(models.Model):
    """Somebody is asking a live source for a company right now, or runs a poll; void when it has expired.

    A row and not a lock of the database session, which a pooler may hand to somebody else between two statements.
    """

    key = models.CharField(max_length=60, primary_key=True)
    token = models.UUIDField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.key} until {self.expires_at:%Y-%m-%d %H:%M:%S}"


class SourceRest(models.Model):
    """A live source that failed and is left alone for a while by all processes; no row: it is well."""

    source = models.CharField(max_length=40, primary_key=True)
    rests_until = models.DateTimeField()
    failure_count = models.PositiveIntegerField()  # in a row
    reason = models.TextField()
    failed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.source} rests until {self.rests_until:%Y-%m-%d %H:%M:%S}"


class FetchedFiling(models.Model):
    """A file of annual accounts that was fetched, so that it is not fetched again; with why it was not taken."""

    url = models.CharField(max_length=2000, primary_key=True)
    cvr = models.CharField(max_length=8)
    # companies.fingerprints: another one fetches it again. 0: the archive did not have the file.
    reader_version = models.PositiveSmallIntegerField()
    refusal = models.TextField(blank=True)
    fetched_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.url} of {self.cvr}"
