"""Reports of errors to Sentry, when SENTRY_DSN is set. What the logs may not say, they may not say either."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.conf import settings

from lasso import __version__
from lasso.logging import redacted

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

# What a report can be searched by.
TAGS = ("request_id", "task_id", "batch", "report", "delivery")


def report_errors() -> None:
    """Begin to report what is logged as an error; nothing without SENTRY_DSN."""
    if not settings.SENTRY_DSN:
        return
    import sentry_sdk

    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        release=__version__,
        environment=settings.DEPLOYMENT_NAME,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=20,
        traces_sample_rate=0.0,  # traces go to OTLP_URL
        before_send=_shaped,
    )


def _shaped(event: Event, hint: Hint) -> Event:
    """The report under its event's name, with what was said besides, without secrets."""
    said = getattr(hint.get("log_record"), "msg", None)
    if isinstance(said, dict):
        facts: dict[str, object] = {
            name: str(value) for name, value in said.items() if name not in {"event", "exc_info"}
        }
        event["logentry"] = {"message": str(said["event"])}
        event["extra"] = facts
        event["tags"] = {name: str(facts[name]) for name in TAGS if name in facts}
    return cast("Event", redacted(event))
