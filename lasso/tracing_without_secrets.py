"""Takes secrets out of traces; loaded where traces are sent only."""

from __future__ import annotations

from collections.abc import Sequence

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Status

from lasso.logging import redacted


class WithoutSecrets(SpanExporter):
    """Takes secrets out of spans on their way: an address' query may hold a key, an error's text anything."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send the spans, redacted as the logs are."""
        return self._exporter.export([_redacted(span) for span in spans])

    def shutdown(self) -> None:
        """End the exporter behind."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Have the exporter behind send what it holds."""
        return self._exporter.force_flush(timeout_millis)


def _redacted(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=redacted(span.name),
        context=span.get_span_context(),
        parent=span.parent,
        resource=span.resource,
        attributes=redacted(span.attributes or {}),
        events=[Event(event.name, redacted(event.attributes or {}), event.timestamp) for event in span.events],
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code, redacted(span.status.description)),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
