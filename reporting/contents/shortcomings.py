"""What a report lacks: the sentences that make it a Warning. Each type is asked only for what it shows."""

from __future__ import annotations

from companies.beneficial import AbsenceReason
from companies.fetching import Outage
from companies.graph import ChainEnd, Node
from lasso.language import mark
from lasso.language import translate as _
from reporting.contents.beneficial import absence_text, is_exempt_form
from reporting.contents.doubts import contradiction_sentences, doubt_sentences
from reporting.contents.filings import missing_year_end, must_file, no_accounts_text
from reporting.contents.formats import enumeration, long_date, long_moment
from reporting.contents.names import is_abroad, name_of
from reporting.contents.years import years_of
from reporting.material import Material

END_SENTENCES = (
    (ChainEnd.FOREIGN, mark("Ejerkæden forlader det danske register ved {names}.")),
    (
        ChainEnd.UNKNOWN,
        mark("Ejerkæden kan ikke følges videre ved {names}, som ikke findes i registret eller intet CVR-nummer har."),
    ),
    (ChainEnd.NO_OWNERS, mark("Registret oplyser ingen ejere på 5 % eller mere af {names}.")),
    (ChainEnd.DEPTH, mark("Ejerkæden er ikke fulgt længere end til {names}.")),
)


def identity_shortcomings(material: Material) -> tuple[str, ...]:
    """Data that could not be renewed, and a company of which the register knows next to nothing."""
    profile = material.profile
    sentences = [_outage_text(outage) for outage in material.outages]
    if profile.form is None and profile.address is None:
        sentences.append(
            _("Registret kender hverken virksomhedsform eller adresse; rapporten viser kun, hvad der er registreret.")
        )
    return tuple(sentences)


def accounts_shortcomings(material: Material, *, are_figures_shown: bool) -> tuple[str, ...]:
    """Accounts that should be there but are not, or that contradict themselves.

    Where figures are the report's subject, their absence is a shortcoming whatever the company's form.
    """
    if not material.accounts:
        year_end = missing_year_end(material)
        if not are_figures_shown and year_end is None:
            return () if not _should_have_some(material) else (no_accounts_text(material),)
        return (no_accounts_text(material),)
    if are_figures_shown:
        sentences = doubt_sentences(years_of(material))
    else:
        sentences = contradiction_sentences(material.accounts[0])
    year_end = missing_year_end(material)
    if year_end and are_figures_shown:
        missing = _("Årsrapporten for perioden til {day} mangler, selv om fristen er udløbet.")
        sentences.append(missing.format(day=long_date(year_end)))
    return tuple(sentences)


def chain_shortcomings(material: Material) -> tuple[str, ...]:
    """Chains of owners that could not be followed to their end."""
    graph = material.owners
    if graph is None:
        return ()
    if not graph.edges:
        return (_("Registret oplyser ingen legale ejere på 5 % eller mere."),) if must_file(material.profile) else ()
    sentences = []
    for end, sentence in END_SENTENCES:
        names = [name_of(node) for node in graph.nodes.values() if node.is_stated and _end_of(node) is end]
        if names:
            sentences.append(_(sentence).format(names=enumeration(names)))
    unstated = [edge.owned for edge in graph.edges if not graph.nodes[edge.owner].is_stated]
    if unstated:
        names = [name_of(graph.nodes[key]) for key in dict.fromkeys(unstated)]
        sentences.append(_("Registret navngiver ikke alle ejere af {names}.").format(names=enumeration(names)))
    if graph.has_cycle:
        sentences.append(_("Ejerkæderne går i kreds eller omfatter egne andele, så de beregnede andele er grænser."))
    return tuple(sentences)


def beneficial_shortcomings(material: Material) -> tuple[str, ...]:
    """Beneficial owners that are not shown, or that are none."""
    found = material.beneficial
    if found is not None and (found.absence is AbsenceReason.NONE or is_exempt_form(material.profile)):
        return ()
    return (absence_text(material),)


def _end_of(node: Node) -> ChainEnd:
    """Why the chain ends; an owner without a CVR number is only abroad where the register names a country."""
    if node.end is ChainEnd.FOREIGN and not is_abroad(node):
        return ChainEnd.UNKNOWN
    return node.end


def _outage_text(outage: Outage) -> str:
    """Which source could not be asked, and of when the data is that is shown in place of its answer."""
    source = _(outage.source)
    names = {"source": f"{source[0].upper()}{source[1:]}"}
    if outage.is_group_cut:
        text = _("{source} har ikke oplyst alle dattervirksomheder; koncernen nedad er ikke vist fuldt ud.")
        return text.format(**names)
    if outage.retrieved_at:
        names["moment"] = long_moment(outage.retrieved_at)
        if outage.refusal:
            text = _(
                "{source} har nyere oplysninger, som ikke kan læses; rapporten viser dem, der blev hentet {moment}."
            )
        else:
            text = _("{source} kunne ikke nås; rapporten viser de oplysninger derfra, der blev hentet {moment}.")
    elif outage.refusal:
        text = _("{source} har nyere oplysninger, som ikke kan læses; rapporten viser dem, der tidligere er hentet.")
    else:
        text = _("{source} kunne ikke nås; rapporten viser de oplysninger derfra, der tidligere er hentet.")
    return text.format(**names)


def _should_have_some(material: Material) -> bool:
    """A company in force whose form must file and of which no day is known from which to tell that it need not yet."""
    profile = material.profile
    return profile.is_active and must_file(profile) and profile.founded_date is None and profile.first_period is None
