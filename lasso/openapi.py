"""What the OpenAPI document says about every operation: JSON in and out, one error body, two ways to send a key."""

from __future__ import annotations

from drf_spectacular.openapi import AutoSchema


class Schema(AutoSchema):
    """Our way of describing an operation."""

    def map_parsers(self) -> list[str]:
        """Bodies are JSON; that other content types are read as JSON too is a courtesy, not a promise."""
        return ["application/json"]
