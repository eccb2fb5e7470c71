"""Filings of annual accounts, XBRL instances and inline XBRL alike.

A filing goes through these modules in this order: `packing` (gzip, kinds of file), `markup` (safe XML), `facts` and
`inline` (what is stated, of when and whom), `periods`, `amounts` and `statements` (what it means), `reading` (all of
it).
"""

from companies.sources.accounts.packing import MOST_BYTES, unpacked
from companies.sources.accounts.reading import read_accounts

__all__ = ["MOST_BYTES", "read_accounts", "unpacked"]
