"""A storage that really speaks S3, as a process on a loopback port: what is sent to it goes over a socket."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import boto3
import psutil
import requests
from botocore.config import Config

from lasso.embedded.processes import last_lines, start_server, stop_processes
from lasso.embedded.redis import free_port

START_SECONDS = 60.0
STOP_STEPS = ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0))
REGION = "eu-north-1"
ACCESS_KEY_ID, SECRET_ACCESS_KEY = "AKIALASSOTESTS000001", "a-secret-that-only-the-tests-know"


class S3Server:
    """moto's server with one bucket; it keeps objects in memory and can be stopped and started (empty) again."""

    bucket = "reports"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: psutil.Popen | None = None

    def start(self) -> None:
        """Return when the server answers and the bucket is there."""
        log = self.folder / "s3.log"
        self.process = start_server(
            [*("setpriv", "--pdeathsig=TERM", "--", sys.executable, "-m", "moto.server"), f"--port={self.port}"],
            folder=self.folder,
            log=log,
            environment={"PATH": os.environ["PATH"], "HOME": str(self.folder)},
        )
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self.process.poll() is None, f"the S3 server ended:\n{last_lines(log)}"
            assert time.monotonic() < until, f"the S3 server did not answer:\n{last_lines(log)}"
            time.sleep(0.05)
        self.client().create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})

    def stop(self) -> None:
        """End it; nothing listens on its port then."""
        if self.process is not None:
            stop_processes([self.process], steps=STOP_STEPS)
            self.process = None

    def ask_for_credentials(self, *, asks: bool) -> None:
        """Whether requests signed by nobody the server knows are refused from now on."""
        answer = requests.post(f"{self.url}/moto-api/reset-auth", data="0" if asks else "inf", timeout=10)
        answer.raise_for_status()

    def stored_keys(self) -> list[str]:
        """The keys of all objects."""
        pages = self.client().get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        return [found["Key"] for page in pages for found in page.get("Contents", ())]

    def client(self) -> Any:
        """An S3 client of the tests' own, beside the one under test."""
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=ACCESS_KEY_ID,
            aws_secret_access_key=SECRET_ACCESS_KEY,
            config=Config(retries={"total_max_attempts": 1}),
        )

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/moto-api/", timeout=5).ok
        except requests.RequestException:
            return False
