"""What the chains come to: bounds beside what is registered, each way's arithmetic, and where chains end."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from companies.graph import ChainEnd, Edge, IndirectShare, OwnershipGraph, Verdict
from companies.indirect import indirect_shares
from companies.profile import BeneficialOwner, Participant, ParticipantKind
from reporting.contents.blocks import Tone
from reporting.contents.computed_shares import computed_bounds, computed_section, computed_tile
from reporting.contents.leads import beneficial_lead
from reporting.contents.ownership_checks import discrepancies_section, ownership_checks
from reporting.contents.ownership_graphs import owners_chart_section
from reporting.contents.shortcomings import chain_shortcomings
from reporting.material import Material
from reporting.models import ReportType
from tests.reporting import makers, worst_cases
from tests.reporting.makers import HOLDING, KAREN, OLE, band, company, node
from tests.reporting.section_text import rows, sentences, titles

ROOT = makers.ROOT
ESTATE = Participant(4_300_000_002, ParticipantKind.OTHER, "Boet efter Jens Vindfald")
NUMBERLESS = Participant(4_300_000_003, ParticipantKind.OTHER, "Fællesskabet Vindfald")


def material(*edges: tuple[object, object, object, object], ends: object = None) -> Material:
    """A company with these edges: (owner's node, owned node, share, votes); computed as the register would."""
    nodes = {one.key: one for owner, owned, *_ in edges for one in (owner, owned)}  # type: ignore[attr-defined]
    made = tuple(Edge(owner.key, owned.key, share, votes) for owner, owned, share, votes in edges)  # type: ignore[attr-defined, arg-type]
    graph = OwnershipGraph(ROOT.key, nodes, made)  # type: ignore[arg-type]
    return makers.material(ReportType.REELLE_EJERE, owners=graph, indirect=indirect_shares(graph))


TOP, MID = node(company(3, "Mostrup Familieholding ApS"), form="ApS"), node(HOLDING, form="ApS")
PERSON, OTHER = node(KAREN, ChainEnd.PERSON), node(OLE, ChainEnd.PERSON)
WHOLE, MOST, HALF, SMALL = band("100", "100"), band("66.67", "89.99"), band("50", "66.66"), band("5", "9.99")


def two_ways() -> Material:
    """Karen by a chain of three and at once; Ole at once."""
    return material(
        (MID, ROOT, MOST, WHOLE),
        (TOP, MID, HALF, HALF),
        (PERSON, TOP, WHOLE, WHOLE),
        (PERSON, ROOT, SMALL, None),
        (OTHER, MID, band("33.33", "49.99"), None),
    )


def test_it_shows_the_arithmetic_of_each_way():
    section = computed_section(two_ways())

    assert titles(section) == ["", "Karen Vindfald Mostrup: over 25 %", "Ole Brinkskov: muligvis over 25 %"]
    assert rows(section, "Karen Vindfald Mostrup: over 25 %") == [
        (
            "Gennem Mostrup Familieholding ApS → Havnelys Holding ApS"
            " | 33,33–59,99 % (100 % × 50-66,66 % × 66,67-89,99 %) | 50–66,66 % (100 % × 50-66,66 % × 100 %)"
        ),
        "Direkte | 5–9,99 % | 0–100 %",
        "Lagt sammen | 38,33–69,98 % | 50–100 %",
    ]


def test_it_puts_the_bounds_beside_what_is_registered():
    assert rows(computed_section(two_ways())) == [
        "Karen Vindfald Mostrup | 38,33–69,98 % | 50–66,66 % | 41,25 % / 45 % | Over 25 %",
        "Ole Brinkskov | 22,22–44,99 % | 0–50 % | 21 % / 38 % | Muligvis over 25 %",
    ]


def test_it_says_why_the_result_is_not_what_the_ways_add_up_to():
    notes = sentences(computed_section(two_ways()))

    assert notes[1] == (
        "Resultatet er snævrere end vejene viser, fordi de andre ejere med sikkerhed har deres. "
        "Resultat: kapital 38,33–69,98 %, stemmer 50–66,66 %."
    )


def test_it_shows_no_arithmetic_of_what_is_held_at_once():
    assert titles(computed_section(material((PERSON, ROOT, WHOLE, WHOLE)))) == [""]


def test_it_shows_what_own_shares_make_of_a_share_that_is_held_at_once():
    found = material((PERSON, ROOT, HALF, HALF), (ROOT, ROOT, band("10", "14.99"), None))
    found = replace(found, owners=replace(found.owners, has_cycle=True))  # type: ignore[type-var]
    section = computed_section(found)

    assert rows(section, "Karen Vindfald Mostrup: over 25 %") == ["Direkte | 50–66,66 % | 50–66,66 %"]
    assert rows(section)[0].startswith("Karen Vindfald Mostrup | 55,55–78,42 % |")


def test_it_explains_circles():
    found = material((PERSON, MID, HALF, HALF), (MID, ROOT, MOST, MOST), (ROOT, MID, SMALL, SMALL))
    found = replace(found, owners=replace(found.owners, has_cycle=True))  # type: ignore[type-var]
    notes = sentences(computed_section(found))

    assert "Ejerkæderne går i kreds eller omfatter egne andele, som holdes ude; derfor afviger resultatet." in notes[1]


def test_it_tells_many_owners_by_the_first_dozen():
    people = [node(makers.person(300 + n, f"Medejer {n}"), ChainEnd.PERSON) for n in range(20)]
    graph = OwnershipGraph(
        ROOT.key,
        {one.key: one for one in (ROOT, MID, *people)},
        (Edge(MID.key, ROOT.key, WHOLE, WHOLE), *(Edge(one.key, MID.key, None, None) for one in people)),
    )
    section = computed_section(makers.material(ReportType.REELLE_EJERE, owners=graph, indirect=indirect_shares(graph)))

    assert len(titles(section)) == 1 + 12
    assert sentences(section)[-1] == "Regnestykket er vist for de 12 største; 8 andre kan også være over 25 %."


def test_it_rounds_bounds_outwards():
    assert computed_bounds(Decimal("0.424989"), Decimal("0.633207")).replace("\u00a0", " ") == "42,49–63,33 %"


def test_its_tile_counts_persons_alone():
    assert computed_tile(two_ways()).value == "1"
    assert computed_tile(two_ways()).detail == "Muligvis yderligere 1"
    foreign = material((node(makers.FOREIGN, ChainEnd.FOREIGN), ROOT, WHOLE, WHOLE))
    assert (computed_tile(foreign).value, computed_tile(foreign).detail) == ("0", "")
    nobody = makers.unknown_material(ReportType.REELLE_EJERE)
    assert (computed_tile(nobody).value, computed_tile(nobody).detail) == ("–", "Ingen ejerkæder")


def test_its_lead_names_those_registered_and_those_above_a_quarter():
    assert beneficial_lead(two_ways()).replace("\u00a0", " ") == (
        "Registreret som reelle ejere: Karen Vindfald Mostrup (41,25 %, stemmer 45 %) og Ole Brinkskov (21 %, stemmer "
        "38 %). Ejerkæderne giver med sikkerhed Karen Vindfald Mostrup mere end 25 %. Muligvis også Ole Brinkskov."
    )


def test_it_says_of_each_end_without_a_person_why_and_what_to_do():
    foundation = node(company(9, "Vindfaldfonden"), ChainEnd.FOUNDATION, form="EFO")
    lost = node(company(10, "Ukendt Holding ApS"), ChainEnd.UNKNOWN)
    found = material(
        (node(makers.FOREIGN, ChainEnd.FOREIGN), ROOT, band("25", "33.32"), None),
        (foundation, ROOT, band("20", "24.99"), None),
        (node(ESTATE, ChainEnd.FOREIGN), ROOT, band("15", "19.99"), None),
        (lost, ROOT, band("10", "14.99"), None),
        (node(NUMBERLESS, ChainEnd.FOREIGN), ROOT, SMALL, None),
    )
    section = owners_chart_section(found)
    assert section is not None

    assert rows(section, "Hvor kæderne ender uden en person") == [
        (
            "Nordljus Kapital AB (Udenlandsk · Sverige) | 25–33,32 % | Kæden forlader det danske register (Indhent "
            "udskrift af registret i Sverige eller ejerens egen dokumentation.)"
        ),
        (
            f"Vindfaldfonden (EFO · CVR {makers.cvr(9)}) | 20–24,99 % | Ejes ikke af nogen (En fonds bestyrelse og "
            "særligt "
            "begunstigede anses for reelle ejere, i en forening den daglige ledelse.)"
        ),
        (
            "Boet efter Jens Vindfald (Dødsbo) | 15–19,99 % | Kæden ender i et dødsbo (Indhent skifteretsattest: "
            "arvinger "
            "kan være reelle ejere.)"
        ),
        (
            f"Ukendt Holding ApS (CVR {makers.cvr(10)}) | 10–14,99 % | Findes ikke i registret (Slå CVR-nummeret op "
            "i CVR, "
            "eller bed om ejerbogen.)"
        ),
        (
            "Fællesskabet Vindfald (Uden CVR-nummer) | 5–9,99 % | Har intet CVR-nummer, så kæden kan ikke følges "
            "videre "
            "(Indhent udskrift af registret i hjemlandet eller ejerens egen dokumentation.)"
        ),
    ]
    assert chain_shortcomings(found) == (
        "Ejerkæden forlader det danske register ved Nordljus Kapital AB.",
        (
            "Ejerkæden kan ikke følges videre ved Boet efter Jens Vindfald, Ukendt Holding ApS og Fællesskabet "
            "Vindfald, "
            "som ikke findes i registret eller intet CVR-nummer har."
        ),
    )


def test_it_asks_about_a_foundation_above_a_quarter():
    foundation = node(company(9, "Vindfaldfonden"), ChainEnd.FOUNDATION, form="EFO")
    found = {one.subject: one for one in ownership_checks(material((foundation, ROOT, MOST, MOST)))}
    small = {one.subject: one for one in ownership_checks(material((foundation, ROOT, SMALL, SMALL)))}

    assert found["Vindfaldfonden"].tone is Tone.NOTE
    assert found["Vindfaldfonden"].rule == "hvidvaskloven § 2; lov om erhvervsdrivende fonde § 21 a"
    assert "Vindfaldfonden" not in small


def test_it_says_what_follows_from_the_discrepancies():
    def consequence(**changes: object) -> str:
        given = makers.material(ReportType.REELLE_EJERE, **changes)
        return sentences(discrepancies_section(given, ownership_checks(given)))[-1]

    whole = IndirectShare(PERSON.key, Decimal(1), Decimal(1), Decimal(1), Decimal(1), Verdict.CERTAIN)
    only = material((PERSON, ROOT, WHOLE, WHOLE))
    karen = BeneficialOwner(KAREN, Decimal(1), Decimal(1), makers.since("2019-01-01"))
    assert consequence(beneficial=makers.beneficial(karen), owners=only.owners, indirect=(whole,)) == (
        "Der er ikke fundet forhold, som skal indberettes efter hvidvaskloven § 15 a."
    )
    assert "indberettes til Erhvervsstyrelsen (hvidvaskloven § 15 a; på virk.dk" in consequence(
        beneficial=makers.beneficial(karen)
    )
    assert consequence().startswith("Ingen sikre modstrid er fundet, men der er forhold at afklare")


def test_it_draws_a_circle_once_and_says_so():
    section = owners_chart_section(worst_cases.circular(ReportType.REELLE_EJERE))
    assert section is not None

    assert (
        "Kredsejerskab: Ring Øst ApS ejer også Ring Vest ApS, så kæden fører tilbage til sig selv. Denne andel er ikke "
        "tegnet, men står i tabellen; i beregningen tilfalder den ejerne uden for kredsen."
    ) in sentences(section)
