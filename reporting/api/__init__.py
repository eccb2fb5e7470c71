"""The reporting API: parse, call one verb, present."""
