"""What does not fit between the registered beneficial owners and the chains of legal owners, in words.

`companies.discrepancies` judges; here it is only phrased, beside what was found in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from companies.beneficial import AbsenceReason
from companies.discrepancies import Aspect, Discrepancy, DiscrepancyKind, Gravity, find_discrepancies
from companies.graph import OPEN_ENDS, IndirectShare, OwnershipGraph
from companies.profile import BeneficialOwner, ParticipantKind
from reporting.contents.beneficial import absence_text
from reporting.contents.blocks import Check, Checks, Section, Tone
from reporting.contents.formats import bounds, count, enumeration, exact_percent
from reporting.material import Material

REGISTERED, COMPUTED = "Registreret", "Beregnet"
TONES = {Gravity.CONTRADICTION: Tone.BAD, Gravity.QUESTION: Tone.NOTE, Gravity.GAP: Tone.OPEN}
ASPECTS = {Aspect.CAPITAL: "ejerandel", Aspect.VOTES: "stemmeandel"}
UNREGISTERED = {
    DiscrepancyKind.CERTAIN_UNREGISTERED: "Ejer over 25 % ifølge ejerkæderne, men er ikke registreret som reel ejer.",
    DiscrepancyKind.POSSIBLE_UNREGISTERED: "Kan eje over 25 % ifølge ejerkæderne, men er ikke registreret.",
}


def ownership_checks(material: Material) -> tuple[Check, ...]:
    """Every comparison that the material allows."""
    graph = material.owners
    if graph is None:
        return (Check("Ejerkæder fulgt til ende", Tone.OPEN, "Ejerkæderne er ikke hentet til denne rapport."),)
    found = find_discrepancies(beneficial=material.beneficial, indirect=material.indirect, graph=graph)
    checks = [_chain_check(graph, _of_kind(found, DiscrepancyKind.OPEN_CHAIN)), _sum_check(graph, found)]
    checks += [_dissolved_check(one) for one in _of_kind(found, DiscrepancyKind.DISSOLVED_OWNER)]
    if material.beneficial is None:
        checks.append(Check("Registrerede mod beregnede", Tone.OPEN, absence_text(material)))
    else:
        checks += _beneficial_checks(material, found)
    return tuple(checks)


def discrepancies_section(checks: tuple[Check, ...]) -> Section:
    """The comparisons as a section."""
    return Section("Uoverensstemmelser", (Checks(checks),), "Egne kontroller af oplysninger fra CVR")


def _of_kind(found: Iterable[Discrepancy], *kinds: DiscrepancyKind) -> list[Discrepancy]:
    return [one for one in found if one.kind in kinds]


def _chain_check(graph: OwnershipGraph, hiding: Sequence[Discrepancy]) -> Check:
    subject = "Ejerkæder fulgt til ende"
    if not graph.edges:
        return Check(subject, Tone.OPEN, "Der er ingen registrerede ejere at følge.")
    persons = sum(node.kind is ParticipantKind.PERSON for node in graph.nodes.values())
    sides = (("Ejere i kæderne", str(len(graph.nodes) - 1)), ("Heraf personer", str(persons)))
    open_ends = [node.name for node in graph.nodes.values() if node.end in OPEN_ENDS]
    if open_ends:
        where = f"Kæden kan ikke følges videre ved {enumeration(open_ends)}"
        if hiding:
            return Check(subject, Tone.NOTE, f"{where}. Bag den kan der stå reelle ejere, som ikke ses her.", sides)
        return Check(subject, Tone.NOTE, f"{where}, men det kan ikke skjule mere end 25 %.", sides)
    if graph.has_cycle:
        return Check(subject, Tone.NOTE, "Ejerkæderne indeholder kredsejerskab.", sides)
    return Check(subject, Tone.GOOD, "Alle kæder ender hos personer, fonde eller foreninger.", sides)


def _sum_check(graph: OwnershipGraph, found: Iterable[Discrepancy]) -> Check:
    subject = "Legale ejeres andele"
    direct = [edge.share for edge in graph.edges if edge.owned == graph.root]
    sides = (("Mindste sum", exact_percent(sum((share.low for share in direct if share), start=Decimal(0)))),)
    if names := [one.name for one in _of_kind(found, DiscrepancyKind.OVERSUBSCRIBED)]:
        return Check(subject, Tone.BAD, f"De registrerede andele af {enumeration(names)} er over 100 %.", sides)
    if not direct:
        return Check(subject, Tone.OPEN, "Ingen legale ejere er registreret.", sides)
    return Check(subject, Tone.GOOD, "De registrerede andele kan være sande samtidig.", sides)


def _dissolved_check(found: Discrepancy) -> Check:
    reason = "Virksomheden er ophørt, men står stadig som ejer; hvem der har overtaget andelen, er ikke oplyst."
    return Check(found.name, Tone.NOTE, reason)


def _beneficial_checks(material: Material, found: Sequence[Discrepancy]) -> list[Check]:
    beneficial = material.beneficial
    assert beneficial is not None  # noqa: S101 - the caller asked
    computed = {share.owner: share for share in material.indirect}
    checks = []
    for owner in beneficial.owners:
        if not owner.via_role:
            key = owner.participant.lasso_id
            its = [one for one in found if one.subject == key and one.registered is owner]
            checks.append(_registered_check(owner, computed.get(key), its))
    checks += [_unregistered_check(one) for one in _of_kind(found, *UNREGISTERED)]
    if beneficial.absence is AbsenceReason.MANAGEMENT:
        checks.append(_substitutes_check(material, found))
    return checks


def _registered_check(owner: BeneficialOwner, share: IndirectShare | None, found: Sequence[Discrepancy]) -> Check:
    """A registered owner's exact shares beside the computed bounds."""
    said = f"{exact_percent(owner.share)} / stemmer {exact_percent(owner.votes)}"
    computed = (
        f"{bounds(share.share_low, share.share_high)} / stemmer {bounds(share.votes_low, share.votes_high)}"
        if share
        else "Ikke fundet"
    )
    sides = ((REGISTERED, said), (COMPUTED, computed))
    if found:
        tones = [TONES[one.gravity] for one in found]
        worst = next(tone for tone in (Tone.BAD, Tone.NOTE, Tone.OPEN) if tone in tones)
        return Check(owner.participant.name, worst, " ".join(_reason(one) for one in found), sides)
    if owner.share is None and owner.votes is None:
        reason = "Registreret på andet grundlag end andele, så der er ingen at sammenligne."
        return Check(owner.participant.name, Tone.OPEN, reason, sides)
    return Check(owner.participant.name, Tone.GOOD, "De registrerede andele ligger inden for det beregnede.", sides)


