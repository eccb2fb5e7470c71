"""Who the company is: numbers, names, form, status, life."""

from __future__ import annotations

from companies.catalogue.field import Field, FieldType, Json, of_company
from companies.catalogue.formats import plain_date
from companies.profile import CreditEvent, Profile

# What the register writes of a company with which nothing is the matter.
NOTHING_SPECIAL = frozenset({"", "NORMAL", "AKTIV"})
ACTIVE, ENDED = "AKTIV", "OPHØRT"
# The undated status (sammensatStatus) is written in one word.
SPACED = {
    "UNDERKONKURS": "UNDER KONKURS",
    "UNDERTVANGSOPLOSNING": "UNDER TVANGSOPLØSNING",
    "UNDERTVANGSOPLØSNING": "UNDER TVANGSOPLØSNING",
    "UNDERFRIVILLIGLIKVIDATION": "UNDER FRIVILLIG LIKVIDATION",
    "UNDERREKONSTRUKTION": "UNDER REKONSTRUKTION",
}
PLAIN_LETTERS = str.maketrans({"Æ": "AE", "Ø": "OE", "Å": "AA", " ": "_", "-": "_"})


def status_words(profile: Profile) -> str:
    """What is the matter with the company, in the register's capitals; "AKTIV" where nothing is.

    The dated status where it says more than NORMAL (a dissolved company's often does not), else the undated one where
    that does, else whether the company lives.
    """
    for status in (profile.status.upper(), profile.overall_status.upper()):
        if status not in NOTHING_SPECIAL:
            return SPACED.get(status, status)
    return ACTIVE if profile.is_active else ENDED


def status_code(profile: Profile) -> str:
    """`status_words` as an identifier: "UNDER_KONKURS", "OPLOEST_EFTER_KONKURS"."""
    return status_words(profile).translate(PLAIN_LETTERS)


def _credit_events(profile: Profile) -> Json:
    return [
        {"code": event.code, "text": event.text, "fromDate": plain_date(event.period.start_date)}
        for event in current_credit_events(profile)
    ]


def _credit_status(profile: Profile) -> str:
    return ", ".join(event.text for event in current_credit_events(profile))


def current_credit_events(profile: Profile) -> list[CreditEvent]:
    """The credit events in force on the profile's day, newest first."""
    return [event for event in profile.credit_events if event.period.covers(profile.as_of_date)]


FIELDS: tuple[Field, ...] = (
    of_company("cvr", "CVR-nummer", "CVR number", FieldType.NUMBER, lambda company: int(company.cvr)),
    of_company("lassoId", "Lasso-id", "Lasso id", FieldType.TEXT, lambda company: company.lasso_id),
    of_company("unitNumber", "Enhedsnummer", "Unit number", FieldType.NUMBER, lambda company: company.unit_number),
    of_company("name", "Navn", "Name", FieldType.TEXT, lambda company: company.name),
    of_company(
        "alternateNames",
        "Binavne",
        "Alternate names",
        FieldType.LIST,
        lambda company: sorted(company.alternate_names),
    ),
    of_company(
        "registrationNumbers",
        "Registreringsnumre",
        "Registration numbers",
        FieldType.LIST,
        lambda company: sorted(company.registration_numbers),
    ),
    of_company("statusCode", "Statuskode", "Status code", FieldType.TEXT, status_code),
    of_company("statusText", "Status", "Status", FieldType.TEXT, lambda company: status_words(company).capitalize()),
    of_company("isActive", "Aktiv", "Active", FieldType.BOOLEAN, lambda company: company.is_active),
    of_company(
        "registeredInError",
        "Fejlregistreret",
        "Registered in error",
        FieldType.BOOLEAN,
        lambda company: company.is_registered_in_error,
    ),
    of_company(
        "dissolutionThreat",
        "Trussel om tvangsopløsning",
        "Threat of compulsory dissolution",
        FieldType.TEXT,
        lambda company: company.dissolution_threat,
    ),
    of_company(
        "dissolutionReversal",
        "Genoptagelse efter tvangsopløsning",
        "Reversal of compulsory dissolution",
        FieldType.TEXT,
        lambda company: company.dissolution_reversal,
    ),
    of_company("creditStatus", "Kreditoplysning", "Credit status", FieldType.TEXT, _credit_status),
    of_company("creditEvents", "Kreditoplysninger", "Credit events", FieldType.OBJECTS, _credit_events),
    of_company(
        "companyType",
        "Virksomhedsform",
        "Company type",
        FieldType.TEXT,
        lambda company: company.form.short if company.form else "",
    ),
    of_company(
        "companyTypeName",
        "Virksomhedsform, fuldt navn",
        "Company type, full name",
        FieldType.TEXT,
        lambda company: company.form.long if company.form else "",
    ),
    of_company(
        "companyTypeCode",
        "Virksomhedsform, kode",
        "Company type code",
        FieldType.TEXT,
        lambda company: company.form.code if company.form else "",
    ),
    of_company(
        "commerciallyProtected",
        "Reklamebeskyttet",
        "Protected from advertising",
        FieldType.BOOLEAN,
        lambda company: company.is_protected,
    ),
    of_company(
        "foundedDate",
        "Stiftelsesdato",
        "Date of foundation",
        FieldType.DATE,
        lambda company: plain_date(company.founded_date),
    ),
    of_company(
        "effectiveDate",
        "Virkningsdato",
        "Effective date",
        FieldType.DATE,
        lambda company: plain_date(company.effective_date),
    ),
    of_company(
        "endedDate", "Ophørsdato", "Date of ending", FieldType.DATE, lambda company: plain_date(company.ended_date)
    ),
)
