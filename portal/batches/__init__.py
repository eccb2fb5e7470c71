"""Batches: the list, a new one, and each one's page."""
