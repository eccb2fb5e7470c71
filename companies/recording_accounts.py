"""New or replaced annual accounts as changes of their companies.

    before = newest_accounts(cvrs)
    …write…
    record_accounts_changes(before=before, now=now)

all in the transaction that holds `storing.WRITE_LOCK`, the recording last: it locks the change log until the commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection

from companies.changes import ChangedFields, append_changes, require_transaction
from companies.comparing import changed_figures
from companies.figures import Accounts
from companies.models import AnnualAccounts
from companies.stored_accounts import accounts_of_row

# The change takes a version of its own.
NEXT_VERSIONS = """
UPDATE companies_company SET version = version + 1 WHERE cvr = ANY(%(cvrs)s) RETURNING cvr, version
"""


def newest_accounts(cvrs: Iterable[str]) -> dict[str, Accounts | None]:
    """The accounts with the newest balance day of each company; None where none are filed."""
    wanted = set(cvrs)
    rows = AnnualAccounts.objects.filter(cvr__in=wanted).order_by("cvr", "-end_date").distinct("cvr")
    return dict.fromkeys(wanted) | {row.cvr: accounts_of_row(row) for row in rows}


def record_accounts_changes(*, before: Mapping[str, Accounts | None], now: datetime) -> int:
    """Append a change for each company whose newest accounts read differently from before; returns how many.

    Older years, and companies that the register does not know, make no change.

    Raises:
        RuntimeError: there is no transaction.
    """
    require_transaction("record changes of accounts")
    after = newest_accounts(before)
    differing = {cvr: fields for cvr in before if (fields := changed_figures(before[cvr], after[cvr]))}
    if not differing:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(NEXT_VERSIONS, {"cvrs": list(differing)})
        versions = dict(cursor.fetchall())
    # In the order of the CVR numbers, so that the log does not depend on how a set is iterated.
    changes = [ChangedFields(cvr, versions[cvr], differing[cvr]) for cvr in sorted(versions)]
    return len(append_changes(changes=changes, now=now))
