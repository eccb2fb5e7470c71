"""The frame that every app stands on; it has no models."""

from lasso.celery import app as celery_app

__all__ = ["celery_app"]
__version__ = "0.1.0"
