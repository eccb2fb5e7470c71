"""Whether any package that we deploy has a known vulnerability: ``python -m local.audit``.

Ends with 0 when all were looked up and none has, with 1 when one has, and with 3 when that could not be found out: the
service is out of reach, or knows nothing of the packages. It never waits longer than a minute and a half.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from local.processes import ROOT

LONGEST_SECONDS = 90
ANSWER_SECONDS = 5
CLEAN, VULNERABLE, UNKNOWN = 0, 1, 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of it: an exit code, and what to say."""

    code: int
    said: str


def judge(printed: str, complained: str) -> Verdict:
    """What pip-audit's JSON means; it counts packages that it could not look up as good, which they are not."""
    try:
        packages = json.loads(printed)["dependencies"]
    except (ValueError, KeyError, TypeError):
        reason = (complained.strip().splitlines() or ["it said nothing"])[-1]
        return Verdict(UNKNOWN, f"the vulnerability service cannot be asked: {reason[:200]}")
    found = [
        f"{package['name']} {package['version']}: {one['id']}, "
        f"mended in {', '.join(one['fix_versions']) or 'no version yet'}"
        for package in packages
        for one in package.get("vulns", ())
    ]
    if found:
        return Verdict(VULNERABLE, "\n".join(found))
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    if unknown:
        return Verdict(
            UNKNOWN, f"the vulnerability service knows nothing of {len(unknown)} of {len(packages)} packages."
        )
    return Verdict(CLEAN, f"{len(packages)} packages, none with a known vulnerability")


def audit(requirements: Path) -> Verdict:
    """Ask about every package of a file of requirements with hashes."""
    program = str(Path(sys.executable).with_name("pip-audit"))
    options = ["--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off"]
    try:
        asked = subprocess.run(
            [program, "--requirement", str(requirements), "--timeout", str(ANSWER_SECONDS), *options],
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return Verdict(UNKNOWN, f"the vulnerability service did not answer within {LONGEST_SECONDS} s.")
    except OSError as error:
        return Verdict(UNKNOWN, f"pip-audit cannot be run: {error}")
    return judge(asked.stdout, asked.stderr)


if __name__ == "__main__":
    verdict = audit(ROOT / "requirements.txt")
    print(verdict.said)
    sys.exit(verdict.code)
