"""Queues deliveries to a sink, as an application would: `python -m bench.queueing`; prints their ids, one a line."""

from __future__ import annotations

import argparse
import os
import uuid

CHUNK = 20
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
    from django.db import transaction
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
        with transaction.atomic():
            queued = [
                queue_delivery(
                    endpoint=endpoints[number % len(endpoints)],
                    purpose="report_webhook",
                    body={"number": number},
                    order_key=f"{number % KEYS}" if number % 3 else "",
                    now=timezone.now(),
                )
                for number in range(start, min(start + CHUNK, options.deliveries))
            ]
        for delivery in queued:
            print(delivery.public_id, flush=True)


if __name__ == "__main__":
    main()
