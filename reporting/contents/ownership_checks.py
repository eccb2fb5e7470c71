"""What does not fit between the registered beneficial owners and the chains of legal owners, in words.

`companies.discrepancies` judges; here it is only phrased, beside what was found in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from companies.beneficial import AbsenceReason
from companies.discrepancies import Aspect, Discrepancy, DiscrepancyKind, Gravity, find_discrepancies
from companies.graph import OPEN_ENDS, IndirectShare, OwnershipGraph, Verdict
from companies.profile import BeneficialOwner, ParticipantKind
from lasso.language import mark
from lasso.language import translate as _
from lasso.language import translate_count as _n
from reporting.contents.beneficial import absence_text
from reporting.contents.blocks import Check, Checks, Notice, Section, Tone
from reporting.contents.computed_shares import computed_bounds
from reporting.contents.formats import enumeration, exact_percent
from reporting.contents.names import NAMELESS, name_of
from reporting.contents.register_words import register_word
from reporting.contents.registration_checks import owners_check
from reporting.contents.sources import BENEFICIAL_REGISTER, OWNERS_REGISTER, own_source
from reporting.material import Material

TONES = {Gravity.CONTRADICTION: Tone.BAD, Gravity.QUESTION: Tone.NOTE, Gravity.GAP: Tone.OPEN}
ASPECTS = {Aspect.CAPITAL: mark("ejerandel"), Aspect.VOTES: mark("stemmeandel")}
UNREGISTERED = {
    DiscrepancyKind.CERTAIN_UNREGISTERED: mark(
        "Ejer over 25 % ifølge ejerkæderne, men er ikke registreret som reel ejer."
    ),
    DiscrepancyKind.POSSIBLE_UNREGISTERED: mark(
        "Kan eje over 25 % ifølge ejerkæderne, men er ikke registreret. Spørg efter den nøjagtige andel."
    ),
}
REASONS = {
    DiscrepancyKind.OUTSIDE_BOUNDS: mark("Registreret {aspects} ligger uden for det, ejerkæderne tillader."),
    DiscrepancyKind.MORE_THAN_SHOWN: mark(
        "Registreret {aspects} er større, end ejerkæderne viser; det kan skyldes kæder, der ikke kan følges, "
        "eller andele under 5 %, som ikke registreres."
    ),
    DiscrepancyKind.OWN_SHARES_COUNTED: mark(
        "Registreret {aspects} passer kun, hvis virksomhedens egne andele (også gennem kredsejerskab) tælles "
        "med; de skal holdes ude."
    ),
    DiscrepancyKind.BELOW_THRESHOLD: mark("Registreret med mere end 25 %, men ejerkæderne giver højst 25 %."),
    DiscrepancyKind.NO_GROUND: mark(
        "Registreret med højst 25 % og uden særlige ejerforhold, der forklarer registreringen."
    ),
    DiscrepancyKind.SHARE_MISSING: mark("Registreringen oplyser hverken andele eller særlige ejerforhold."),
}
# The rules: who is a beneficial owner, who registers it, who registers legal owners, what a customer check asks for.
DEFINITION = mark("hvidvaskloven § 2; selskabsloven § 58 a")
LEGAL_OWNERS = mark("selskabsloven §§ 55 og 58")
OF_FOUNDATIONS = mark("hvidvaskloven § 2; lov om erhvervsdrivende fonde § 21 a")
FOUNDATIONS = frozenset({"EFO", "FON"})
CUSTOMER_CHECK = mark("hvidvaskloven § 11, stk. 1, nr. 3")
# What to do, by the worst verdict.
DUTY = mark(
    "Er du omfattet af hvidvaskloven, skal en uoverensstemmelse mellem registret og det, du selv ved, indberettes til "
    "Erhvervsstyrelsen (hvidvaskloven § 15 a; på virk.dk: »Indberetning om uoverensstemmelse af ejerforhold«). Afklar "
    "først med kunden, om der er en forklaring, og gem dokumentationen."
)
QUESTIONS = mark(
    "Ingen sikre modstrid er fundet, men der er forhold at afklare med kunden. Viser svaret en uoverensstemmelse, skal "
    "den, der er omfattet af hvidvaskloven, indberette den til Erhvervsstyrelsen (hvidvaskloven § 15 a)."
)
NOTHING = mark("Der er ikke fundet forhold, som skal indberettes efter hvidvaskloven § 15 a.")


def ownership_checks(material: Material) -> tuple[Check, ...]:
    """Every comparison that the material allows."""
    graph = material.owners
    if graph is None:
        return (Check(_("Ejerkæder fulgt til ende"), Tone.OPEN, _("Ejerkæderne er ikke hentet til denne rapport.")),)
    found = find_discrepancies(beneficial=material.beneficial, indirect=material.indirect, graph=graph)
    checks = [_chain_check(graph, _of_kind(found, DiscrepancyKind.OPEN_CHAIN)), *_sum_checks(material, graph, found)]
    checks += [_dissolved_check(one) for one in _of_kind(found, DiscrepancyKind.DISSOLVED_OWNER)]
    checks += _foundation_checks(graph, material.indirect)
    if material.beneficial is None:
        checks.append(
            Check(_("Registrerede mod beregnede"), Tone.OPEN, absence_text(material), rule=_("CVR-loven § 18 a"))
        )
    else:
        checks += _beneficial_checks(material, found)
    return tuple(checks)


def discrepancies_section(material: Material, checks: tuple[Check, ...]) -> Section:
    """The comparisons, and what follows from them."""
    source = own_source(material, OWNERS_REGISTER, BENEFICIAL_REGISTER)
    return Section(_("Uoverensstemmelser"), (Checks(checks), _consequence(checks)), source)


def _consequence(checks: tuple[Check, ...]) -> Notice:
    tones = {check.tone for check in checks}
    if Tone.BAD in tones:
        return Notice(Tone.BAD, _(DUTY), title=_("Indberetningspligt"))
    if tones & {Tone.NOTE, Tone.OPEN}:
        return Notice(Tone.NOTE, _(QUESTIONS), title=_("Afklar"))
    return Notice(Tone.GOOD, _(NOTHING))


def _of_kind(found: Iterable[Discrepancy], *kinds: DiscrepancyKind) -> list[Discrepancy]:
    return [one for one in found if one.kind in kinds]


def _chain_check(graph: OwnershipGraph, hiding: Sequence[Discrepancy]) -> Check:
    subject, rule = _("Ejerkæder fulgt til ende"), _(CUSTOMER_CHECK)
    if not graph.edges:
        return Check(subject, Tone.OPEN, _("Der er ingen registrerede ejere at følge."), rule=rule)
    persons = sum(node.kind is ParticipantKind.PERSON for node in graph.nodes.values())
    sides = ((_("Ejere i kæderne"), str(len(graph.nodes) - 1)), (_("Heraf personer"), str(persons)))
    open_ends = [name_of(node) for node in graph.nodes.values() if node.end in OPEN_ENDS]
    if open_ends:
        reason = (
            _("Kæden kan ikke følges videre ved {names}. Bag den kan der stå reelle ejere, som ikke ses her.")
            if hiding
            else _("Kæden kan ikke følges videre ved {names}, men det kan ikke skjule mere end 25 %.")
        )
        return Check(subject, Tone.NOTE, reason.format(names=enumeration(open_ends)), sides, rule)
    if graph.has_cycle:
        reason = _("Ejerkæderne går i kreds eller omfatter egne andele; de holdes ude af beregningen.")
        return Check(subject, Tone.NOTE, reason, sides, rule)
    return Check(subject, Tone.GOOD, _("Alle kæder ender hos personer, fonde eller foreninger."), sides, rule)


def _sum_checks(material: Material, graph: OwnershipGraph, found: Iterable[Discrepancy]) -> Iterator[Check]:
    """Owners of any company of the chains that have too much together, else the verdict that the audit report gives."""
    names = [one.name for one in _of_kind(found, DiscrepancyKind.OVERSUBSCRIBED)]
    if not names:
        # Nobody owns what has been dissolved.
        yield from owners_check(material.profile) if material.profile.is_active else ()
        return
    direct = [edge.share for edge in graph.edges if edge.owned == graph.root]
    low = exact_percent(sum((share.low for share in direct if share), start=Decimal(0)))
    reason = _("De registrerede andele af {names} er over 100 %.").format(names=enumeration(names))
    yield Check(_("Legale ejeres andele"), Tone.BAD, reason, ((_("Mindst i alt"), low),), _(LEGAL_OWNERS))


def _dissolved_check(found: Discrepancy) -> Check:
    reason = _("Virksomheden er ophørt, men står stadig som ejer; hvem der har overtaget andelen, er ikke oplyst.")
    return Check(found.name, Tone.NOTE, reason, rule=_(LEGAL_OWNERS))


def _foundation_checks(graph: OwnershipGraph, indirect: Iterable[IndirectShare]) -> Iterator[Check]:
    """Foundations above 25 %: who stands behind one is found in its own registration, not in shares."""
    for share in indirect:
        node = graph.nodes[share.owner]
        if node.form in FOUNDATIONS and share.verdict is not Verdict.NO:
            reason = _(
                "Fonden har eller kan have over 25 %; så er fondens bestyrelse og særligt begunstigede reelle ejere. "
                "Hold fondens egen registrering op imod denne."
            )
            yield Check(name_of(node), Tone.NOTE, reason, (_computed_side(share),), _(OF_FOUNDATIONS))


def _computed_side(share: IndirectShare) -> tuple[str, str]:
    text = _("{share} / stemmer {votes}").format(
        share=computed_bounds(share.share_low, share.share_high),
        votes=computed_bounds(share.votes_low, share.votes_high),
    )
    return _("Beregnet"), text


def _beneficial_checks(material: Material, found: Sequence[Discrepancy]) -> Iterator[Check]:
    beneficial = material.beneficial
    assert beneficial is not None  # noqa: S101 - the caller asked
    computed = {share.owner: share for share in material.indirect}
    for owner in beneficial.owners:
        if not owner.via_role:
            key = owner.participant.lasso_id
            its = [one for one in found if one.subject == key and one.registered is owner]
            yield _registered_check(owner, computed.get(key), its)
    for one in _of_kind(found, *UNREGISTERED):
        yield _unregistered_check(one)
    if beneficial.absence is AbsenceReason.MANAGEMENT:
        yield _substitutes_check(material, found)


def _registered_check(owner: BeneficialOwner, share: IndirectShare | None, found: Sequence[Discrepancy]) -> Check:
    """A registered owner's exact shares beside the computed bounds."""
    name = name_of(owner.participant)
    said = _("{share} / stemmer {votes}").format(share=exact_percent(owner.share), votes=exact_percent(owner.votes))
    computed = _computed_side(share) if share else (_("Beregnet"), _("Ikke fundet"))
    sides = ((_("Registreret"), said), computed)
    if found:
        tones = [TONES[one.gravity] for one in found]
        worst = next(tone for tone in (Tone.BAD, Tone.NOTE, Tone.OPEN) if tone in tones)
        return Check(name, worst, " ".join(_reason(one) for one in found), sides, _(DEFINITION))
    if owner.share is None and owner.votes is None:
        reason = _("Registreret på andet grundlag end andele, så der er ingen at sammenligne.")
        return Check(name, Tone.OPEN, reason, sides, _(DEFINITION))
    reason = _("De registrerede andele ligger inden for det beregnede.")
    return Check(name, Tone.GOOD, reason, sides, _(DEFINITION))


