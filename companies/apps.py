"""The companies app, for Django."""

from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    """The companies app."""

    name = "companies"
