"""Companies read from the register many at a time, with as few queries for a hundred as for one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import structlog

from companies.catalogue import Subject
from companies.errors import DocumentError
from companies.figures import Accounts
from companies.models import AnnualAccounts, Company
from companies.sources.cvr import read_profile
from companies.stored_accounts import accounts_of_row

log = structlog.get_logger(__name__)

UNREADABLE = "The register's document of the company cannot be read: {reason}"
BROKEN = "The company's facts could not be read because of a fault of ours. The fault is recorded."


@dataclass(slots=True)
class Read:
    """By CVR number: the companies that could be read, and why others could not. The register lacks the rest."""

    subjects: dict[str, Subject] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)


def read_subjects(*, cvrs: Iterable[str], day: date, needs_accounts: bool) -> Read:
    """The companies as they are on the day, with their newest annual accounts when those are needed.

    One that was last looked at on a later day is read as of that: the change log has told of it up to then.
    """
    wanted = list(cvrs)
    accounts = _newest_accounts(wanted) if needs_accounts else {}
    found = Read()
    for cvr, document, as_of_date in Company.objects.filter(cvr__in=wanted).values_list(
        "cvr", "document", "as_of_date"
    ):
        try:
            profile = read_profile(document, day=max(day, as_of_date))
        except DocumentError as error:
            found.unreadable[cvr] = UNREADABLE.format(reason=error)
        except Exception:
            # Whatever one company's document does to us holds up no other.
            log.exception("company_broke", cvr=cvr)
            found.unreadable[cvr] = BROKEN
        else:
            found.subjects[cvr] = Subject(profile, accounts.get(cvr))
    return found


def _newest_accounts(cvrs: list[str]) -> dict[str, Accounts]:
    rows = AnnualAccounts.objects.filter(cvr__in=cvrs).order_by("cvr", "-end_date").distinct("cvr")
    return {row.cvr: accounts_of_row(row) for row in rows}
