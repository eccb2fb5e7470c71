"""The API of integrations: parse, call one verb, present."""
