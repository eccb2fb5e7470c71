"""What the API answers about integrations, the companies that they have, and their messages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from companies.catalogue import Field as CatalogueField
from companies.catalogue import FieldType, Json, Part
from companies.cvr import lasso_id
from delivery.answers import EndpointAnswer, endpoint_answer
from delivery.health import Health
from delivery.models import Delivery, Endpoint
from delivery.testing import TestResult
from integrations.counting import Counts
from integrations.exporting import ExportOrder
from integrations.finding import names_of
from integrations.mapping import check_mapping, mapping_of
from integrations.models import Integration, MonitoredCompany, UpdateMessage
from integrations.previewing import Preview
from integrations.trying import Trial, trials_of

TOKEN = "Give it as cToken for the next page; null on the last."  # noqa: S105 - it says what a token is for


class FieldAnswer(BaseModel):
    """One field of the catalogue: what may be mapped."""

    name: str = Field(examples=["telephone"], description="Its name in a mapping, and in the message.")
    labelDa: str = Field(examples=["Telefon"], description="What people call it, in Danish.")  # noqa: N815 - the wire's names
    labelEn: str = Field(examples=["Telephone"], description="The same in English.")  # noqa: N815
    display: str = Field(examples=["Telefon (telephone)"], description="As the mapping editor shows it.")
    type: FieldType = Field(
        description="What its JSON value is. `number`, `money` and `percentage` are JSON numbers, `list` a list of "
        "texts, `objects` a list of objects, all others texts; `date` is 2026-06-01, `month` 2026-06, `monthDay` "
        "--12-31. What is absent is null, or an empty list."
    )
    part: Part = Field(description="Whether it is read from the company's own data or its newest annual accounts.")
    example: Any = Field(description="What it says of a fictional company.")


class FieldsAnswer(BaseModel):
    """The catalogue, in its order."""

    results: list[FieldAnswer]


class MappedFieldAnswer(BaseModel):
    """One member of the messages; a mapping is taken in the form in which it is answered."""

    field: str | None = Field(description="A field of the catalogue; null for a constant.")
    name: str = Field(description="Its name in the message.")
    update: bool = Field(description="Whether it is marked Update.")
    constant: Any = Field(description="What a constant says; null for a field.")


class CompanyCountsAnswer(BaseModel):
    """How many companies are in each state."""

    Exporting: int = Field(description="The export is on its way.")
    Monitored: int = Field(description="Exported; updates follow.")
    Duplicate: int = Field(description="The receiver had it already (409); updates follow.")
    ExportFailed: int = Field(description="The export got through in none of three attempts.")
    Gone: int = Field(description="The receiver no longer has it (404 to an update); nothing more is sent.")


class IntegrationAnswer(BaseModel):
    """An integration, with how it is doing."""

    id: UUID
    name: str
    exportEndpoint: EndpointAnswer = Field(  # noqa: N815
        description="Where exports go, and how the place is doing: as `/apps/endpoints/{id}` tells."
    )
    updateEndpoint: EndpointAnswer | None = Field(description="The same for updates.")  # noqa: N815
    mapping: list[MappedFieldAnswer] = Field(description="What the messages say, in this order.")
    warnings: list[str] = Field(description="What is odd about it, as sentences; it works all the same.")
    companyCounts: CompanyCountsAnswer  # noqa: N815
    createdOn: datetime  # noqa: N815
    changedOn: datetime  # noqa: N815


class IntegrationsPage(BaseModel):
    """One page of integrations, newest first."""

    continuationToken: str | None = Field(description=TOKEN)  # noqa: N815
    results: list[IntegrationAnswer]


class ExportsAnswer(BaseModel):
    """What became of the CVR numbers that were sent, each once, in their order."""

    accepted: list[int] = Field(description="Will be exported now, and monitored from then on.")
    alreadyThere: list[int] = Field(description="Exported or on their way already; left as they are.")  # noqa: N815
    unknown: list[int] = Field(description="No such company: the check digit is wrong, or the register lacks it.")
    acceptedCount: int  # noqa: N815
    alreadyThereCount: int  # noqa: N815
    unknownCount: int  # noqa: N815


class CompanyAnswer(BaseModel):
    """A company that the integration has, and how far its export has come."""

    cvr: int
    lassoId: str = Field(examples=["CVR-1-34580820"])  # noqa: N815
    name: str | None = Field(description="Null where the register does not know it (yet).")
    state: MonitoredCompany.State
    isMonitored: bool = Field(description="Whether changes of it are followed.")  # noqa: N815
    lastStatusCode: int | None = Field(description="What the receiver answered last.")  # noqa: N815
    lastAnswer: str | None = Field(description="What went wrong, as a sentence; null when all went well.")  # noqa: N815
    lastAnswerOn: datetime | None  # noqa: N815
    nextAttemptOn: datetime | None = Field(description="Set while a message that failed waits for its next attempt.")  # noqa: N815
    lastExportedOn: datetime | None = Field(description="When the receiver last accepted an export, or had it.")  # noqa: N815
    lastUpdateOn: datetime | None = Field(description="When the receiver last accepted an update.")  # noqa: N815
    addedOn: datetime = Field(description="When its export was ordered, the last time that it began anew.")  # noqa: N815


class CompaniesPage(BaseModel):
    """One page of companies, in the order of their CVR numbers."""

    continuationToken: str | None = Field(description=TOKEN)  # noqa: N815
    results: list[CompanyAnswer]


class RetriedAnswer(BaseModel):
    """How many exports were put in line again."""

    count: int


class TestAnswer(BaseModel):
    """The call that was made, and what the receiver did with it."""

    __test__ = False  # pytest would take the class for tests

    success: bool = Field(description="Whether a real message would be Delivered by this answer.")
    state: Delivery.Status = Field(description="What a real message would become; Failed also where it is tried again.")
    method: Endpoint.Method
    url: str = Field(description="As it was called: placeholders are filled in.")
    message: dict[str, Any] = Field(description="What was sent: the message of a fictional company.")
    statusCode: int | None = Field(description="What was answered; null when nothing was.")  # noqa: N815
    durationMs: int  # noqa: N815
    error: str | None = Field(description="What went wrong, as a sentence.")
    errorCode: str | None = Field(examples=["timeout"], description="Why there was no answer.")  # noqa: N815
    answerBody: str = Field(description="The first 4 KB of the answer.")  # noqa: N815


class PreviewAnswer(BaseModel):
    """Both messages of a company as it is now."""

    cvr: int
    lassoId: str  # noqa: N815
    export: dict[str, Any] = Field(description="What an export would send.")
    update: dict[str, Any] = Field(description="What an update would send; empty when no field is marked Update.")


class ChangeAnswer(BaseModel):
    """One update message."""

    cvr: int
    lassoId: str  # noqa: N815
    createdOn: datetime  # noqa: N815
    message: dict[str, Any] = Field(description="As the update endpoint gets it.")


class ChangesPage(BaseModel):
    """Update messages in the order in which they came to be."""

    continuationToken: str = Field(description="Give it as cToken the next time; it is there on the last page too.")  # noqa: N815
    hasMore: bool = Field(description="Whether there are more right now.")  # noqa: N815
    results: list[ChangeAnswer]


def field_answer(field: CatalogueField) -> dict[str, Any]:
    """The JSON of a field of the catalogue."""
    return FieldAnswer.model_construct(
        name=field.name,
        labelDa=field.label_da,
        labelEn=field.label_en,
        display=f"{field.label_da} ({field.name})",
        type=field.type,
        part=field.part,
        example=field.example,
    ).model_dump(mode="json")


def integration_answer(
    integration: Integration, *, counts: Counts, health: Mapping[UUID, Health], now: datetime
) -> dict[str, Any]:
    """The JSON of an integration, whose endpoints and mapping are at hand; `health` has both endpoints'."""
    mapping, update = mapping_of(integration), integration.update_endpoint
    return IntegrationAnswer.model_construct(
        id=integration.pk,
        name=integration.name,
        exportEndpoint=_endpoint(integration.export_endpoint, health, now=now),
        updateEndpoint=_endpoint(update, health, now=now) if update else None,
        mapping=[
            MappedFieldAnswer.model_construct(
                field=entry.field or None, name=entry.key, update=entry.is_update, constant=entry.constant
            )
            for entry in mapping.entries
        ],
        warnings=list(check_mapping(mapping=mapping, update_url=update.url if update else None).warnings),
        companyCounts=CompanyCountsAnswer.model_validate({state.value: count for state, count in counts.items()}),
        createdOn=integration.created_at,
        changedOn=integration.changed_at,
    ).model_dump(mode="json")


