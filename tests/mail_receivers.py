"""What tests add to the recording mail server: one that misbehaves on demand, at any stage of the conversation."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from local.receivers import MailReceiver

HANG, DROP = "hang", "drop"


class _FaultyController(Controller):
    def factory(self) -> SMTP:
        return _FaultySMTP(self.handler, **self.SMTP_kwargs)


class FaultyMailReceiver(MailReceiver):
    """A mail server that misbehaves on demand; it keeps what it took and all commands, and counts connections.

    `faults` say what it answers at a stage instead of going on: `greeting`, a command's name, `content` (in the middle
    of the mail) or `mail` (when it has all of it); a reply such as "450 Busy", HANG or DROP. A 421 closes the
    connection, as it announces. `faults_once` are met once. `mails_a_connection` is how many it takes before it says so
    by itself.
    """

    controller = _FaultyController
    connections = 0
    mails_a_connection = 1000

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.faults: dict[str, str] = {}
        self.faults_once: dict[str, str] = {}
        self.commands: list[str] = []
        self.hangs_up_after_each = False
        self.connected: list[_FaultySMTP] = []

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._hang_up(), self._controller.loop).result(10)
        super().__exit__(kind, error, trace)

    async def _hang_up(self) -> None:
        # Conversations that hang would outlive the loop.
        conversations = [connection.end() for connection in self.connected]
        await asyncio.gather(*conversations, return_exceptions=True)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Greet a client."""
        session.host_name = hostname
        return responses

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail, or not."""
        assert isinstance(server, _FaultySMTP)
        fault = self.faults.get("mail")
        if fault is None:
            server.taken += 1
            return await super().handle_DATA(server, session, envelope)
        if fault in {HANG, DROP}:
            await server.meets("mail")
        return fault


class _FaultySMTP(SMTP):
    """One connection of the server."""

    def __init__(self, handler: FaultyMailReceiver, *args: Any, **kwargs: Any) -> None:
        super().__init__(handler, *args, **kwargs)
        self.receiver = handler
        handler.connected.append(self)
        self.taken = 0
        self.has_begun = False
        self._smtp_methods = {name: self._checked(name, method) for name, method in self._smtp_methods.items()}

    def _checked(self, name: str, method: Any) -> Any:
        async def run(argument: str) -> None:
            # The first command and not the greeting, since the server calls itself when it starts.
            self.receiver.connections += not self.has_begun
            self.has_begun = True
            self.receiver.commands.append(name)
            if not await self.meets(name):
                await method(argument)
                if name == "DATA" and self.receiver.hangs_up_after_each:
                    _tcp(self).close()

        return run

    async def _handle_client(self) -> None:
        if not await self.meets("greeting"):
            await super()._handle_client()

    async def end(self) -> None:
        """Hang up, whatever is being said."""
        if self.transport is not None:
            _tcp(self).abort()
        if self._handler_coroutine is not None:
            self._handler_coroutine.cancel()
            await self._handler_coroutine

    async def meets(self, stage: str) -> bool:
        """Misbehave, when told to at this stage; returns whether it did."""
        fault = self.receiver.faults_once.pop(stage, None) or self.receiver.faults.get(stage)
        if stage == "MAIL" and self.taken >= self.receiver.mails_a_connection:
            fault = "421 Enough for one connection"
        if stage == "DATA" and "content" in self.receiver.faults:
            await self.push("354 Go on")
            await self._reader.read(100)
            fault = self.receiver.faults["content"]
        if fault is None:
            return False
        if fault == HANG:
            await asyncio.Event().wait()
        elif fault == DROP:
            _tcp(self).abort()
        else:
            await self.push(fault)
        if fault.startswith("421") or stage == "greeting":
            _tcp(self).close()
        return True


def _tcp(connection: SMTP) -> asyncio.Transport:
    assert isinstance(connection.transport, asyncio.Transport)
    return connection.transport