def _reason(found: Discrepancy) -> str:
    if found.kind is DiscrepancyKind.NOT_IN_CHAINS:
        return _not_in_chains(found)
    return _(REASONS[found.kind]).format(aspects=enumeration([_(ASPECTS[aspect]) for aspect in found.aspects]))


def _not_in_chains(found: Discrepancy) -> str:
    if found.gravity is Gravity.CONTRADICTION:
        return _("Registreret, men ikke fundet i ejerkæderne, som ikke levner plads til den registrerede andel.")
    conditions = found.registered.special_conditions if found.registered else ()
    ground = enumeration([f"»{register_word(one)}«" for one in conditions]) or _("andet end ejerandele")
    return _("Registreret, men ikke fundet i ejerkæderne; kontrollen kan bero på {ground}.").format(ground=ground)


def _unregistered_check(found: Discrepancy) -> Check:
    """A person whom the chains give more than 25 %, certainly or possibly, but who is not registered."""
    share = found.computed
    sides = [(_("Registreret"), _("Ikke registreret"))]
    if share:
        sides.append(_computed_side(share))
    return Check(
        found.name or _(NAMELESS), TONES[found.gravity], _(UNREGISTERED[found.kind]), tuple(sides), _(DEFINITION)
    )


def _substitutes_check(material: Material, found: Iterable[Discrepancy]) -> Check:
    subject, rule = _("Ledelsen indsat som reelle ejere"), _(DEFINITION)
    if _of_kind(found, DiscrepancyKind.MANAGEMENT_DESPITE_OWNERS):
        number = len(_of_kind(found, DiscrepancyKind.CERTAIN_UNREGISTERED))
        reason = _n(
            "Ejerkæderne viser {n} person over 25 %, så ledelse burde ikke indsættes.",
            "Ejerkæderne viser {n} personer over 25 %, så ledelse burde ikke indsættes.",
            number,
        )
        return Check(subject, Tone.BAD, reason.format(n=number), rule=rule)
    if material.beneficial and material.beneficial.listed_owner:
        reason = _("Ledelsen er indsat, fordi virksomheden er helejet af {owner} (børsnoteret).")
        return Check(subject, Tone.GOOD, reason.format(owner=material.beneficial.listed_owner), rule=rule)
    return Check(subject, Tone.NOTE, _("Ledelsen er indsat, fordi ingen reel ejer er registreret."), rule=rule)
