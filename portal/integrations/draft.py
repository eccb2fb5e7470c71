"""An integration while somebody works on it: all that the form holds, checked as a whole, and saved by the verbs."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.http import QueryDict

from accounts.models import Organisation
from integrations.mapping import FieldMapping, check_mapping, mapping_of
from integrations.models import Integration
from integrations.previewing import Which
from integrations.setting_up import (
    EXPORT,
    PATHS,
    UPDATE,
    IntegrationChanges,
    NewEndpoint,
    Saved,
    change_integration,
    create_integration,
)
from lasso.errors import FieldErrors
from portal.integrations.forms import EndpointForm, NameForm
from portal.integrations.mapping_rows import Row, mapping_in, posted_rows, rows_of, with_errors
from portal.refusals import in_words

NAME = "name"
PARTS = (NAME, EXPORT, UPDATE)


@dataclass(slots=True)
class Draft:
    """The parts of the form; `integration` is what they change, None for a new one."""

    integration: Integration | None
    name: NameForm
    export: EndpointForm
    update: EndpointForm
    rows: list[Row]
    mapping_errors: Sequence[str] = ()

    @classmethod
    def of(cls, integration: Integration | None) -> Self:
        """The integration as it is stored; a new one's beginning."""
        return cls._made(None, integration, rows_of(mapping_of(integration) if integration else None))

    @classmethod
    def posted(cls, data: QueryDict, integration: Integration | None, *, judged: Container[str] = PARTS) -> Self:
        """What was sent; `judged` are the parts that have their errors shown."""
        return cls._made(data, integration, posted_rows(data), judged=judged)

    @classmethod
    def _made(
        cls,
        data: QueryDict | None,
        integration: Integration | None,
        rows: list[Row],
        *,
        judged: Container[str] = PARTS,
    ) -> Self:
        export = integration.export_endpoint if integration else None
        update = integration.update_endpoint if integration else None
        return cls(
            integration=integration,
            name=NameForm(data, initial={"name": integration.name if integration else ""}, is_judged=NAME in judged),
            export=EndpointForm(data, prefix=EXPORT, stored=export, is_judged=EXPORT in judged),
            update=EndpointForm(data, prefix=UPDATE, stored=update, is_optional=True, is_judged=UPDATE in judged),
            rows=rows,
        )

    @property
    def mapping(self) -> FieldMapping:
        """What the rows say, good or bad."""
        return mapping_in(self.rows)[0]

    def has_good_mapping(self) -> bool:
        """Check the mapping; what is wrong stands at its rows afterwards."""
        mapping, keys = mapping_in(self.rows)
        errors = check_mapping(mapping=mapping, update_url=None).errors
        self.rows, self.mapping_errors = with_errors(self.rows, errors, keys)
        return not errors

    def is_good(self) -> bool:
        """Check all of it; everything that is wrong stands at its field afterwards."""
        # Each is asked, so that all is told at once.
        return all([self.name.is_valid(), self.export.is_valid(), self.update.is_valid(), self.has_good_mapping()])

    def endpoint_to_test(self, which: Which) -> NewEndpoint | None:
        """The endpoint as it was typed, with what is stored of its sign-in; None when it is wrong or not there."""
        form = self.form_of(which)
        if not form.is_valid() or not form.is_wanted:
            return None
        return form.new_endpoint()

    def form_of(self, which: Which) -> EndpointForm:
        """The form of that endpoint."""
        return self.export if which is Which.EXPORT else self.update

    def save(self, *, organisation: Organisation, now: datetime) -> Saved | None:
        """Create or change the integration; None, with what is wrong at its field, when it is refused.

        Raises:
            lasso.errors.NotFound: it was deleted meanwhile.
        """
        if not self.is_good():
            return None
        try:
            if self.integration is None:
                return create_integration(
                    organisation=organisation,
                    name=self.name.cleaned_data["name"],
                    export=self.export.new_endpoint(),
                    update=self.update.new_endpoint() if self.update.is_wanted else None,
                    mapping=self.mapping,
                    now=now,
                )
            return change_integration(integration=self.integration, changes=self._changes(), now=now)
        except FieldErrors as refusal:
            self._place(refusal)
            return None

    def _changes(self) -> IntegrationChanges:
        return IntegrationChanges(
            name=self.name.cleaned_data["name"],
            export=self.export.edit(),
            update=self.update.edit() if self.update.is_wanted else None,
            mapping=self.mapping,
        )

    def _place(self, refusal: FieldErrors) -> None:
        """What only the verb has found."""
        self.rows, _others = with_errors(self.rows, refusal.errors, mapping_in(self.rows)[1])
        for error in refusal.errors:
            sentence = in_words(error.message)
            if error.path.startswith("mapping["):
                continue
            if error.path == "name":
                self.name.add_error("name", sentence)
            elif error.path.startswith("mapping"):
                self.mapping_errors = (*self.mapping_errors, sentence)
            else:
                form = self.update if error.path.startswith(PATHS[UPDATE]) else self.export
                form.add_error("method" if error.path.endswith("method") else "url", sentence)
