"""gunicorn's own lines (starts, time-outs, requests it cannot read) in the same form as all others, without secrets."""

from __future__ import annotations

import os
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from lasso.logging import formatter


class GunicornLogger(Logger):  # type: ignore[misc]
    """Gunicorn's logger with our formatter; it starts before Django, so it reads LOG_FORMAT itself."""

    def setup(self, cfg: Any) -> None:
        """Called at the start and at each reload."""
        super().setup(cfg)
        layout = (os.environ.get("LOG_FORMAT") or "json").strip().lower()
        for handler in [*self.error_log.handlers, *self.access_log.handlers]:
            handler.setFormatter(formatter(layout))
