"""What came of a try, for people: one sentence for each code, in the language of their organisation.

The log and the API have sentences of their own, in English, with the details of the call. These are for mails.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from delivery.outcomes import DeliveryErrorCode
from lasso.http import ErrorCode

Sentences = Mapping[str, str]  # by language

ANSWERED: Sentences = {
    "da": "Modtageren svarede med status {status}.",
    "en": "The receiver answered with status {status}.",
}
NO_ANSWER: Sentences = {"da": "Modtageren svarede ikke.", "en": "The receiver did not answer."}
OUT_OF_TIME: Sentences = {
    "da": "Tiden til at levere den løb ud",
    "en": "The time for delivering it ran out",
}
# The reason stands in the log, and in the company's row of its integration.
NOT_SENT: Sentences = {
    "da": "Der blev ikke sendt noget, for virksomhedens oplysninger kunne ikke hentes eller læses.",
    "en": "Nothing was sent, because the company's facts could not be fetched or read.",
}
LAST_ANSWER: Sentences = {"da": "; seneste svar: ", "en": "; the last answer was: "}

SENTENCES: Mapping[str, Sentences] = {
    ErrorCode.URL_REFUSED: {
        "da": "Adressen har en form, som vi ikke kalder.",
        "en": "The address has a form that we do not call.",
    },
    ErrorCode.ADDRESS_REFUSED: {
        "da": "Modtagerens navn fører til en adresse uden for det offentlige internet, så den bliver ikke kaldt.",
        "en": "The receiver's name leads to an address that is not on the public internet, so it is not called.",
    },
    ErrorCode.DNS_ERROR: {
        "da": "Modtagerens navn kan ikke slås op.",
        "en": "The receiver's name cannot be looked up.",
    },
    ErrorCode.CONNECTION_REFUSED: {
        "da": "Modtageren afviste forbindelsen.",
        "en": "The receiver refused the connection.",
    },
    ErrorCode.CONNECTION_RESET: {
        "da": "Modtageren lukkede forbindelsen, før hele svaret var kommet.",
        "en": "The receiver closed the connection without a whole answer.",
    },
    ErrorCode.NETWORK_UNREACHABLE: {
        "da": "Der er ingen vej til modtageren herfra.",
        "en": "There is no way to the receiver from here.",
    },
    ErrorCode.TIMEOUT: {
        "da": "Modtageren svarede ikke inden for tiden.",
        "en": "The receiver did not answer in time.",
    },
    ErrorCode.TLS_ERROR: {
        "da": "Der kunne ikke laves en sikker forbindelse til modtageren: se efter dens TLS og certifikat.",
        "en": "There was no secure connection with the receiver: check its TLS and certificate.",
    },
    ErrorCode.PROTOCOL_ERROR: {
        "da": "Modtageren svarede ikke i HTTP.",
        "en": "The receiver did not answer in HTTP.",
    },
    ErrorCode.TOO_LARGE: {
        "da": "Modtageren sendte flere headere, end et svar har brug for.",
        "en": "The receiver sent more headers than any answer needs.",
    },
    ErrorCode.RESOLVER_DOWN: {
        "da": "Ingen navne kunne slås op hos os.",
        "en": "No name could be looked up on our side.",
    },
    DeliveryErrorCode.INTERRUPTED: {
        "da": "Forsøget blev afbrudt hos os, så modtageren kan have fået den.",
        "en": "The attempt was interrupted on our side, so the receiver may have got it.",
    },
    DeliveryErrorCode.SECRET_UNREADABLE: {
        "da": "Det, vi logger ind med, kan ikke læses hos os.",
        "en": "What we sign in with cannot be read on our side.",
    },
    DeliveryErrorCode.MAIL_SERVER_UNREACHABLE: {
        "da": "Vores mailserver kunne ikke nås.",
        "en": "Our mail server was out of reach.",
    },
    DeliveryErrorCode.MAIL_SERVER_REFUSED: {
        "da": "Vores mailserver tog ikke imod nogen mail.",
        "en": "Our mail server took no mail.",
    },
    DeliveryErrorCode.MAIL_SERVER_INSECURE: {
        "da": "Der kunne ikke laves en sikker forbindelse til vores mailserver.",
        "en": "There was no secure connection with our mail server.",
    },
    DeliveryErrorCode.STORAGE_UNREACHABLE: {
        "da": "PDF'en kunne ikke læses hos os.",
        "en": "The PDF could not be read on our side.",
    },
    DeliveryErrorCode.TOKEN_FAILED: {
        "da": "OAuth2-serveren gav os ikke adgang.",
        "en": "The OAuth2 server gave us no token.",
    },
    DeliveryErrorCode.KERBEROS_FAILED: {
        "da": "Kerberos gav os ikke adgang til modtageren.",
        "en": "Kerberos gave us no ticket for the receiver.",
    },
    DeliveryErrorCode.MUTUAL_AUTH_FAILED: {
        "da": "Svaret beviser ikke med Kerberos, at det er modtagerens.",
        "en": "The answer does not prove by Kerberos that it is the receiver's.",
    },
    DeliveryErrorCode.MAIL_REFUSED: {
        "da": "Mailserveren svarede {status}: {words}",
        "en": "The mail server answered {status}: {words}",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a try: a status or an error code of the closed lists, and the answer's own words."""

    status_code: int | None = None
    error_code: str = ""
    words: str = ""

    def sentence(self, language: str) -> str:
        """It in words, in "da" or "en"."""
        if self.error_code:
            found = SENTENCES.get(self.error_code, NO_ANSWER)
        else:
            found = NO_ANSWER if self.status_code is None else ANSWERED
        return found[language].format(status=self.status_code, words=self.words)


def out_of_time(language: str, last_answer: str) -> str:
    """That a delivery ended because its time was over, after that answer if there was one."""
    return OUT_OF_TIME[language] + (f"{LAST_ANSWER[language]}{last_answer}" if last_answer else ".")


def is_out_of_time(sentence: str) -> bool:
    """Whether a delivery's `last_error` says that its time was over."""
    return sentence.startswith(OUT_OF_TIME["en"])
