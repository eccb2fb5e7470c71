"""What breaks: each fault is one function that breaks something, waits, and makes it whole; a seed says when which."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import redis

from bench.chaos.load import Load
from bench.chaos.receiving import HANGS, HOLDS, THROTTLED
from bench.chaos.stage import Stage
from lasso.embedded.processes import stop_processes

# Shorter than any PDF: a file that is begun stays behind, as on a full disk.
FULL_BYTES = 4096
# Between the end of a batch's waiting time and the moment at which somebody looks again.
PAST = 1.5
PARENT_PATIENCE = 20.0
CALL_PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Scene:
    """What a fault works on. `pause` scales how long each lasts: 1 in a long run."""

    stage: Stage
    load: Load
    random: random.Random
    pause: float = 1.0

    def wait(self, seconds: float) -> None:
        """Let it be broken for so long."""
        time.sleep(seconds * self.pause)


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault. `cuts` says that work may be cut off in its middle, so that some of it is done twice."""

    name: str
    do: Callable[[Scene], None]
    cuts: bool = False


@dataclass(frozen=True, slots=True)
class Happened:
    """One fault that happened."""

    name: str
    cuts: bool
    began_at: datetime
    offset: float  # seconds since the start
    seconds: float


def _one_of(scene: Scene, kind: str) -> str:
    return scene.random.choice(scene.stage.named(kind))


def kill(kind: str) -> Callable[[Scene], None]:
    """A process and its children, with no chance to tidy up."""

    def do(scene: Scene) -> None:
        name = _one_of(scene, kind)
        scene.stage.kill(name)
        scene.wait(1)
        scene.stage.start(name)

    return do


def kill_in_calls(scene: Scene) -> None:
    """Whoever delivers ends while receivers take what it sent: nobody hears their answers, so it is sent again."""
    webhooks, names = scene.stage.webhooks, scene.stage.named("deliveries")
    webhooks.misbehave(HOLDS)
    until = time.monotonic() + CALL_PATIENCE
    while not webhooks.held and time.monotonic() < until:
        time.sleep(0.01)
    for name in names:
        scene.stage.kill(name)
    webhooks.behave()
    scene.stage.start(*names)


def kill_child(kind: str) -> Callable[[Scene], None]:
    """One of the processes that it has forked; it forks another."""

    def do(scene: Scene) -> None:
        scene.stage.kill_child(_one_of(scene, kind), scene.random.randrange(8))

    return do


def kill_parent(kind: str) -> Callable[[Scene], None]:
    """The process alone: what it has forked is to notice."""

    def do(scene: Scene) -> None:
        name = _one_of(scene, kind)
        scene.stage.kill_parent(name, patience=PARENT_PATIENCE)
        scene.stage.start(name)

    return do


def terminate(kind: str) -> Callable[[Scene], None]:
    """A deploy: all processes of the type are asked to end, and started anew."""

    def do(scene: Scene) -> None:
        names = scene.stage.named(kind)
        scene.stage.terminate(*names)
        scene.stage.start(*names)

    return do


def freeze(kind: str) -> Callable[[Scene], None]:
    """Its clock stands still for longer than others wait for its heart."""

    def do(scene: Scene) -> None:
        scene.stage.freeze(_one_of(scene, kind), 12 * scene.pause)

    return do


def stop_redis(scene: Scene) -> None:
    """Redis is away for a while, and comes back empty."""
    scene.stage.redis.stop()
    scene.wait(6)
    scene.stage.redis.start()


def restart_redis(scene: Scene) -> None:
    """Redis is away for a moment, and comes back empty."""
    scene.stage.redis.stop()
    scene.stage.redis.start()


def flush_redis(scene: Scene) -> None:
    """Redis forgets everything."""
    with redis.Redis.from_url(scene.stage.redis.url) as connection:
        connection.flushall()


def restart_postgresql(scene: Scene) -> None:
    """Every connection breaks."""
    scene.stage.postgresql.stop()
    scene.wait(1)
    scene.stage.postgresql.start()


def crash_postgresql(scene: Scene) -> None:
    """The database ends without writing anything down, and recovers from its log."""
    process = scene.stage.postgresql.process
    assert process is not None
    stop_processes([process], steps=((signal.SIGQUIT, 20.0), (signal.SIGKILL, 10.0)))
    scene.stage.postgresql.start()


