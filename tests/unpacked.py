"""Where the programs are whose packages `bin/setup` unpacks for the tests and does not install."""

from __future__ import annotations

from pathlib import Path

from local.processes import ROOT

# An installed one is used where there is no such folder.
PLACES = (ROOT / "var" / "packages", Path("/"))
