"""Integrations: the list, setting one up and changing it, and each one's page."""
