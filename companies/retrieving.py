"""Ask a live source for companies and store what it answers: whole documents, beneficial owners, filed accounts.

Each company asked for is noted (`source_checks`), also when the source has nothing of it, so that a retrieval that is
cut off goes on behind what it has done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.db.models import Q
from django.utils import timezone

from companies.fingerprints import FILING_READER_VERSION
from companies.importing import import_documents
from companies.importing_accounts import Filing, import_accounts
from companies.models import FetchedFiling
from companies.source_checks import note_checks
from companies.sources.distribution.access import BENEFICIAL, FILES, FILINGS, REGISTER, Access
from companies.sources.distribution.calling import Conversation
from companies.sources.distribution.documents import fetch_documents
from companies.sources.distribution.errors import AnswerTooLong, QuestionRefused
from companies.sources.distribution.filings import Publication, find_publications
from companies.storing_beneficial import import_beneficial_owners
from lasso.http.deadlines import Deadline

log = structlog.get_logger(__name__)

# The index may name a file before the archive has it, so that one is asked for again after this.
ASK_AGAIN = timedelta(days=1)
NEVER_READ = 0  # the version of the reader of such a file


@dataclass(slots=True)
class Retrieved:
    """What became of companies that a source was asked for: `refused` says why, by CVR number."""

    asked: int = 0
    found: int = 0
    changed: int = 0  # new ones too
    refused: dict[str, str] = field(default_factory=dict)

    def add(self, other: Retrieved) -> None:
        """Count another retrieval in."""
        self.asked += other.asked
        self.found += other.found
        self.changed += other.changed
        self.refused |= other.refused


def retrieve_companies(conversation: Conversation, cvrs: Sequence[str], *, now: datetime) -> Retrieved:
    """Ask for the companies' documents and import them.

    Raises:
        SourceUnreachable: nothing of them was stored.
    """
    found, refused = fetch_documents(conversation, cvrs)
    retrieved = Retrieved(asked=len(cvrs), found=len(found), refused=dict(refused))
    summary = import_documents(found.values(), now=now, source=REGISTER)
    retrieved.changed = summary.created + summary.changed
    retrieved.refused |= _by_cvr(list(found), [(one.place, f"{one.path}: {one.reason}") for one in summary.refusals])
    note_checks(source=REGISTER, asked=cvrs, found=found.keys() - retrieved.refused.keys(), now=now)
    _tell(REGISTER, retrieved.refused)
    return retrieved


def retrieve_beneficial_owners(conversation: Conversation, cvrs: Sequence[str], *, now: datetime) -> Retrieved:
    """Ask for the companies' beneficial owners and import them.

    A company that the index lacks is left as it is: what its absence there means is not told.

    Raises:
        SourceUnreachable: nothing of them was stored.
    """
    found, refused = fetch_documents(conversation, cvrs)
    retrieved = Retrieved(asked=len(cvrs), found=len(found), refused=dict(refused))
    summary = import_beneficial_owners(list(found.values()), now=now, source=BENEFICIAL)
    retrieved.changed = len(summary.first) + len(summary.changed)
    retrieved.refused |= _by_cvr(list(found), [(one.place, f"{one.path}: {one.reason}") for one in summary.refusals])
    note_checks(source=BENEFICIAL, asked=cvrs, found=found.keys() - retrieved.refused.keys(), now=now)
    _tell(BENEFICIAL, retrieved.refused)
    return retrieved


def retrieve_accounts(conversation: Conversation, cvrs: Sequence[str], *, now: datetime, until: Deadline) -> Retrieved:
    """Find the companies' filings, fetch those that are new and import them.

    Raises:
        SourceUnreachable: the index or the files; companies whose files had all come are stored and noted.
    """
    retrieved = Retrieved(asked=len(cvrs))
    publications = find_publications(conversation, cvrs)
    # Of this thread alone, as the other conversation is; the files are on another host, which knows no credentials.
    with Conversation(Access(FILES, ""), until=until) as files:
        for cvr in cvrs:
            mine = publications.get(cvr, [])
            known = _known_files(mine, now=now)
            for publication in mine:
                retrieved.changed += _take_publication(files, publication, known, now=now)
            retrieved.found += bool(mine)
            note_checks(source=FILINGS, asked=[cvr], found=[cvr] if mine else [], now=now)
    return retrieved


def _known_files(publications: Sequence[Publication], *, now: datetime) -> dict[str, str]:
    """The files that were fetched before, each with why it was not taken; without those to be asked for again."""
    urls = [url for publication in publications for url in publication.urls]
    was_read = Q(reader_version=FILING_READER_VERSION)
    was_missing_lately = Q(reader_version=NEVER_READ, fetched_at__gt=now - ASK_AGAIN)
    rows = FetchedFiling.objects.filter(was_read | was_missing_lately, url__in=urls)
    return dict(rows.values_list("url", "refusal"))


def _take_publication(
    files: Conversation, publication: Publication, known: Mapping[str, str], *, now: datetime
) -> bool:
    """Import the first of the publication's files that can be read; whether that was new to us."""
    for url in publication.urls:
        is_new = url not in known
        refusal = _fetch(files, publication, url, now=now) if is_new else known[url]
        if not refusal:
            return is_new
    return False


def _fetch(files: Conversation, publication: Publication, url: str, *, now: datetime) -> str:
    """Fetch and import a file; why it was not taken, or nothing."""
    reader_version = FILING_READER_VERSION
    try:
        data = files.download(url)
    except QuestionRefused as error:
        refusal, reader_version = str(error), NEVER_READ
    except AnswerTooLong as error:
        refusal = str(error)
    else:
        summary = import_accounts(
            [Filing(url, data, publication.published_at, publication.cvr)], now=now, source=FILINGS
        )
        refusal = summary.refusals[0][1] if summary.refusals else ""
    if refusal:
        log.warning("filing_refused", cvr=publication.cvr, url=url, reason=refusal)
    FetchedFiling.objects.update_or_create(
        url=url,
        defaults={
            "cvr": publication.cvr,
            "reader_version": reader_version,
            "refusal": refusal,
            "fetched_at": timezone.now(),
        },
    )
    return refusal


def _by_cvr(cvrs: Sequence[str], refusals: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The reasons by CVR number: importing counts documents from 1 ("document 3, …")."""
    numbers = ((int(place.removeprefix("document ").partition(",")[0]), reason) for place, reason in refusals)
    return {cvrs[number - 1]: reason for number, reason in numbers}


def _tell(source: str, refused: Mapping[str, str]) -> None:
    for cvr, reason in refused.items():
        log.warning("document_refused", source=source, cvr=cvr, reason=reason)
