"""The customers at work, in threads, each at the pace that brings the whole of its work to an end with the run."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.chaos.calling import PatientClient
from bench.chaos.exports import Exports
from bench.chaos.orders import LISTENER_SIZE, Order, ReportOrders
from bench.chaos.stage import Stage

PAUSE = 0.2  # seconds
# The work is ordered within this part of the run, so that the last faults meet the last of it.
SHARE = 0.9
# A listener's items run at most once a minute; so often their owners change, and it is ordered anew.
OWNERS_CHANGE_EVERY = 20.0
LISTENER_LIVES = 90.0
UNSETTLED_EVERY = 10.0


@dataclass(slots=True)
class Load:
    """What customers order in so many seconds: `reports`, and integration messages, `messages`."""

    stage: Stage
    seconds: float
    reports: int
    messages: int
    integrations: int
    seed: int
    errors: list[BaseException] = field(default_factory=list)
    clients: list[PatientClient] = field(init=False)
    orders: ReportOrders = field(init=False)
    exports: Exports = field(init=False)
    _threads: list[threading.Thread] = field(default_factory=list)
    _began_at: float = 0.0

    def __post_init__(self) -> None:
        organisations = [self.stage.create_organisation(name) for name in ("Reports", "Integrations")]
        self.clients = [PatientClient(client.url, client.key) for client in organisations]
        urls = self.stage.webhooks.url("")
        self.orders = ReportOrders(
            self.clients[0], self.stage.register, f"{urls}/reports", random.Random(f"orders {self.seed}")
        )
        self.exports = Exports(self.clients[1], self.stage.register, urls, random.Random(f"exports {self.seed}"))

    def start(self) -> None:
        """Begin."""
        self.exports.set_up(self.integrations)
        self._began_at = time.monotonic()
        for work in (self._order, self._export, self._listen):
            thread = threading.Thread(target=self._guarded, args=(work,), name=work.__name__, daemon=True)
            self._threads.append(thread)
            thread.start()

    def finish(self, *, patience: float) -> None:
        """Wait until all is ordered.

        Raises:
            TimeoutError: it is not.
            BaseException: what a customer met with that no customer should.
        """
        until = time.monotonic() + patience
        for thread in self._threads:
            thread.join(max(0.1, until - time.monotonic()))
        self.require_well()
        if any(thread.is_alive() for thread in self._threads):
            raise TimeoutError("The customers are not done with ordering.")

    def require_well(self) -> None:
        """Raise what a customer met with, if any did."""
        if self.errors:
            raise self.errors[0]

    @property
    def elapsed(self) -> float:
        """The part of the run that is over, from 0 to 1."""
        return min(1.0, (time.monotonic() - self._began_at) / self.seconds)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised again by who waits for us
            self.errors.append(error)

    def _order(self) -> None:
        while self.orders.reports < self.reports:
            self.orders.keep_up(min(self.reports, round(self.reports * self.elapsed / SHARE)))
            time.sleep(PAUSE)

    def _export(self) -> None:
        unsettled_at = time.monotonic()
        while self.exports.messages < self.messages:
            self.exports.keep_up(min(self.messages, round(self.messages * self.elapsed / SHARE)))
            if time.monotonic() - unsettled_at > UNSETTLED_EVERY:
                self.exports.unsettle()
                unsettled_at = time.monotonic()
            time.sleep(PAUSE)

    def _listen(self) -> None:
        listener: Order | None = None
        listened_at = changed_at = 0.0
        while self.elapsed < SHARE:
            now = time.monotonic()
            if listener is None or now - listened_at > LISTENER_LIVES:
                if listener is not None:
                    self.orders.stop(listener)
                listener, listened_at = self.orders.listen(), time.monotonic()
            if now - changed_at > OWNERS_CHANGE_EVERY:
                self.stage.register.change_owners(self.stage.register.cvrs[: LISTENER_SIZE // 2])
                changed_at = now
            time.sleep(PAUSE)
