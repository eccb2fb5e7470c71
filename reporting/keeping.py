"""Keeping what a worker holds while it makes one report after the other."""

from __future__ import annotations

import time

from lanes.turns import Turn
from reporting.claiming import LONGEST_RENDERING, Claim


class Kept:
    """A turn and the claim that it works on: both are kept, but no longer than one report may take.

    A report that never ends loses its worker's lane and itself to others, as if the worker were dead.
    """

    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self.hold(None)

    def hold(self, claim: Claim | None) -> None:
        """This is the claim from now on."""
        self._held = claim, time.monotonic() + LONGEST_RENDERING.total_seconds()

    def beat(self) -> None:
        """Another lease for both, from the heartbeat's thread. A claim whose report has just ended gets none."""
        claim, until = self._held
        if time.monotonic() < until:
            if claim:
                claim.extend()
            self.turn.renew()
