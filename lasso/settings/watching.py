"""Who is told when something breaks, and where traces go."""

from __future__ import annotations

from lasso.env import Environment

env = Environment()

# Sentry, or what speaks its protocol. Empty: nobody is told but the logs.
SENTRY_DSN = env.url("SENTRY_DSN", "", schemes=frozenset({"http", "https"}))
# Which of several systems this is, as Sentry and the traces call it.
DEPLOYMENT_NAME = env.text("DEPLOYMENT_NAME", "production")
# An OpenTelemetry collector that speaks OTLP over HTTP, without /v1/traces. Empty: nothing is traced.
OTLP_URL = env.url("OTLP_URL", "", schemes=frozenset({"http", "https"}))
# The share of traces that is kept, in per cent: each request, each turn of a lane.
TRACES_PERCENT = env.integer("TRACES_PERCENT", 100, most=100)