def exports_answer(order: ExportOrder) -> dict[str, Any]:
    """The JSON of what became of an order."""
    return ExportsAnswer.model_construct(
        accepted=[int(cvr) for cvr in order.accepted],
        alreadyThere=[int(cvr) for cvr in order.already_there],
        unknown=[int(cvr) for cvr in order.unknown],
        acceptedCount=len(order.accepted),
        alreadyThereCount=len(order.already_there),
        unknownCount=len(order.unknown),
    ).model_dump(mode="json")


def company_answers(companies: Sequence[MonitoredCompany]) -> list[dict[str, Any]]:
    """The JSON of companies: two queries, however many they are."""
    names, trials = names_of(company.cvr for company in companies), trials_of(companies)
    return [_company(company, names.get(company.cvr), trials.get(company.pk)) for company in companies]


def test_answer(result: TestResult, *, message: str) -> dict[str, Any]:
    """The JSON of a test call; `message` is what was sent."""
    return TestAnswer.model_construct(
        success=result.is_success,
        state=result.state,
        method=Endpoint.Method(result.method),
        url=result.url,
        message=_object(message),
        statusCode=result.status_code,
        durationMs=round(result.duration / timedelta(milliseconds=1)),
        error=result.error or None,
        errorCode=result.error_code or None,
        answerBody=result.answer_body,
    ).model_dump(mode="json")


