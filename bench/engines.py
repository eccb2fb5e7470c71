"""Both engines for every company of the fictional register, each type and language: the same text on as many pages?"""

from __future__ import annotations

import argparse
import gc
import io
import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bench.batch import compose_all
from bench.measuring import RESULTS, report
from lasso.language import Language
from local.system import System

ALL = 10_000
# Where a table goes on over pages its head is repeated, and engines may break it after different rows.
HEADS_ONCE = "<style>thead { display: table-row-group }</style></head>"


def prepare() -> None:
    """What a process does once."""
    import django

    django.setup()
    from reporting.document import freeze_collector, warm_up

    warm_up()
    freeze_collector()


def compare(file: Path) -> dict[str, Any]:
    """Pages by each engine, and whether both print the same signs."""
    from pypdf import PdfReader

    from reporting.document import render_pdf
    from reporting.engines import Engine

    html = file.read_text(encoding="utf-8")

    def printed(text: str) -> list[PdfReader]:
        return [PdfReader(io.BytesIO(render_pdf(text, engine=engine))) for engine in Engine]

    standard, fast = printed(html)
    found: dict[str, Any] = {
        "document": f"{file.stem}, {file.parent.name}",
        "standard, pages": len(standard.pages),
        "fast, pages": len(fast.pages),
    }
    if _signs(standard) != _signs(fast):
        standard, fast = printed(html.replace("</head>", HEADS_ONCE))
    found["same text"] = _signs(standard) == _signs(fast)
    gc.collect()
    return found


def _signs(pdf: Any) -> Counter[str]:
    return Counter("".join("".join(page.extract_text().split()) for page in pdf.pages))


def main() -> None:
    """Compare and report; the exit code says whether all are the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=ALL, help="so many of them, from all over the register")
    options = parser.parse_args()
    with System(RESULTS / "engines", variables={"LOG_LEVEL": "warning"}) as system:
        system.prepare()
        os.environ.update(system.variables, DJANGO_SETTINGS_MODULE="lasso.settings")
        system.manage("create_organisation", "Bench", "--email", "b@lasso.example", "--beneficial-owners", "--quiet")
        cvrs = sorted(set(system.fictional_companies(options.companies)))
        files = compose_all(cvrs, RESULTS / "engines" / "html", languages=tuple(Language))
        with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn"), initializer=prepare) as pool:
            compared = list(pool.map(compare, files, chunksize=8))
    other_text = [row for row in compared if not row["same text"]]
    other_pages = [row for row in compared if row["standard, pages"] != row["fast, pages"]]
    different = [row for row in compared if row in other_text or row in other_pages]
    report(
        "engines",
        rows=different or compared[:1],
        companies=len(cvrs),
        documents=len(files),
        documents_with_other_text=len(other_text),
        documents_with_another_number_of_pages=len(other_pages),
    )
    raise SystemExit(1 if different else 0)


if __name__ == "__main__":
    main()
