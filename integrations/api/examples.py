"""What the OpenAPI document shows of integrations: bodies that work as they stand, and answers to them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample


def _request(name: str, value: object, summary: str = "") -> OpenApiExample:
    return OpenApiExample(name, value=value, request_only=True, summary=summary or name)


def _answer(name: str, value: object, status: int = 200) -> OpenApiExample:
    return OpenApiExample(name, value=value, response_only=True, status_codes=[str(status)])


NEW_INTEGRATION = _request(
    "A CRM with both endpoints",
    {
        "name": "Our CRM",
        "exportEndpoint": {
            "url": "https://crm.example.com/companies",
            "method": "POST",
            "authConfig": {"Method": "Header", "Key": "X-API-KEY", "Value": "dm12d82mdlakd2"},
            "maxInFlight": 4,
        },
        "updateEndpoint": {
            "url": "https://crm.example.com/companies/{cvr}",
            "method": "PUT",
            "authConfig": {"Method": "Header", "Key": "X-API-KEY", "Value": "dm12d82mdlakd2"},
        },
        "mapping": [
            {"field": "cvr", "update": True},
            {"field": "name", "update": True},
            {"field": "telephone", "name": "phone", "update": True},
            {"field": "foundedDate"},
            {"name": "source", "constant": "lasso"},
        ],
    },
)
NEW_SMALLEST_INTEGRATION = _request(
    "The documentation's message",
    {
        "name": "Zapier",
        "exportEndpoint": {"url": "https://hooks.example.com/catch/123/abc"},
        "mapping": [{"field": "cvr"}, {"field": "name"}, {"field": "telephone"}],
    },
    "The least that is needed: sends cvr, name and telephone by POST",
)
ADD_UPDATE_ENDPOINT = _request(
    "An update endpoint, added later",
    {
        "updateEndpoint": {"url": "https://crm.example.com/companies/{cvr}", "method": "PUT"},
        "mapping": [
            {"field": "cvr", "update": True},
            {"field": "name", "update": True},
            {"field": "telephone", "update": True},
        ],
    },
)
EXPORTS = _request("An object", {"cvrs": [34580820, "99000007"]})
EXPORTS_LIST = _request("The list alone", [34580820, "99000007"])
TEST = _request("The update endpoint", {"endpoint": "update"})


def _endpoint(number: int, name: str, url: str, method: str) -> dict[str, Any]:
    return {
        "id": f"c693c50e-630d-424b-b73b-0b3729588f{number}",
        "name": name,
        "method": method,
        "url": url,
        "state": "Enabled",
        "since": "2026-03-02T12:00:00Z",
        "disabledReason": None,
        "pausedUntil": None,
        "isSigned": True,
        "hasAuthentication": True,
        "lastSuccessOn": "2026-03-02T12:04:00.117702Z",
        "lastFailureOn": None,
        "failingSince": None,
        "failuresInARow": 0,
        "deliveredLastDay": 412,
        "failedLastDay": 0,
        "waitingCount": 0,
        "oldestWaitingOn": None,
        "medianDurationMs": 48,
        "p95DurationMs": 120,
        "maxInFlight": 4 if method == "POST" else None,
        "ratePerSecond": None,
        "ratePerMinute": None,
        "isProbed": False,
        "createdOn": "2026-03-02T12:00:00Z",
    }


_INTEGRATION = {
    "id": "8a1f6c1e-3f0e-4d56-9a0b-54c2f8f5b7a1",
    "name": "Our CRM",
    "exportEndpoint": _endpoint(14, "Our CRM (export)", "https://crm.example.com/companies", "POST"),
    "updateEndpoint": _endpoint(15, "Our CRM (update)", "https://crm.example.com/companies/{cvr}", "PUT"),
    "mapping": [
        {"field": "cvr", "name": "cvr", "update": True, "constant": None},
        {"field": "name", "name": "name", "update": True, "constant": None},
        {"field": "telephone", "name": "phone", "update": True, "constant": None},
        {"field": "foundedDate", "name": "foundedDate", "update": False, "constant": None},
        {"field": None, "name": "source", "update": False, "constant": "lasso"},
    ],
    "warnings": [],
    "companyCounts": {"Exporting": 0, "Monitored": 409, "Duplicate": 3, "ExportFailed": 0, "Gone": 1},
    "createdOn": "2026-03-02T12:00:00Z",
    "changedOn": "2026-03-02T12:00:00Z",
}
INTEGRATION = OpenApiExample(
    "An integration", value=_INTEGRATION, response_only=True, status_codes=["200", "201"], summary="An integration"
)
INTEGRATIONS = _answer("The only page", {"continuationToken": None, "results": [_INTEGRATION]})
FIELDS = _answer(
    "The beginning",
    {
        "results": [
            {
                "name": "cvr",
                "labelDa": "CVR-nummer",
                "labelEn": "CVR number",
                "display": "CVR-nummer (cvr)",
                "type": "number",
                "part": "company",
                "example": 99771003,
            },
            {
                "name": "telephone",
                "labelDa": "Telefon",
                "labelEn": "Telephone",
                "display": "Telefon (telephone)",
                "type": "text",
                "part": "company",
                "example": "+45 71 74 78 12",
            },
        ]
    },
)
EXPORTS_ANSWER = _answer(
    "One new, one unknown",
    {
        "accepted": [34580820],
        "alreadyThere": [],
        "unknown": [99000007],
        "acceptedCount": 1,
        "alreadyThereCount": 0,
        "unknownCount": 1,
    },
    202,
)
RETRIED = _answer("Three had failed", {"count": 3}, 202)
_COMPANY = {
    "cvr": 34580820,
    "lassoId": "CVR-1-34580820",
    "name": "LASSO X A/S",
    "state": "Monitored",
    "isMonitored": True,
    "lastStatusCode": 200,
    "lastAnswer": None,
    "lastAnswerOn": "2026-03-02T12:04:00.117702Z",
    "nextAttemptOn": None,
    "lastExportedOn": "2026-03-02T12:00:03.310911Z",
    "lastUpdateOn": "2026-03-02T12:04:00.117702Z",
    "addedOn": "2026-03-02T12:00:02.482113Z",
}
COMPANY = OpenApiExample("A company", value=_COMPANY, response_only=True, status_codes=["200", "202"])
COMPANIES = _answer(
    "One that an update found no more",
    {
        "continuationToken": None,
        "results": [
            _COMPANY,
            {
                **_COMPANY,
                "cvr": 99000007,
                "lassoId": "CVR-1-99000007",
                "name": "Eksempel ApS",
                "state": "Gone",
                "isMonitored": False,
                "lastStatusCode": 404,
            },
        ],
    },
)
TEST_ANSWER = _answer(
    "Refused",
    {
        "success": False,
        "state": "Failed",
        "method": "PUT",
        "url": "https://crm.example.com/companies/99771003",
        "message": {"cvr": 99771003, "name": "Sivbjerg Vævestole A/S", "phone": "+45 71 74 78 12"},
        "statusCode": 401,
        "durationMs": 42,
        "error": "The receiver answered with status 401.",
        "errorCode": None,
        "answerBody": "who are you?",
    },
)
PREVIEW = _answer(
    "Both messages",
    {
        "cvr": 34580820,
        "lassoId": "CVR-1-34580820",
        "export": {
            "cvr": 34580820,
            "name": "LASSO X A/S",
            "phone": "+45 71 74 78 12",
            "foundedDate": "2012-06-18",
            "source": "lasso",
        },
        "update": {"cvr": 34580820, "name": "LASSO X A/S", "phone": "+45 71 74 78 12"},
    },
)
CHANGES = _answer(
    "One change",
    {
        "continuationToken": "WzQyLCIyMDI2…:1a2B3c",
        "hasMore": False,
        "results": [
            {
                "cvr": 34580820,
                "lassoId": "CVR-1-34580820",
                "createdOn": "2026-03-02T12:03:59.731044Z",
                "message": {"cvr": 34580820, "name": "LASSO X A/S", "phone": "+45 71 74 78 12"},
            }
        ],
    },
)
