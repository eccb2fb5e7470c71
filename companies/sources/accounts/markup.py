"""XML that strangers wrote, parsed without harm: nothing is expanded, fetched or guessed, and everything has a bound.

libxml2 without `huge_tree` bounds depth (256) and the length of a text or an attribute (10 MB); what it leaves open
is bounded here before it is asked.
"""

from __future__ import annotations

import re
from html.entities import html5

from lxml import etree

from companies.errors import AccountsError

XHTML = "http://www.w3.org/1999/xhtml"
MOST_TAGS = 2_000_000  # opening and closing ones; the largest inline filings have some hundred thousand
# Encodings in which "<" is the byte "<", so that looking at bytes tells what a parser will see. UTF-7 is none of them.
ENCODINGS = frozenset({"utf-8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252"})
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
ENCODING = re.compile(rb"""\sencoding\s*=\s*["']([^"']*)["']""")
NAMED_CHARACTER = re.compile(rb"&([A-Za-z][A-Za-z0-9]*);")
XML_CHARACTERS = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})


def parse_markup(data: bytes) -> etree._Element:
    """The root element of an XBRL instance or of an inline XBRL document, without comments.

    Inline XBRL is XHTML: it may name its document type, which is not fetched, and use HTML's named characters.
    Declarations in the document itself are refused, as is any document type of another document.

    Raises:
        AccountsError: it is not well-formed, or goes beyond a bound.
    """
    data = _in_readable_encoding(data)
    if data.count(b"<") > MOST_TAGS:
        raise AccountsError(f"The filing has more than {MOST_TAGS:,} tags.")
    has_type = _refuse_declarations(data)
    is_inline = XHTML.encode() in data
    if has_type and not is_inline:
        raise AccountsError("The filing has a document type declaration (DTD), which an XBRL instance has no use for.")
    return _parse(_with_numbered_characters(data) if is_inline else data)


def _parse(data: bytes) -> etree._Element:
    # No entities, no network, no DTD; huge_tree stays off.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if "depth" in str(error):
            raise AccountsError("The filing is nested too deeply: more than 256 elements in one another.") from None
        raise AccountsError(f"The filing is not XML: {str(error)[:200]}") from None
    except ValueError as error:
        raise AccountsError(f"The filing is not XML: {str(error)[:200]}") from None


def _in_readable_encoding(data: bytes) -> bytes:
    """The document in an encoding that extends ASCII; UTF-16 with its mark is written anew."""
    if data.startswith(UTF_16_MARKS):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError:
            raise AccountsError("The filing begins as UTF-16 but is broken.") from None
        data = ENCODING.sub(b"", text.encode(errors="replace"), count=1)
    if b"\0" in data[:4]:
        raise AccountsError("The filing is in an encoding that is not read; write it in UTF-8.")
    start = data.removeprefix(BYTE_ORDER_MARK)
    declaration = start[: start.find(b"?>") + 1] if start.startswith(b"<?xml") else b""
    match = ENCODING.search(declaration)
    name = match[1].decode(errors="replace") if match else "utf-8"
    if name.lower() not in ENCODINGS:
        raise AccountsError(f"The filing is in the encoding {name[:40]!r}, which is not read; write it in UTF-8.")
    return data


def _refuse_declarations(data: bytes) -> bool:
    """Whether the document names its type. Declarations of its own, which could expand without end, are refused."""
    place = _end_of_preamble(data)
    if not data.startswith(b"<!DOCTYPE", place):
        return False
    quote = b""
    for position in range(place, min(len(data), place + 10_000)):
        character = data[position : position + 1]
        if quote:
            quote = b"" if character == quote else quote
        elif character in {b'"', b"'"}:
            quote = character
        elif character == b">":
            return True
        elif character == b"[":
            break
    raise AccountsError("The filing declares entities or other things of its own (DTD), which may expand without end.")


def _end_of_preamble(data: bytes) -> int:
    """Where the blanks, comments and processing instructions at the beginning end."""
    place = len(BYTE_ORDER_MARK) if data.startswith(BYTE_ORDER_MARK) else 0
    while place < len(data):
        if data[place : place + 1] in {b" ", b"\t", b"\r", b"\n"}:
            place += 1
            continue
        for opening, closing in ((b"<?", b"?>"), (b"<!--", b"-->")):
            if data.startswith(opening, place):
                end = data.find(closing, place + len(opening))
                if end < 0:
                    return len(data)
                place = end + len(closing)
                break
        else:
            return place
    return place


def _with_numbered_characters(data: bytes) -> bytes:
    """HTML's named characters (`&nbsp;`) by number, which XML knows without a document type."""

    def numbered(match: re.Match[bytes]) -> bytes:
        name = match[1]
        characters = html5.get(f"{name.decode()};")
        if name in XML_CHARACTERS or characters is None:
            return match[0]
        return b"".join(b"&#%d;" % ord(character) for character in characters)

    return NAMED_CHARACTER.sub(numbered, data)
