"""The REST API of deliveries and endpoints."""
