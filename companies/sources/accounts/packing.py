"""The bytes of a filing: out of gzip, within bounds, and of a kind that can be read at all."""

from __future__ import annotations

import gzip
import zlib
from io import BytesIO

from companies.errors import AccountsError

MOST_BYTES = 50 * 1024 * 1024  # unpacked; the biggest filings have some ten megabytes
GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGIC = b"PK\x03\x04"
XML_WANTED = "give the company's XBRL instance (XML) or inline XBRL (XHTML)"
# What the index of publications lists beside XBRL, by how it begins.
OTHER_KINDS = (
    (b"%PDF", f"a PDF, which holds no figures that can be read; {XML_WANTED}"),
    (b"II*\0", f"a scanned image (TIFF); {XML_WANTED}"),
    (b"MM\0*", f"a scanned image (TIFF); {XML_WANTED}"),
    (ZIP_MAGIC, f"a zip, perhaps a report package (ESEF); {XML_WANTED}"),
    (GZIP_MAGIC, "gzip within gzip, which no server sends; unpack it first"),
    (b"{", f"JSON; {XML_WANTED}"),
)


def unpacked(data: bytes) -> bytes:
    """The filing without gzip, which servers send even where the header says otherwise.

    Raises:
        AccountsError: it is broken, too big, or a kind of file that is no filing in XBRL.
    """
    if data.startswith(GZIP_MAGIC):
        try:
            with gzip.GzipFile(fileobj=BytesIO(data)) as file:
                data = file.read(MOST_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise AccountsError(f"The filing is broken gzip: {error}.") from None
    if len(data) > MOST_BYTES:
        raise AccountsError(f"The filing is bigger than {MOST_BYTES // 1024**2} MB, unpacked.")
    if not data.strip():
        raise AccountsError("The filing is empty.")
    for magic, kind in OTHER_KINDS:
        if data.startswith(magic):
            raise AccountsError(f"The filing is {kind}.")
    return data
