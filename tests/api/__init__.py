"""The API as a whole: what its OpenAPI document promises, and any sequence of requests."""
