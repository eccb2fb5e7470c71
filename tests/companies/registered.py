"""Whole companies as the register has them, and what is true of each from which day on.

A case is a document and its steps: on each step's day the facts change, on the day before they are still the old ones.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from tests.companies.builders import (
    Document,
    attribute,
    foreigner,
    organ,
    owner,
    participant_company,
    person,
    relation,
    spell,
    value,
)
from tests.companies.replies import auditor, metadata, partner, place, seat, whole

Steps = list[tuple[str, dict[str, Any]]]
ANNA, BENT, CARLA = (
    person(4_000_000_000 + number, name)
    for number, name in enumerate(("Anna Prøvesen", "Bent Prøvesen", "Carla Prøvesen"), start=1)
)
FIRM, OTHER_FIRM = (
    participant_company("99900105", "Prøverevision A/S"),
    participant_company("99900113", "Ny Revision P/S"),
)
MOTHER = participant_company("99900121", "Prøvested Holding ApS")
# Before it was founded there is nothing but the name that it will have.
NOTHING: dict[str, Any] = {
    "place": "",
    "status": "",
    "overall": "",
    "active": False,
    "directors": [],
    "board": [],
    "owners": [],
    "auditors": [],
    "partners": [],
}


def private_limited() -> tuple[Document, Steps]:
    """An ApS that changed its name, moved, changed directors, owners and auditor, all filed in no order."""
    document = whole(
        "99900148",
        "2012-03-01",
        form="APS",
        navne=[
            spell("2018-07-01", navn="Prøvested Nyt Navn ApS"),
            spell("2012-03-01", "2018-06-30", navn="Prøvested Gammelt Navn ApS"),
        ],
        beliggenhedsadresse=[
            place("2016-05-10", None, "Nyvej", 2),
            place("2012-03-01", "2016-05-09", "Gammelvej", 1),
        ],
        deltagerRelation=[
            seat(BENT, "Direktion", value("DIREKTØR", "2019-01-15")),
            seat(ANNA, "Direktion", value("direktør", "2012-03-01", "2019-01-14")),
            owner(ANNA, value("1.0", "2020-06-01"), value("0.5", "2012-03-01", "2020-05-31")),
            owner(BENT, value("0.5", "2012-03-01", "2020-05-31")),
            auditor(OTHER_FIRM, "2018-01-01"),
            auditor(FIRM, "2012-03-01", "2017-12-31"),
        ],
        virksomhedMetadata=metadata(stiftelsesDato="2012-02-20"),
    )
    return document, [
        ("2012-02-29", NOTHING | {"name": "Prøvested Gammelt Navn ApS"}),
        (
            "2012-03-01",
            {
                "place": "Gammelvej 1",
                "status": "NORMAL",
                "overall": "NORMAL",
                "active": True,
                "directors": ["Anna Prøvesen DIREKTØR"],
                "owners": ["Anna Prøvesen 50-66,66%", "Bent Prøvesen 50-66,66%"],
                "auditors": ["Prøverevision A/S"],
            },
        ),
        ("2016-05-10", {"place": "Nyvej 2"}),
        ("2018-01-01", {"auditors": ["Ny Revision P/S"]}),
        ("2018-07-01", {"name": "Prøvested Nyt Navn ApS"}),
        ("2019-01-15", {"directors": ["Bent Prøvesen DIREKTØR"]}),
        ("2020-06-01", {"owners": ["Anna Prøvesen 100%"]}),
    ]


def public_limited() -> tuple[Document, Steps]:
    """An A/S with a board whose chair changed, a seat that was registered twice, and a day between two auditors."""
    document = whole(
        "99900156",
        "2005-10-01",
        form="A/S",
        navne=[spell("2005-10-01", navn="Prøvested Industri A/S")],
        beliggenhedsadresse=[place(None, None, "Fabriksvej", 7, husnummerTil=11, bogstavTil="B")],
        deltagerRelation=[
            seat(ANNA, "Direktion", value("ADM. DIR.", "2005-10-01")),
            seat(
                BENT,
                "Bestyrelse",
                value("FORMAND", "2015-04-28"),
                value("BESTYRELSESMEDLEM", "2005-10-01", "2010-04-28"),
                value("BESTYRELSESMEDLEM", "2010-04-29", "2015-04-27"),
                value("BESTYRELSESMEDLEM", "2009-01-01", "2015-04-27"),
            ),
            seat(CARLA, "Bestyrelse", value("FORMAND", "2005-10-01", "2015-04-27")),
            owner(MOTHER, value("0.9", "2005-10-01"), votes=(value("1.0", "2005-10-01"),)),
            auditor(FIRM, "2005-10-01", "2019-04-28"),
            auditor(OTHER_FIRM, "2019-04-30"),
        ],
    )
    return document, [
        ("2005-09-30", NOTHING | {"name": "Prøvested Industri A/S", "place": "Fabriksvej 7-11B"}),
        (
            "2005-10-01",
            {
                "status": "NORMAL",
                "overall": "NORMAL",
                "active": True,
                "directors": ["Anna Prøvesen ADM. DIR."],
                "board": ["Bent Prøvesen BESTYRELSESMEDLEM", "Carla Prøvesen FORMAND"],
                "owners": ["Prøvested Holding ApS 90-99,99%"],
                "auditors": ["Prøverevision A/S"],
            },
        ),
        ("2015-04-28", {"board": ["Bent Prøvesen FORMAND"]}),
        ("2019-04-29", {"auditors": []}),
        ("2019-04-30", {"auditors": ["Ny Revision P/S"]}),
    ]


def foundation() -> tuple[Document, Steps]:
    """A foundation: a board and an auditor, and nobody that owns it."""
    document = whole(
        "99900164",
        "1991-12-02",
        form="EFO",
        navne=[spell("1991-12-02", navn="Prøvefonden")],
        beliggenhedsadresse=[place("1991-12-02", None, "Fondsvej", 3, etage="2", sidedoer="tv")],
        deltagerRelation=[
            seat(ANNA, "Bestyrelse", value("FORMAND", "1991-12-02")),
            seat(BENT, "Bestyrelse", value("BESTYRELSE", "1991-12-02", "2001-01-31")),
            auditor(FIRM, "1991-12-02"),
        ],
    )
    return document, [
        ("1991-12-01", NOTHING | {"name": "Prøvefonden"}),
        (
            "1991-12-02",
            {
                "place": "Fondsvej 3",
                "status": "NORMAL",
                "overall": "NORMAL",
                "active": True,
                "board": ["Anna Prøvesen FORMAND", "Bent Prøvesen BESTYRELSE"],
                "auditors": ["Prøverevision A/S"],
            },
        ),
        ("2001-02-01", {"board": ["Anna Prøvesen FORMAND"]}),
    ]


def partnership() -> tuple[Document, Steps]:
    """An I/S whose one partner left and became a K/S with a company as general partner, filed as "Interessenter"."""
    forms = whole("99900172", "2010-01-01", form="I/S")["virksomhedsform"]
    limited = whole("99900172", "2020-01-01", form="K/S")["virksomhedsform"]
    document = whole(
        "99900172",
        "2010-01-01",
        form="I/S",
        navne=[spell("2010-01-01", navn="Prøvekontoret")],
        virksomhedsform=[*limited, {**forms[0], **spell("2010-01-01", "2019-12-31")}],
        deltagerRelation=[
            partner(ANNA, "2010-01-01", "2019-12-31"),
            partner(BENT, "2010-01-01", "2014-12-31"),
            partner(MOTHER, "2020-01-01"),
        ],
    )
    return document, [
        ("2009-12-31", NOTHING | {"name": "Prøvekontoret"}),
        (
            "2010-01-01",
            {
                "status": "NORMAL",
                "overall": "NORMAL",
                "active": True,
                "partners": ["Anna Prøvesen Interessent", "Bent Prøvesen Interessent"],
            },
        ),
        ("2015-01-01", {"partners": ["Anna Prøvesen Interessent"]}),
        ("2020-01-01", {"partners": ["Prøvested Holding ApS Komplementar"]}),
    ]


def sole_proprietorship() -> tuple[Document, Steps]:
    """A business of one person that was closed and opened again."""
    document = whole(
        "99900180",
        "2011-01-01",
        form="ENK",
        navne=[spell("2011-01-01", navn="Annas Prøver")],
        livsforloeb=[spell("2018-02-01"), spell("2011-01-01", "2015-06-30")],
        virksomhedsstatus=[],
        beliggenhedsadresse=[
            place("2018-02-01", None, "Hjemvej", 4),
            place("2011-01-01", "2015-06-29", "Torvet", 1),
        ],
        deltagerRelation=[
            partner(ANNA, "2018-02-01"),
            partner(ANNA, "2011-01-01", "2015-06-30"),
        ],
        virksomhedMetadata=metadata("Aktiv"),
    )
    return document, [
        ("2010-12-31", NOTHING | {"name": "Annas Prøver"}),
        (
            "2011-01-01",
            {"place": "Torvet 1", "overall": "Aktiv", "active": True, "partners": ["Anna Prøvesen Indehaver"]},
        ),
        # The address was closed a day before the business was.
        ("2015-06-30", {"place": ""}),
        ("2015-07-01", {"place": "Torvet 1", "overall": "", "active": False, "partners": []}),
        (
            "2018-02-01",
            {"place": "Hjemvej 4", "overall": "Aktiv", "active": True, "partners": ["Anna Prøvesen Indehaver"]},
        ),
    ]


def many_owners() -> tuple[Document, Steps]:
    """A holding with two hundred entries of owners, of whom never more than twenty are in force."""
    people = [person(4_100_000_000 + number, f"Ejer {number:03d} Prøvesen") for number in range(200)]
    document = whole(
        "99900199",
        "2010-01-01",
        form="APS",
        navne=[spell("2010-01-01", navn="Prøvested Ejere ApS")],
        deltagerRelation=[
            owner(one, value("0.05", f"{2010 + number // 20}-01-01", f"{2010 + number // 20}-12-31"))
            for number, one in reversed(list(enumerate(people)))
        ],
    )
    steps: Steps = [("2009-12-31", NOTHING | {"name": "Prøvested Ejere ApS"})]
    for year in range(10):
        owners = [f"Ejer {number:03d} Prøvesen 5-9,99%" for number in range(20 * year, 20 * year + 20)]
        steps.append((f"{2010 + year}-01-01", {"owners": owners}))
    steps[1][1].update(status="NORMAL", overall="NORMAL", active=True)
    return document, [*steps, ("2020-01-01", {"owners": []})]


def foreign_branch() -> tuple[Document, Steps]:
    """A branch of a Swedish company: an address abroad before the Danish one, and an owner without a CVR number."""
    document = whole(
        "99900202",
        "2017-01-01",
        form="FAS",
        navne=[spell("2017-01-01", navn="Prøva Danmark, filial af Prøva AB, Sverige")],
        beliggenhedsadresse=[
            place("2017-06-01", None, "Havnegade", 9),
            spell("2017-01-01", "2017-05-31", landekode="SE", fritekst="Storgatan 1\nMalmö", vejnavn=None),
        ],
        deltagerRelation=[
            relation(
                foreigner(4_200_000_001, "Prøva AB", "SE"),
                organ("REGISTER", "EJERREGISTER", [attribute("EJERANDEL_PROCENT", value("1.0", "2017-01-01"))]),
            ),
            relation(None, organ("LEDELSESORGAN", "Direktion", [attribute("FUNKTION", value("DIREKTØR", None))])),
        ],
    )
    return document, [
        # The register does not say who the manager is, nor since when.
        ("2016-12-31", NOTHING | {"name": "Prøva Danmark, filial af Prøva AB, Sverige", "directors": [" DIREKTØR"]}),
        (
            "2017-01-01",
            {
                "place": "Storgatan 1\nMalmö",
                "status": "NORMAL",
                "overall": "NORMAL",
                "active": True,
                "owners": ["Prøva AB 100%"],
            },
        ),
        ("2017-06-01", {"place": "Havnegade 9"}),
    ]


def dissolved_after_bankruptcy() -> tuple[Document, Steps]:
    """A company whose dated status says NORMAL for ever, whatever befell it; its facts end with it."""
    document = whole(
        "99900210",
        "2008-01-01",
        form="APS",
        ended="2021-03-31",
        navne=[spell("2008-01-01", "2021-03-31", navn="Prøvested Konkurs ApS")],
        beliggenhedsadresse=[place("2008-01-01", "2020-01-09", "Tomvej", 5)],
        status=[
            spell("2020-01-10", "2021-03-31", kreditoplysningkode="2", kreditoplysningtekst="Konkurs"),
            spell("2021-04-01", kreditoplysningkode="4", kreditoplysningtekst="Konkurs sluttet"),
        ],
        deltagerRelation=[
            seat(ANNA, "Direktion", value("DIREKTØR", "2008-01-01", "2020-01-09")),
            owner(ANNA, value("1.0", "2008-01-01", "2021-03-31")),
        ],
        virksomhedMetadata=metadata("OPLØSTEFTERKONKURS"),
    )
    return document, [
        ("2007-12-31", NOTHING | {"name": "Prøvested Konkurs ApS"}),
        (
            "2008-01-01",
            {
                "place": "Tomvej 5",
                "status": "NORMAL",
                "active": True,
                "directors": ["Anna Prøvesen DIREKTØR"],
                "owners": ["Anna Prøvesen 100%"],
            },
        ),
        ("2020-01-10", {"place": "", "directors": []}),
        ("2021-04-01", {"place": "Tomvej 5", "active": False, "owners": [], "overall": "OPLØSTEFTERKONKURS"}),
    ]


def under_bankruptcy() -> tuple[Document, Steps]:
    """A company in bankruptcy: alive, with another status since."""
    document = whole(
        "99900229",
        "2008-01-01",
        form="A/S",
        navne=[spell("2008-01-01", navn="Prøvested Under Konkurs A/S")],
        virksomhedsstatus=[
            spell("2023-11-20", status="UNDER KONKURS"),
            spell("2008-01-01", "2023-11-19", status="NORMAL"),
        ],
        virksomhedMetadata=metadata("UNDERKONKURS"),
    )
    return document, [
        ("2007-12-31", NOTHING | {"name": "Prøvested Under Konkurs A/S"}),
        ("2008-01-01", {"status": "NORMAL", "active": True}),
        ("2023-11-20", {"status": "UNDER KONKURS", "overall": "UNDERKONKURS"}),
    ]


def merged() -> tuple[Document, Steps]:
    """A company that went up in another."""
    document = whole(
        "99900237",
        "2008-01-01",
        form="APS",
        ended="2022-06-30",
        navne=[spell("2008-01-01", "2022-06-30", navn="Prøvested Datter ApS")],
        virksomhedsstatus=[
            spell("2008-01-01", "2022-06-30", status="NORMAL"),
            spell("2022-07-01", status="OPLØST EFTER FUSION"),
        ],
        fusioner=[
            {
                "enhedsNummerOrganisation": 4_004_000_001,
                "organisationsNavn": [spell("2022-07-01", navn="Fusion")],
                "indgaaende": [],
                "udgaaende": [attribute("FUNKTION", value("Ophørt ved fusion", "2022-07-01"))],
            }
        ],
        deltagerRelation=[owner(MOTHER, value("1.0", "2008-01-01", "2022-06-30"))],
        virksomhedMetadata=metadata("OPLØSTEFTERFUSION"),
    )
    return document, [
        ("2007-12-31", NOTHING | {"name": "Prøvested Datter ApS"}),
        ("2008-01-01", {"status": "NORMAL", "active": True, "owners": ["Prøvested Holding ApS 100%"]}),
        (
            "2022-07-01",
            {"status": "OPLØST EFTER FUSION", "overall": "OPLØSTEFTERFUSION", "active": False, "owners": []},
        ),
    ]


def name_with_a_hole() -> tuple[Document, Steps]:
    """A company without a name for a year, as far as the register's history goes."""
    document = whole(
        "99900245",
        "2000-01-01",
        form="APS",
        navne=[
            spell("2003-01-01", navn="Prøvested Efter ApS"),
            spell("2000-01-01", "2001-12-31", navn="Prøvested Før ApS"),
        ],
    )
    return document, [
        ("1999-12-31", NOTHING | {"name": "Prøvested Før ApS"}),
        ("2000-01-01", {"status": "NORMAL", "overall": "NORMAL", "active": True}),
        ("2002-01-01", {}),
        ("2003-01-01", {"name": "Prøvested Efter ApS"}),
    ]


