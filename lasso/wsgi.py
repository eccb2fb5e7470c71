"""The web process's entry: ``gunicorn lasso.wsgi``."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from lasso.chunked import ChunkedBodies
from lasso.stack_room import with_stack_room

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lasso.settings")

application = with_stack_room(ChunkedBodies(get_wsgi_application()))
