"""What can go wrong between a caller and the register."""

from __future__ import annotations


class CompanyUnknown(Exception):  # noqa: N818 - it names an answer, not a fault
    """The register has no company with this CVR number."""

    def __init__(self, cvr: str) -> None:
        super().__init__(f"The register knows no company with CVR {cvr}.")
        self.cvr = cvr


class SourceUnreachable(Exception):  # noqa: N818 - it names an answer, not a fault
    """The source that should have answered is out of reach; trying again later makes sense."""


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
