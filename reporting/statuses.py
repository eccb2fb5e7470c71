"""The statuses of a batch."""

from __future__ import annotations

from django.db import models


class BatchStatus(models.TextChoices):
    """As the API names them; Cancelled is an addition to the documentation's list."""

    INITIALIZING = "Initializing"
    SCHEDULED = "Scheduled"
    EXECUTING = "Executing"
    FINISHED = "Finished"
    FINISHED_WITH_WARNING = "FinishedWithWarning"
    FINISHED_WITH_ERRORS = "FinishedWithErrors"
    LISTENING = "Listening"
    LISTENING_STOPPED = "ListeningStopped"
    CANCELLED = "Cancelled"