def _reason(found: Discrepancy) -> str:
    concerned = " og ".join(ASPECTS[aspect] for aspect in found.aspects)
    if found.kind is DiscrepancyKind.NOT_IN_CHAINS:
        return _not_in_chains(found)
    return {
        DiscrepancyKind.OUTSIDE_BOUNDS: f"Registreret {concerned} ligger uden for det, ejerkæderne tillader.",
        DiscrepancyKind.MORE_THAN_SHOWN: (
            f"Registreret {concerned} er større, end ejerkæderne viser; det kan skyldes kæder, der ikke kan følges, "
            "eller andele under 5 %, som ikke registreres."
        ),
        DiscrepancyKind.OWN_SHARES_COUNTED: (
            f"Registreret {concerned} passer kun, hvis virksomhedens egne andele (også gennem kredsejerskab) tælles "
            "med; de skal holdes ude."
        ),
        DiscrepancyKind.BELOW_THRESHOLD: "Registreret med mere end 25 %, men ejerkæderne giver højst 25 %.",
        DiscrepancyKind.NO_GROUND: (
            "Registreret med højst 25 % og uden særlige ejerforhold, der forklarer registreringen."
        ),
        DiscrepancyKind.SHARE_MISSING: "Registreringen oplyser hverken andele eller særlige ejerforhold.",
    }[found.kind]


def _not_in_chains(found: Discrepancy) -> str:
    if found.gravity is Gravity.CONTRADICTION:
        return "Registreret, men ikke fundet i ejerkæderne, som ikke levner plads til den registrerede andel."
    conditions = found.registered.special_conditions if found.registered else ()
    ground = enumeration([f"»{condition}«" for condition in conditions]) or "andet end ejerandele"
    return f"Registreret, men ikke fundet i ejerkæderne; kontrollen kan bero på {ground}."


def _unregistered_check(found: Discrepancy) -> Check:
    """A person whom the chains give more than 25 %, certainly or possibly, but who is not registered."""
    share = found.computed
    computed = bounds(share.share_low, share.share_high) if share else ""
    sides = ((REGISTERED, "Ikke registreret"), (COMPUTED, computed))
    return Check(found.name, TONES[found.gravity], UNREGISTERED[found.kind], sides)


def _substitutes_check(material: Material, found: Iterable[Discrepancy]) -> Check:
    subject = "Ledelsen indsat som reelle ejere"
    if _of_kind(found, DiscrepancyKind.MANAGEMENT_DESPITE_OWNERS):
        certain = count(len(_of_kind(found, DiscrepancyKind.CERTAIN_UNREGISTERED)), "person", "personer")
        return Check(subject, Tone.BAD, f"Ejerkæderne viser {certain} over 25 %, så ledelse burde ikke indsættes.")
    if material.beneficial and material.beneficial.listed_owner:
        owner = material.beneficial.listed_owner
        return Check(subject, Tone.GOOD, f"Ledelsen er indsat, fordi virksomheden er helejet af {owner} (børsnoteret).")
    return Check(subject, Tone.NOTE, "Ledelsen er indsat, fordi ingen reel ejer er registreret.")
