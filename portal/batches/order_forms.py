"""The form of a new batch: reads what people write, and asks the API's own checks what is wrong with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from lasso.errors import FieldErrors
from lasso.language import translate as _
from portal.batches.company_lists import ListTooLong, read_pasted
from portal.batches.drafts import CompanyList, list_of
from portal.batches.local_time import LocalTimeError, local_time_text, read_local_time
from portal.batches.refusals import in_words
from portal.batches.repeating import CHOICES, OWN, RepeatError, choice_for, recurrence_for
from portal.batches.unreadable import UnreadableList
from portal.batches.uploads import read_upload
from portal.batches.wording import TYPES, type_name
from portal.forms import PortalForm
from portal.models import OrderDraft
from portal.pages import LANGUAGE_NAMES
from portal.templatetags.numbers import number
from reporting.engines import Engine
from reporting.order_form import LONGEST_FORMAT, MOST_ITEMS
from reporting.placing import check_form, read_order
from reporting.recurrence import LONGEST_CRONTAB

DEFAULT_FORMAT = "{cvr}-{name}-{type}"
# More numbers than these are not put into the text field again: the list is kept beside the form.
MOST_SHOWN_AGAIN = 2000
# The API's names of the fields, by the form's.
NAMES = {
    "name": "batchName",
    "type": "type",
    "language": "language",
    "format": "format",
    "error_append": "errorAppend",
    "scheduled": "scheduledTime",
    "recurrence": "recurrence",
    "is_listener": "isListener",
    "trigger_now": "triggerNow",
    "email": "notificationEmail",
    "engine": "engine",
    "is_archival": "archival",
}
FIELD_OF = {api: name for name, api in NAMES.items()} | {"items": "companies", "recurrence": "repeat"}
PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class NewBatchForm(PortalForm):
    """All of an order but its webhook. Valid, `listed` has the companies and `for_api` what the API takes."""

    name = forms.CharField(max_length=200)
    type = forms.ChoiceField()
    companies = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 6, **PLAIN}))
    file = forms.FileField(
        required=False, widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}), allow_empty_file=True
    )
    format = forms.CharField(max_length=LONGEST_FORMAT, widget=forms.TextInput(attrs=PLAIN))
    language = forms.ChoiceField(choices=[(code.value, name) for code, name in LANGUAGE_NAMES.items()])
    error_append = forms.CharField(max_length=100, required=False, widget=forms.TextInput(attrs=PLAIN))
    scheduled = forms.CharField(
        max_length=40, required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    repeat = forms.ChoiceField(required=False)
    crontab = forms.CharField(max_length=LONGEST_CRONTAB, required=False, widget=forms.TextInput(attrs=PLAIN))
    is_listener = forms.BooleanField(required=False)
    trigger_now = forms.BooleanField(required=False)
    email = forms.CharField(max_length=254, required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    engine = forms.ChoiceField(required=False)
    is_archival = forms.BooleanField(required=False)

    def __init__(self, *args: Any, draft: OrderDraft | None = None, **kwargs: Any) -> None:
        self.draft = draft if draft is not None and draft.batch_id is None else None
        self.listed: CompanyList | None = None
        self.for_api: dict[str, Any] = {}
        if self.draft is not None:
            kwargs["initial"] = {**kwargs.get("initial", {}), **initial_of(self.draft)}
        super().__init__(*args, **kwargs)

    def labels(self) -> dict[str, str]:
        """In the reader's language, with what each is for."""
        self._offer("type", [(kind.value, type_name(kind)) for kind in TYPES])
        self._offer(
            "engine",
            [
                ("", _("Som serveren er sat op")),
                (Engine.STANDARD.value, _("Grundig: kan læses op af skærmlæsere")),
                (Engine.FAST.value, _("Hurtig: til mange rapporter")),
            ],
        )
        self._offer("repeat", [(name, _(word)) for name, word in CHOICES.items()])
        helps = {
            "companies": _("Adskilt, som I vil. Mellemrum og punktummer i numrene og DK foran gør ikke noget."),
            "file": _(
                "CSV eller Excel (.xlsx) med kolonnen cvr, og hvis I vil format og internalCustomerId. Højst {most}."
            ).format(most=number(MOST_ITEMS)),
            "error_append": _("Sættes efter navnet på en rapport, der mislykkes, for eksempel #fejl."),
            "scheduled": _("Dansk tid. Tomt eller et tidspunkt, der er gået, er straks."),
            "repeat": _(
                "Fra tidspunktet ovenfor og på samme dag og klokkeslæt; er det tomt, kl. 6 den første dag. Hver gang "
                "bliver til en bestilling for sig."
            ),
            "crontab": _(
                "Fem felter: minut, time, dag, måned, ugedag. 0 6 1 * * er kl. 6 den første i hver måned. Dansk tid."
            ),
            "is_listener": _("Kun reelle ejere. Der kommer en ny rapport, hver gang ejerne ændrer sig."),
            "trigger_now": _("Ellers dannes de første gang, når noget ændrer sig."),
            "email": _("Får en mail for hver rapport."),
            "engine": _("Siderne er de samme. Hurtig mangler mærkerne til skærmlæsere (PDF/UA) og arkivformatet."),
            "is_archival": _("PDF/A-3 med rapportens data vedhæftet. Ikke sammen med hurtig udskrift."),
        }
        for name, text in helps.items():
            self.fields[name].help_text = text
        return {
            "name": _("Bestillingens navn"),
            "type": _("Type"),
            "companies": _("Indsæt CVR-numre"),
            "file": _("Eller vælg en fil"),
            "format": _("Format"),
            "language": _("Rapporternes sprog"),
            "error_append": _("Tilføjelse ved fejl"),
            "scheduled": _("Dan rapporterne"),
            "repeat": _("Gentag"),
            "crontab": _("Egen crontab"),
            "is_listener": _("Overvåg virksomhederne"),
            "trigger_now": _("Dan også rapporter nu, når virksomhederne overvåges"),
            "email": _("E-mail"),
            "engine": _("Grundig eller hurtig"),
            "is_archival": _("Arkivformat"),
        }

    def clean_scheduled(self) -> datetime | None:
        """Danish time."""
        text: str = self.cleaned_data["scheduled"]
        try:
            return read_local_time(text) if text else None
        except LocalTimeError as error:
            raise forms.ValidationError(str(error)) from None

    def clean(self) -> dict[str, Any]:
        """Reads the companies, and asks the API's checks about the rest."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        self._read_companies(data)
        self._read_repeat(data)
        self.for_api = _order_fields(data)
        if not self.errors.keys() - {"companies", "file"}:
            self._check(data.get("email", ""))
        return data

    def _read_repeat(self, data: dict[str, Any]) -> None:
        if {"repeat", "crontab", "scheduled"} & self.errors.keys():
            return
        try:
            found = recurrence_for(repeat=data["repeat"], first=data["scheduled"], crontab=data["crontab"])
        except RepeatError as error:
            self.add_error(error.field, str(error))
        else:
            data["recurrence"] = {"crontab": found.crontab, "timeZone": found.time_zone} if found else None

    def _check(self, email: str) -> None:
        # The companies were read above; one stands for all, because the other fields are what is asked about.
        body = {**self.for_api, "notificationEmail": email, "items": [{"cvr": "34580820"}]}
        try:
            check_form(read_order(body))
        except FieldErrors as refusal:
            for error in refusal.errors:
                self.add_error(FIELD_OF.get(error.path), in_words(error.message))

    def _read_companies(self, data: dict[str, Any]) -> None:
        pasted, file = data.get("companies", ""), data.get("file")
        if pasted.strip() and file:
            self.add_error("file", _("Indsæt numre eller vælg en fil, men ikke begge dele."))
        elif file:
            self._read_file(file)
        elif pasted.strip():
            self._read_pasted(pasted)
        elif self.draft is not None and self.draft.companies:
            self.listed = list_of(self.draft)
        elif "file" not in self.errors:
            self.add_error("companies", _("Indsæt CVR-numre, eller vælg en fil."))
        if self.listed and not any(one.is_number for one in self.listed.companies):
            self.listed = None
            self.add_error("file" if file else "companies", _("Her er ingen CVR-numre. De har otte cifre."))

    def _read_file(self, file: Any) -> None:
        try:
            upload = read_upload(file, size=file.size)
        except UnreadableList as error:
            self.add_error("file", list(error.sentences))
            return
        self.listed = CompanyList(upload.companies, file.name[:200], upload.unused_columns)

    def _read_pasted(self, text: str) -> None:
        try:
            self.listed = CompanyList(read_pasted(text))
        except ListTooLong:
            most = number(MOST_ITEMS)
            self.add_error(
                "companies", _("Der er mere end {most} numre. Del dem i flere bestillinger.").format(most=most)
            )

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = choices


def initial_of(draft: OrderDraft) -> dict[str, Any]:
    """What the draft's form shows when somebody comes back to it."""
    initial = {name: draft.fields.get(api) for name, api in NAMES.items()}
    first = datetime.fromisoformat(initial["scheduled"]) if initial["scheduled"] else None
    if first:
        initial["scheduled"] = local_time_text(first)
    initial["repeat"] = choice_for(initial["recurrence"], first=first)
    if initial["repeat"] == OWN:
        initial["crontab"] = initial["recurrence"]["crontab"]
    listed = list_of(draft)
    if not listed.source and len(listed.companies) <= MOST_SHOWN_AGAIN:
        initial["companies"] = "\n".join(one.cvr for one in listed.companies)
    return initial


def _order_fields(data: dict[str, Any]) -> dict[str, Any]:
    """The order as the API takes it, as far as it is right."""
    fields = {api: data[name] for name, api in NAMES.items() if name in data}
    if moment := fields.get("scheduledTime"):
        fields["scheduledTime"] = moment.isoformat()
    return fields
