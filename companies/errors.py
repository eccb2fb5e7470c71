"""What can go wrong between a caller and the register."""

from __future__ import annotations

from datetime import timedelta


class CompanyUnknown(Exception):  # noqa: N818 - it names an answer, not a fault
    """The register has no company with this CVR number."""

    def __init__(self, cvr: str) -> None:
        super().__init__(f"The register knows no company with CVR {cvr}.")
        self.cvr = cvr


class CompanyRefused(Exception):  # noqa: N818 - it names an answer, not a fault
    """The source has the company, but its document cannot be taken; `reason` says why."""

    def __init__(self, cvr: str, reason: str) -> None:
        super().__init__(f"The document of CVR {cvr} cannot be taken: {reason}")
        self.cvr = cvr
        self.reason = reason


class SourceUnreachable(Exception):  # noqa: N818 - it names an answer, not a fault
    """The source that should have answered is out of reach; trying again later makes sense.

    `source` is its name for people, empty when there is none; `retry_after` says how long it asks to be left alone.
    """

    def __init__(self, reason: str, *, source: str = "", retry_after: timedelta = timedelta(0)) -> None:
        super().__init__(reason)
        self.source = source
        self.retry_after = retry_after


class SourceBusy(Exception):  # noqa: N818 - it names an answer, not a fault
    """We have used up what we may ask of the source right now: nothing failed, so trying again costs no attempt."""

    def __init__(self, reason: str, *, source: str, retry_after: timedelta = timedelta(0)) -> None:
        super().__init__(reason)
        self.source = source
        self.retry_after = retry_after


class BeneficialAccessDenied(Exception):  # noqa: N818 - it names an answer, not a fault
    """The organisation may not see beneficial owners (CVR-loven § 18 a)."""


class DocumentError(Exception):
    """A register document breaks the format: `path` says where, `reason` what was found and expected."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}" if path else reason)
        self.path = path
        self.reason = reason


class AccountsError(Exception):
    """A filing of annual accounts cannot be read; the message says why."""
