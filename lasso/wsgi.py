"""The web process's entry: ``gunicorn lasso.wsgi``."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from lasso.chunked import ChunkedBodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lasso.settings")

application = ChunkedBodies(get_wsgi_application())
