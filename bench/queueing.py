"""Queues deliveries to a sink, as an application would: `python -m bench.queueing`; prints their ids, one a line."""

from __future__ import annotations

import argparse
import os
import time
import uuid
from collections.abc import Callable

CHUNK = 20
PAUSE = 0.2  # seconds, while the database is away
KEYS = 7  # order keys at each endpoint; every third delivery has none


def main() -> None:
    """Queue in many small transactions, in turn to each endpoint, and print each id once it is committed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sink", required=True, help="the sink's address, without a path")
    parser.add_argument("--endpoints", type=int, required=True)
    parser.add_argument("--deliveries", type=int, required=True)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lasso.settings")
    import django

    django.setup()
    from django.utils import timezone

    from accounts.models import Organisation
    from delivery.endpoints import find_or_create_endpoint
    from delivery.queueing import queue_delivery

    organisation = Organisation.objects.create(name=f"Bench {uuid.uuid4()}", email="bench@lasso.example")
    endpoints = [
        find_or_create_endpoint(organisation=organisation, url=f"{options.sink}/chaos/{number}")
        for number in range(options.endpoints)
    ]
    for start in range(0, options.deliveries, CHUNK):
        numbers = range(start, min(start + CHUNK, options.deliveries))

        def queue(numbers: range = numbers) -> list[uuid.UUID]:
            return [
                queue_delivery(
                    endpoint=endpoints[number % len(endpoints)],
                    purpose="report_webhook",
                    body={"number": number},
                    order_key=f"{number % KEYS}" if number % 3 else "",
                    now=timezone.now(),
                ).public_id
                for number in numbers
            ]

        for identity in committed(queue):
            print(identity, flush=True)


def committed(queue: Callable[[], list[uuid.UUID]]) -> list[uuid.UUID]:
    """Queue in one transaction, and again when the database went away meanwhile, as a careful application does.

    Whether a commit whose answer was lost took place is looked up, so that nothing is queued twice unseen.
    """
    from django.db import InterfaceError, OperationalError, connection, transaction

    from delivery.models import Delivery

    identities: list[uuid.UUID] = []
    while True:
        try:
            if identities and Delivery.objects.filter(public_id__in=identities).exists():
                return identities
            identities = []
            with transaction.atomic():
                identities = queue()
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(PAUSE)
        else:
            return identities


if __name__ == "__main__":
    main()
