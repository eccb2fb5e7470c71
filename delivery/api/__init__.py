"""The API of deliveries and endpoints: parse, call one verb, present."""