def protected_people() -> tuple[Document, Steps]:
    """A protected company whose owner has a protected address and a name without any dates."""
    hidden = person(
        4_300_000_001,
        "Hemmelig Prøvesen",
        adresseHemmelig=True,
        adresseHemmeligUndtagelse=None,
        adresseOpdateringOphoert=True,
        beliggenhedsadresse=[place("2001-01-01", None, "Skjulevej", 66)],
        postadresse=[place("2001-01-01", None, "Skjulevej", 66)],
    )
    founding = attribute("STIFTELSESINFORMATION", value("Hemmelig Prøvesen, Skjulevej 66, 2100 Ø", "2001-01-01"))
    founder = organ("STIFTERE", "Stiftere", [attribute("FUNKTION", value("STIFTERE", "2001-01-01")), founding])
    document = whole(
        "99900253",
        "2001-01-01",
        form="APS",
        reklamebeskyttet=True,
        navne=[spell("2001-01-01", navn="Prøvested Beskyttet ApS")],
        telefonNummer=[spell("2001-01-01", kontaktoplysning="10666666", hemmelig=True)],
        deltagerRelation=[owner(hidden, value("0.3333", "2001-01-01")), relation(hidden, founder)],
    )
    return document, [
        ("2000-12-31", NOTHING | {"name": "Prøvested Beskyttet ApS"}),
        (
            "2001-01-01",
            {
                "status": "NORMAL",
                "overall": "NORMAL",
                "active": True,
                "owners": ["Hemmelig Prøvesen 33,33-49,99%"],
            },
        ),
    ]


CASES: tuple[Callable[[], tuple[Document, Steps]], ...] = (
    private_limited,
    public_limited,
    foundation,
    partnership,
    sole_proprietorship,
    many_owners,
    foreign_branch,
    dissolved_after_bankruptcy,
    under_bankruptcy,
    merged,
    name_with_a_hole,
    protected_people,
)
TODAY = date(2026, 6, 1)
