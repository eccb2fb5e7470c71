"""XBRL instances for tests, with no more in them than a test says."""

from __future__ import annotations

CVR = "99900016"
HEAD = (
    '<q:xbrl xmlns:q="http://www.xbrl.org/2003/instance" xmlns:d="http://xbrl.org/2006/xbrldi"'
    ' xmlns:EOGS10000="http://xbrl.dcca.dk/fsa" xmlns:b="http://xbrl.dcca.dk/gsd" xmlns:c="http://xbrl.dcca.dk/cmn"'
    ' xmlns:arr="http://xbrl.dcca.dk/arr" xmlns:sob="http://xbrl.dcca.dk/sob"'
    ' xmlns:ifrs-full="http://xbrl.ifrs.org/taxonomy/2021-03-24/ifrs-full"'
    ' xmlns:iso4217="http://www.xbrl.org/2003/iso4217">'
)
YEAR, DAY = "year", "day"


def fact(
    name: str, text: object, context: str = YEAR, prefix: str = "EOGS10000", unit: str = "u", decimals: str = "0"
) -> str:
    """One fact."""
    attributes = f'contextRef="{context}" unitRef="{unit}" decimals="{decimals}"'
    return f"<{prefix}:{name} {attributes}>{text}</{prefix}:{name}>"


def said(name: str, text: str, context: str = YEAR, prefix: str = "b") -> str:
    """One fact that is no amount."""
    return f'<{prefix}:{name} contextRef="{context}">{text}</{prefix}:{name}>'


def context(
    key: str, period: tuple[str, ...], *dimensions: tuple[str, str], place: str = "scenario", cvr: str = CVR
) -> str:
    """A context for a day or from a day to a day; a dimension whose member is a tag of XML is a typed one."""
    names = ("instant",) if len(period) == 1 else ("startDate", "endDate")
    dates = "".join(f"<q:{name}>{day}</q:{name}>" for name, day in zip(names, period, strict=True))
    members = "".join(
        f'<d:{kind} dimension="{axis}">{member}</d:{kind}>'
        for axis, member in dimensions
        for kind in ["typedMember" if member.startswith("<") else "explicitMember"]
    )
    within = f"<q:{place}>{members}</q:{place}>" if members else ""
    segment, scenario = (within, "") if place == "segment" else ("", within)
    identifier = f'<q:identifier scheme="http://www.dcca.dk/cvr">{cvr}</q:identifier>'
    return (
        f'<q:context id="{key}"><q:entity>{identifier}{segment}</q:entity>'
        f"<q:period>{dates}</q:period>{scenario}</q:context>"
    )


GENERAL = (
    said("IdentificationNumberCvrOfReportingEntity", CVR)
    + said("ReportingPeriodStartDate", "2024-01-01")
    + said("ReportingPeriodEndDate", "2024-12-31")
)
CONTEXTS = context(YEAR, ("2024-01-01", "2024-12-31")) + context(DAY, ("2024-12-31",))
BEFORE, DAY_BEFORE = "before", "daybefore"
PRECEDING = context(BEFORE, ("2023-01-01", "2023-12-31")) + context(DAY_BEFORE, ("2023-12-31",))
GROUP = ("c:ConsolidatedSoloDimension", "c:ConsolidatedMember")
SOLO = ("c:ConsolidatedSoloDimension", "c:SoloMember")
SEPARATE = ("ifrs-full:ConsolidatedAndSeparateFinancialStatementsAxis", "ifrs-full:SeparateMember")
GROUPS = context("group", ("2024-01-01", "2024-12-31"), GROUP) + context("groupday", ("2024-12-31",), GROUP)
UNIT = '<q:unit id="u"><q:measure>iso4217:{}</q:measure></q:unit><q:unit id="n"><q:measure>q:pure</q:measure></q:unit>'
RESULT = fact("ProfitLoss", 100)


def instance(body: str = RESULT, *, general: str = GENERAL, currency: str = "DKK", more: str = "") -> bytes:
    """An instance for 2024 with the facts of the body; `more` holds further contexts."""
    return f"{HEAD}{CONTEXTS}{more}{UNIT.format(currency)}{general}{body}</q:xbrl>".encode()
