"""The types of reports, by the names and numbers of the documentation."""

from __future__ import annotations

from django.db import models


class ReportType(models.TextChoices):
    """The four reports; the API takes them by name or by number (reporting page: `type`, `printType`)."""

    REVISION = "Revision"
    FINANS = "Finans"
    REELLE_EJERE = "ReelleEjere"
    REVISION_UDVIDET = "RevisionUdvidet"


REPORT_TYPE_NUMBERS = {
    ReportType.REVISION: 0,
    ReportType.FINANS: 1,
    ReportType.REELLE_EJERE: 2,
    ReportType.REVISION_UDVIDET: 3,
}
# The types whose content follows the change log, so that a listener batch makes sense.
LISTENABLE_TYPES = frozenset({ReportType.REELLE_EJERE})
