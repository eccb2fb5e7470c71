"""The company register of a chaos run: small fictional companies that change, taken in by a process of its own.

`python -m bench.chaos.register` reads lists of documents, a line each, imports them however often the database goes
away meanwhile, and answers each line with one of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from companies.cvr import is_valid_cvr
from lasso.embedded.processes import last_lines
from local.processes import ROOT

Document = dict[str, Any]

FIRST_CVR = 99_400_000
# Has a right check digit, and the register lacks it: its report fails, which is no fault.
UNKNOWN_CVR = next(number for number in range(99_390_000, FIRST_CVR) if is_valid_cvr(str(number)))
ALWAYS = {"gyldigFra": "2010-01-01", "gyldigTil": None}
FIRST_TELEPHONE = 71_000_000
PAUSE = 0.5  # seconds, while the database is away
OWNERS = ("Inga Sivbjerg", "Odd Sivbjerg")


def numbers(count: int) -> list[int]:
    """So many CVR numbers with right check digits."""
    found: list[int] = []
    number = FIRST_CVR
    while len(found) < count:
        if is_valid_cvr(str(number)):
            found.append(number)
        number += 1
    return found


def document(cvr: int, version: int, owner: int) -> Document:
    """A company as the register writes it: its telephone tells the version, `owner` who has all of it."""
    return {
        "cvrNummer": cvr,
        "enhedsNummer": 4_000_000_000 + cvr,
        "enhedstype": "VIRKSOMHED",
        "navne": [{"navn": f"Prøvested {cvr} ApS", "periode": ALWAYS}],
        "telefonNummer": [
            {"kontaktoplysning": str(FIRST_TELEPHONE + version), "hemmelig": False, "periode": ALWAYS},
        ],
        "deltagerRelation": [_owned_by(4_009_900_300 + owner % 2, OWNERS[owner % 2])],
    }


def _owned_by(number: int, name: str) -> Document:
    share = {"vaerdi": "1.0", "periode": {"gyldigFra": "2020-01-01", "gyldigTil": None}}
    attributes = [
        {"sekvensnr": 0, "type": kind, "vaerditype": "decimal", "vaerdier": [share]}
        for kind in ("EJERANDEL_PROCENT", "EJERANDEL_STEMMERET_PROCENT")
    ]
    return {
        "deltager": {
            "enhedsNummer": number,
            "enhedstype": "PERSON",
            "forretningsnoegle": None,
            "navne": [{"navn": name, "periode": {"gyldigFra": None, "gyldigTil": None}}],
        },
        "kontorsteder": [],
        "organisationer": [
            {
                "enhedsNummerOrganisation": 4_001_000_001,
                "hovedtype": "REGISTER",
                "organisationsNavn": [{"navn": "EJERREGISTER", "periode": ALWAYS}],
                "attributter": [],
                "medlemsData": [{"attributter": attributes}],
            }
        ],
    }


class Register:
    """The companies as they are by now, and the process that takes them in."""

    def __init__(self, *, environment: Mapping[str, str], log: Path, companies: int) -> None:
        self.cvrs = numbers(companies)
        self.versions = dict.fromkeys(self.cvrs, 0)
        self.owners = dict.fromkeys(self.cvrs, 0)
        self._environment, self._log = dict(environment), log
        self._turn = threading.Lock()

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bench.chaos.register"],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.take_in(self.cvrs)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=60)

    def telephone(self, cvr: int) -> str:
        """What messages say of the company as it is now."""
        return shown_telephone(self.versions[cvr])

    def change_telephones(self, cvrs: Iterable[int]) -> None:
        """Give each another number; returns when that is committed."""
        changed = list(cvrs)
        for cvr in changed:
            self.versions[cvr] += 1
        self.take_in(changed)

    def change_owners(self, cvrs: Iterable[int]) -> None:
        """Give each to somebody else; returns when that is committed."""
        changed = list(cvrs)
        for cvr in changed:
            self.owners[cvr] += 1
        self.take_in(changed)

    def take_in(self, cvrs: Iterable[int]) -> None:
        """Import the companies as they are now.

        Raises:
            RuntimeError: the process has ended; with the end of its log.
        """
        with self._turn:
            documents = [document(cvr, self.versions[cvr], self.owners[cvr]) for cvr in cvrs]
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps(documents) + "\n")
            self._process.stdin.flush()
            if self._process.stdout.readline() != "taken\n":
                raise RuntimeError(f"The register's process has ended:\n{last_lines(self._log)}")


def shown_telephone(version: int) -> str:
    """The number of a version as messages have it."""
    digits = str(FIRST_TELEPHONE + version)
    return "+45 " + " ".join(digits[index : index + 2] for index in range(0, 8, 2))


def main() -> None:
    """Take in what stands in each line."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lasso.settings")
    import django

    django.setup()
    from django.db import InterfaceError, OperationalError, connection
    from django.utils import timezone

    from companies.importing import import_documents

    for line in sys.stdin:
        documents = json.loads(line)
        while True:
            try:
                import_documents(documents, now=timezone.now(), source="chaos", has_beneficial_owners=False)
                break
            except (OperationalError, InterfaceError):
                connection.close()
                time.sleep(PAUSE)
        print("taken", flush=True)


if __name__ == "__main__":
    main()
