"""Traces for OpenTelemetry, when OTLP_URL is set: requests, turns of lanes, statements, reports and deliveries.

Whoever wants a span of its own takes `tracer`; without OTLP_URL that costs next to nothing.
"""

from __future__ import annotations

from django.conf import settings
from opentelemetry import trace

from lasso import __version__

tracer = trace.get_tracer("lasso")


def trace_everything() -> None:
    """Begin to send traces; nothing without OTLP_URL. The sender's thread is made anew in each forked process."""
    if not settings.OTLP_URL:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.instrumentation.celery import CeleryInstrumentor
    from opentelemetry.instrumentation.django import DjangoInstrumentor
    from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio

    from lasso.tracing_without_secrets import WithoutSecrets

    provider = TracerProvider(
        resource=Resource.create(
            {
                "service.name": "lasso",
                "service.version": __version__,
                "deployment.environment.name": settings.DEPLOYMENT_NAME,
            }
        ),
        sampler=ParentBasedTraceIdRatio(settings.TRACES_PERCENT / 100),
    )
    exporter = OTLPSpanExporter(endpoint=f"{settings.OTLP_URL.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(WithoutSecrets(exporter)))
    trace.set_tracer_provider(provider)
    DjangoInstrumentor().instrument()
    CeleryInstrumentor().instrument()  # type: ignore[no-untyped-call]
    PsycopgInstrumentor().instrument()
