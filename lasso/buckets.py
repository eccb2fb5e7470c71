"""Files in a bucket: the settings of the storage that speaks S3."""

from __future__ import annotations

from typing import Any


def bucket_storage(
    *, name: str, endpoint_url: str, region: str, access_key_id: str, secret_access_key: str
) -> dict[str, Any]:
    """An entry of Django's STORAGES; what is empty is left to the machine's own configuration."""
    # A quarter of a second that only those with a bucket need to wait.
    from boto3.s3.transfer import TransferConfig
    from botocore.config import Config

    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": name,
            "endpoint_url": endpoint_url or None,
            "region_name": region or None,
            "access_key": access_key_id or None,
            "secret_key": secret_access_key or None,
            "default_acl": None,
            "file_overwrite": True,
            # PDFs are small: one request each, for which a pool of threads would be made and thrown away.
            "transfer_config": TransferConfig(use_threads=False),
            # A bucket that does not answer puts a report off, which it must do while its worker still counts as alive;
            # left to itself, the client tries for minutes.
            "client_config": Config(
                connect_timeout=5, read_timeout=15, retries={"mode": "standard", "total_max_attempts": 2}
            ),
        },
    }
