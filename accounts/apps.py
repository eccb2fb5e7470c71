"""The accounts app, for Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The accounts app."""

    name = "accounts"

    def ready(self) -> None:
        """Say what is forgotten, and what of it belongs to an organisation."""
        from accounts.erasing import register_own
        from accounts.forgetting import register_forgetting

        register_forgetting()
        register_own()