test_answer.__test__ = False  # type: ignore[attr-defined] # as above


def preview_answer(preview: Preview) -> dict[str, Any]:
    """The JSON of both messages."""
    return PreviewAnswer.model_construct(
        cvr=int(preview.cvr),
        lassoId=lasso_id(preview.cvr),
        export=_object(preview.export),
        update=_object(preview.update),
    ).model_dump(mode="json")


def change_answer(message: UpdateMessage) -> dict[str, Any]:
    """The JSON of a message of the feed."""
    return ChangeAnswer.model_construct(
        cvr=int(message.cvr),
        lassoId=lasso_id(message.cvr),
        createdOn=message.created_at,
        message=_object(message.body),
    ).model_dump(mode="json")


def _company(company: MonitoredCompany, name: str | None, trial: Trial | None) -> dict[str, Any]:
    return CompanyAnswer.model_construct(
        cvr=int(company.cvr),
        lassoId=lasso_id(company.cvr),
        name=name,
        state=MonitoredCompany.State(company.state),
        isMonitored=company.state != MonitoredCompany.State.GONE,
        lastStatusCode=trial.status_code if trial else company.last_status_code,
        lastAnswer=(trial.sentence if trial else company.last_answer) or None,
        lastAnswerOn=trial.answered_at if trial else company.last_answer_at,
        nextAttemptOn=trial.next_attempt_at if trial else None,
        lastExportedOn=company.last_exported_at,
        lastUpdateOn=company.last_update_at,
        addedOn=company.added_at,
    ).model_dump(mode="json")


def _endpoint(endpoint: Endpoint, health: Mapping[UUID, Health], *, now: datetime) -> EndpointAnswer:
    return EndpointAnswer.model_validate(endpoint_answer(endpoint, health[endpoint.pk], now=now))


def _object(text: str) -> dict[str, Json]:
    found: dict[str, Json] = json.loads(text)
    return found
