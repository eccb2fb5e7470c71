"""The demo's exports are as they should be only when each message is: what is not is a sentence of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from demo.export_expectations import unmet_exports
from demo.exports import TELEPHONE, Exported
from local.receivers import Call

SECRETS = {
    "POST": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "PUT": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
}
CVRS = [99000007, 99000015]
KEYS = ["cvr", "name", "telephone", "foundedDate", "source"]


def call(method: str, path: str, message: dict[str, Any], *, secret: str = "") -> Call:
    now, body, number = datetime.now(UTC), json.dumps(message), f"{method}-{message['cvr']}"
    headers = {
        "webhook-id": number,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret or SECRETS[method]).sign(number, now, body),
        "x-api-key": "demo",
    }
    return Call(method, path, headers, body.encode(), now)


def exported_message(cvr: int) -> dict[str, Any]:
    return {"cvr": cvr, "name": "x", "telephone": None, "foundedDate": "2009-08-12", "source": "Lasso"}


def update(**fields: Any) -> dict[str, Any]:
    return {"cvr": CVRS[0], "name": "x", "telephone": TELEPHONE, **fields}


@pytest.fixture
def exported() -> Exported:
    """Exports in which all went well; tests spoil one thing each."""
    calls = [call("POST", "/companies", exported_message(cvr)) for cvr in CVRS]
    calls.append(call("PUT", f"/companies/{CVRS[0]}", update()))
    return Exported({"name": "x"}, SECRETS, CVRS, CVRS[0], calls=calls, states=dict.fromkeys(CVRS, "Monitored"))


def test_it_has_nothing_to_say_when_all_went_well(exported: Exported) -> None:
    assert unmet_exports(exported) == []


def test_it_takes_a_message_that_came_twice_for_one(exported: Exported) -> None:
    exported.calls += [exported.calls[0], exported.calls[2]]
    assert unmet_exports(exported) == []


def lose_an_export(exported: Exported) -> None:
    del exported.calls[1]


def lose_the_update(exported: Exported) -> None:
    del exported.calls[2]


def miss_a_field(exported: Exported) -> None:
    message = exported_message(CVRS[1])
    del message["source"]
    exported.calls[1] = call("POST", "/companies", message)


def fail_one(exported: Exported) -> None:
    exported.states[CVRS[1]] = "ExportFailed"


def update_another_address(exported: Exported) -> None:
    exported.calls[2] = call("PUT", f"/companies/{CVRS[1]}", update())


def update_too_much(exported: Exported) -> None:
    exported.calls[2] = call("PUT", f"/companies/{CVRS[0]}", update(source="Lasso"))


def update_the_old_number(exported: Exported) -> None:
    exported.calls[2] = call("PUT", f"/companies/{CVRS[0]}", update(telephone=None))


def sign_with_the_other_secret(exported: Exported) -> None:
    exported.calls[0] = call("POST", "/companies", exported_message(CVRS[0]), secret=SECRETS["PUT"])


def leave_out_the_header(exported: Exported) -> None:
    del exported.calls[0].headers["x-api-key"]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lose_an_export, "2 companies were exported and 1 messages came."),
        (lose_the_update, "One company was changed and 0 updates came."),
        (
            miss_a_field,
            f"The export of 99000015 has the fields {', '.join(KEYS[:-1])}, not {', '.join(KEYS)}.",
        ),
        (fail_one, "The company 99000015 is ExportFailed, not Monitored."),
        (update_another_address, "The update went to /companies/99000015, not to /companies/99000007."),
        (update_too_much, "The update has the fields cvr, name, telephone, source, not cvr, name, telephone."),
        (update_the_old_number, f"The update says None of 99000007, not {TELEPHONE}."),
        (sign_with_the_other_secret, "POST /companies has no valid signature: No matching signature found."),
        (leave_out_the_header, "POST /companies came without the header that was configured."),
    ],
)
def test_it_says_what_is_not_as_it_should_be(
    exported: Exported, spoil: Callable[[Exported], None], sentence: str
) -> None:
    spoil(exported)
    assert unmet_exports(exported) == [sentence]
