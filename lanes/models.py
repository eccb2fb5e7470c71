"""Lanes: who works for which batch or endpoint right now, who lives, and how far each queue's messages have come."""

from __future__ import annotations

from django.db import models


class Lane(models.Model):
    """One place in line for one subject (a batch, an endpoint) on one queue.

    A message carries the lane's ticket; only the message with the current ticket may run it, so lost and doubled
    messages do no harm. A lane with nothing to do has no row.
    """

    class State(models.TextChoices):
        """Queued: a message is on its way. Running: a worker holds it until `lease_until`."""

        QUEUED = "queued"
        RUNNING = "running"

    queue = models.CharField(max_length=20)
    subject = models.UUIDField()
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State)
    ticket = models.UUIDField()
    is_wanted = models.BooleanField(default=False)  # woken while running: go round once more
    queued_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    worker_id = models.UUIDField(null=True)  # the process that runs it, when its kind is watched by heartbeats

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["queue", "subject", "number"], name="lane_once"),
            models.CheckConstraint(condition=models.Q(state__in=["queued", "running"]), name="lane_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.queue} lane {self.number} of {self.subject}"


class Pulse(models.Model):
    """How far a queue has come: every message put into it before `passed_at` has been taken out."""

    queue = models.CharField(max_length=20, primary_key=True)
    passed_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.queue} passed {self.passed_at:%H:%M:%S}"


class Worker(models.Model):
    """A process that works in lanes, for as long as its heart beats; whoever lacks a row here is not known to live."""

    id = models.UUIDField(primary_key=True, editable=False)
    seen_at = models.DateTimeField()  # its last heartbeat
    beating_since = models.DateTimeField()  # the first of the beats that came without a gap

    def __str__(self) -> str:
        return f"worker {self.id}"
