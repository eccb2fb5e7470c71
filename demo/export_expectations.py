"""What has to be true of the exports at the end; each expectation that does not hold is one clear sentence."""

from __future__ import annotations

from collections.abc import Iterable

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from demo.exports import MAPPING, PATH, TELEPHONE, Exported
from local.receivers import Call

KEYS = [str(entry.get("name", entry.get("field"))) for entry in MAPPING]
UPDATE_KEYS = [str(entry["field"]) for entry in MAPPING if entry.get("update")]


def unmet_exports(exported: Exported) -> list[str]:
    """A sentence for everything that is not as it should be; none when all is well."""
    return [
        *_of_exports(exported),
        *_of_updates(exported),
        *(sentence for call in exported.calls for sentence in _of_call(call, secret=exported.secrets[call.method])),
    ]


def _of_exports(exported: Exported) -> Iterable[str]:
    # A message may come twice, always under the same id.
    told = {call.headers.get("webhook-id"): call.json for call in exported.exports}.values()
    if sorted(message["cvr"] for message in told) != sorted(exported.companies):
        yield f"{len(exported.companies)} companies were exported and {len(told)} messages came."
    for message in told:
        if list(message) != KEYS:
            yield f"The export of {message.get('cvr')} has the fields {', '.join(message)}, not {', '.join(KEYS)}."
    for cvr in exported.companies:
        if exported.states.get(cvr) != "Monitored":
            yield f"The company {cvr} is {exported.states.get(cvr)}, not Monitored."


def _of_updates(exported: Exported) -> Iterable[str]:
    told = {call.headers.get("webhook-id"): call for call in exported.updates}
    if len(told) != 1:
        yield f"One company was changed and {len(told)} updates came."
    for call in told.values():
        if call.path != f"{PATH}/{exported.changed}":
            yield f"The update went to {call.path}, not to {PATH}/{exported.changed}."
        if list(call.json) != UPDATE_KEYS:
            yield f"The update has the fields {', '.join(call.json)}, not {', '.join(UPDATE_KEYS)}."
        if (call.json.get("cvr"), call.json.get("telephone")) != (exported.changed, TELEPHONE):
            yield f"The update says {call.json.get('telephone')} of {call.json.get('cvr')}, not {TELEPHONE}."


def _of_call(call: Call, *, secret: str) -> Iterable[str]:
    try:
        Webhook(secret).verify(call.body.decode(), call.headers)
    except WebhookVerificationError as error:
        yield f"{call.method} {call.path} has no valid signature: {error}."
    if call.headers.get("x-api-key") != "demo":
        yield f"{call.method} {call.path} came without the header that was configured."
