"""The storage of files, a folder or a bucket: what it says when it is out of reach."""

from __future__ import annotations

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

# A folder raises OSError, a bucket one of the others. A file that is not there is a FileNotFoundError in both.
STORAGE_FAULTS = (OSError, Boto3Error, BotoCoreError, ClientError)
