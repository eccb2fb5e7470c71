"""What is wrong at the edges of the workers: the engine breaks, the storage is full."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lasso.storage import STORAGE_FAULTS

A_PDF = b"%PDF-1.7\n%%EOF\n"


@dataclass
class Edges:
    """What is wrong at the edges right now; a test puts these functions in the place of the real ones."""

    engine_breaks: bool = False
    storage_is_full: bool = False

    def print(self, *_: object, **__: object) -> bytes:
        """In place of an engine."""
        if self.engine_breaks:
            raise RuntimeError("The engine broke, as it was told to.")
        return A_PDF

    def save(self, real: Callable[..., str]) -> Callable[..., str]:
        """In place of the storage's own way to save."""

        def save(name: str, content: Any) -> str:
            if self.storage_is_full:
                raise STORAGE_FAULTS[0](28, "No space left on device")
            return real(name, content)

        return save
