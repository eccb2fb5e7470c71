"""The registered beneficial owners against what the chains of legal owners come to (hvidvaskloven § 15 a asks those
who must know their customers to report discrepancies)."""

from __future__ import annotations

from decimal import Decimal

from companies.beneficial import AbsenceReason
from companies.graph import OPEN_ENDS, ChainEnd, IndirectShare, Verdict
from companies.profile import BeneficialOwner, ParticipantKind
from reporting.contents.beneficial import absence_text, participant_key
from reporting.contents.blocks import Check, Checks, Section, Tone
from reporting.contents.danish import bounds, count, enumeration, exact_percent
from reporting.material import Material

REGISTERED, COMPUTED = "Registreret", "Beregnet"


def ownership_checks(material: Material) -> tuple[Check, ...]:
    """Every comparison that the material allows."""
    checks = [_chain_check(material), _sum_check(material)]
    if material.beneficial is not None:
        checks += _beneficial_checks(material)
    else:
        checks.append(Check("Registrerede mod beregnede", Tone.OPEN, absence_text(material)))
    return tuple(checks)


def discrepancies_section(checks: tuple[Check, ...]) -> Section:
    """The comparisons as a section."""
    return Section("Uoverensstemmelser", (Checks(checks),), "Egne kontroller af oplysninger fra CVR")


def _chain_check(material: Material) -> Check:
    subject = "Ejerkæder fulgt til ende"
    graph = material.owners
    if graph is None or not graph.edges:
        return Check(subject, Tone.OPEN, "Der er ingen registrerede ejere at følge.")
    open_ends = [node.name for node in graph.nodes.values() if node.end in OPEN_ENDS]
    persons = sum(node.kind is ParticipantKind.PERSON for node in graph.nodes.values())
    sides = (("Ejere i kæderne", str(len(graph.nodes) - 1)), ("Heraf personer", str(persons)))
    if open_ends:
        reason = f"Kæden kan ikke følges videre ved {enumeration(open_ends)}."
        return Check(subject, Tone.NOTE, reason, sides)
    if graph.has_cycle:
        return Check(subject, Tone.NOTE, "Ejerkæderne indeholder kredsejerskab.", sides)
    return Check(subject, Tone.GOOD, "Alle kæder ender hos personer, fonde eller foreninger.", sides)


def _sum_check(material: Material) -> Check:
    subject = "Legale ejeres andele"
    owners = material.profile.current_owners
    low = sum((owner.share.low for owner in owners if owner.share), start=Decimal(0))
    sides = (("Mindste sum", exact_percent(low)),)
    if not owners:
        return Check(subject, Tone.OPEN, "Ingen legale ejere er registreret.", sides)
    if low > 1:
        return Check(subject, Tone.BAD, "De registrerede andele er tilsammen over 100 %.", sides)
    return Check(subject, Tone.GOOD, "De registrerede andele kan være sande samtidig.", sides)


def _beneficial_checks(material: Material) -> list[Check]:
    beneficial = material.beneficial
    assert beneficial is not None  # noqa: S101 - the caller asked
    real = {participant_key(owner): owner for owner in beneficial.owners if not owner.via_role}
    computed = {share.owner: share for share in material.indirect}
    checks = [_compared(owner, computed.get(key)) for key, owner in real.items()]
    checks += [
        _unregistered(share, material)
        for share in material.indirect
        if share.owner not in real and share.verdict is not Verdict.NO and _is_person(share, material)
    ]
    if beneficial.absence is AbsenceReason.MANAGEMENT:
        checks.append(_substitutes(material))
    return checks


def _compared(owner: BeneficialOwner, share: IndirectShare | None) -> Check:
    """A registered owner's exact shares against the computed bounds."""
    subject = owner.participant.name
    said = f"{exact_percent(owner.share)} / stemmer {exact_percent(owner.votes)}"
    if share is None:
        reason = "Registreret, men ikke fundet i ejerkæderne; kontrollen kan bero på andet end ejerandele."
        return Check(subject, Tone.NOTE, reason, ((REGISTERED, said), (COMPUTED, "Ikke fundet")))
    found = f"{bounds(share.share_low, share.share_high)} / stemmer {bounds(share.votes_low, share.votes_high)}"
    sides = ((REGISTERED, said), (COMPUTED, found))
    outside = [
        word
        for word, exact, low, high in (
            ("ejerandel", owner.share, share.share_low, share.share_high),
            ("stemmeandel", owner.votes, share.votes_low, share.votes_high),
        )
        if exact is not None and not low <= exact <= high
    ]
    if outside:
        return Check(subject, Tone.BAD, f"Registreret {' og '.join(outside)} ligger uden for det beregnede.", sides)
    if owner.share is None and owner.votes is None:
        return Check(subject, Tone.OPEN, "Registreringen har ingen andele at sammenligne.", sides)
    return Check(subject, Tone.GOOD, "De registrerede andele ligger inden for det beregnede.", sides)


def _unregistered(share: IndirectShare, material: Material) -> Check:
    """A person whom the chains give more than 25 %, certainly or possibly, but who is not registered."""
    name = material.owners.nodes[share.owner].name if material.owners else share.owner
    sides = ((REGISTERED, "Ikke registreret"), (COMPUTED, bounds(share.share_low, share.share_high)))
    if share.verdict is Verdict.CERTAIN:
        reason = "Ejer mere end 25 % ifølge ejerkæderne, men er ikke registreret som reel ejer."
        return Check(name, Tone.BAD, reason, sides)
    return Check(name, Tone.NOTE, "Kan eje mere end 25 % ifølge ejerkæderne, men er ikke registreret.", sides)


def _substitutes(material: Material) -> Check:
    certain = [share for share in material.indirect if share.verdict is Verdict.CERTAIN and _is_person(share, material)]
    subject = "Ledelsen indsat som reelle ejere"
    if certain:
        reason = (
            f"Ejerkæderne viser {count(len(certain), 'person', 'personer')} over 25 %, så ledelse burde ikke indsættes."
        )
        return Check(subject, Tone.BAD, reason)
    return Check(subject, Tone.NOTE, "Ledelsen er indsat, fordi ingen reel ejer er registreret.")


def _is_person(share: IndirectShare, material: Material) -> bool:
    node = material.owners.nodes.get(share.owner) if material.owners else None
    return node is not None and node.kind is ParticipantKind.PERSON and node.end is not ChainEnd.FOUNDATION