def fill_storage(scene: Scene) -> None:
    """The disk takes the beginning of each PDF, and then no more."""
    scene.stage.limit_files("reports", FULL_BYTES)
    scene.wait(5)
    scene.stage.limit_files("reports", -1)


def stop_mail_server(scene: Scene) -> None:
    """Nobody listens where mails go."""
    scene.stage.mails.go_down()
    scene.wait(6)
    scene.stage.mails.come_up()


def refuse_mails(scene: Scene) -> None:
    """The mail server wants to be asked later."""
    scene.stage.mails.refusal = "451 later, please"
    scene.wait(6)
    scene.stage.mails.refusal = ""


def stop_receiver(scene: Scene) -> None:
    """Nobody listens where webhooks and exports go."""
    scene.stage.webhooks.go_down()
    scene.wait(6)
    scene.stage.webhooks.come_up()


def misbehave(mode: str | int, seconds: float) -> Callable[[Scene], None]:
    """The receiver answers every call so."""

    def do(scene: Scene) -> None:
        scene.stage.webhooks.misbehave(mode)
        scene.wait(seconds)
        scene.stage.webhooks.behave()

    return do


def stop_everything(scene: Scene) -> None:
    """All processes end, the time of a scheduled batch passes, and all are started again."""
    scene.load.orders.order_scheduled(seconds=2)
    until = time.monotonic() + 3 + PAST
    names = [name for kind in ("web", "reports", "deliveries", "beat") for name in scene.stage.named(kind)]
    scene.stage.terminate(*names)
    time.sleep(max(0.0, until - time.monotonic()))
    scene.stage.start(*names)


def double_beat(scene: Scene) -> None:
    """Two clocks for a while."""
    scene.stage.start("beat.2")
    scene.wait(10)
    scene.stage.terminate("beat.2")


FAULTS = (
    Fault("kill -9 web", kill("web")),
    Fault("kill -9 a worker of web", kill_child("web")),
    Fault("kill -9 reports", kill("reports")),
    Fault("kill -9 a report process", kill_child("reports")),
    Fault("kill -9 the parent of report processes", kill_parent("reports")),
    Fault("kill -9 deliveries", kill("deliveries"), cuts=True),
    Fault("kill -9 all deliveries in the middle of their calls", kill_in_calls, cuts=True),
    Fault("kill -9 beat", kill("beat")),
    Fault("TERM web", terminate("web")),
    Fault("TERM reports", terminate("reports")),
    Fault("TERM deliveries", terminate("deliveries")),
    Fault("TERM beat", terminate("beat")),
    Fault("deliveries frozen", freeze("deliveries"), cuts=True),
    Fault("reports frozen", freeze("reports")),
    Fault("Redis stopped", stop_redis),
    Fault("Redis restarted", restart_redis),
    Fault("Redis flushed", flush_redis),
    Fault("PostgreSQL restarted", restart_postgresql),
    Fault("PostgreSQL crashed", crash_postgresql, cuts=True),
    Fault("storage full", fill_storage),
    Fault("mail server stopped", stop_mail_server),
    Fault("mail server answers 451", refuse_mails),
    Fault("receiver stopped", stop_receiver),
    Fault("receiver hangs", misbehave(HANGS, 8)),
    Fault("receiver answers 500", misbehave(500, 3)),
    Fault("receiver answers 429", misbehave(THROTTLED, 5)),
    Fault("everything stopped past a batch's time", stop_everything),
    Fault("two beats", double_beat),
)


def schedule(chance: random.Random) -> Iterator[Fault]:
    """Faults without end: all kinds in a random order, then all again in another."""
    while True:
        yield from chance.sample(FAULTS, len(FAULTS))


def fault_named(name: str) -> Fault:
    """The fault of that name."""
    return next(fault for fault in FAULTS if fault.name == name)


def happen(fault: Fault, scene: Scene, *, since: float) -> Happened:
    """Let it happen, and be over."""
    began_at, began = datetime.now(UTC), time.monotonic()
    fault.do(scene)
    return Happened(fault.name, fault.cuts, began_at, began - since, time.monotonic() - began)
