"""Clients and servers of different languages send each other every sample of the schema over a real socket.

Each is a program of its own, the peer of its language's example. `cargo xtask check --only matrix` builds them, and
says where they are.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pathlib
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest
import schema
import websockets
from websockets.asyncio.server import ServerConnection, serve

from netra_protocol import close_code

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUST = [os.environ["RUST_PEER"]]
PYTHON = [sys.executable, "-m", "netra_example.peer"]
# The client of browsers, which Node.js has without being asked from version 22 on.
TYPESCRIPT = ["node", "--experimental-websocket", "--no-warnings", os.environ["TYPESCRIPT_PEER"]]
CLIENTS = {"rust": RUST, "python": PYTHON, "typescript": TYPESCRIPT}
SERVERS = {"rust": RUST, "python": PYTHON}
SAMPLES = list(schema.examples())
# Values that open enumerations do not list: a producer in Rust sends only what is listed.
UNLISTED = {"server authentication_error 3": "NO_TOKEN", "server error_message 3": "BILLING_PAUSED"}

Change = Callable[[Any], Any]


@dataclass(frozen=True)
class Ended:
    """How a peer ended."""

    code: int | None
    frames: list[str]
    said: str
    at: float


def sent(side: str, language: str) -> list[Any]:
    """The samples that a side in this language sends."""
    samples = (sample for sample in SAMPLES if sample.side == side)
    return [sample.frame for sample in samples if language != "rust" or sample.name not in UNLISTED]


async def start(
    program: list[str], peer: str, file: pathlib.Path, frames: list[Any], count: int
) -> asyncio.subprocess.Process:
    """Starts a peer that sends frames and receives so many; `peer` is `listen`, or where the other one listens."""
    file.write_text("".join(json.dumps(frame) + "\n" for frame in frames), "utf-8")
    path = os.pathsep.join([str(ROOT / "examples/python"), str(ROOT / "generated/python")])
    return await asyncio.create_subprocess_exec(
        *[*program, peer, str(file), str(count)],
        env=os.environ | {"PYTHONPATH": path},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def ending(peer: asyncio.subprocess.Process) -> Ended:
    """Waits until a peer ends."""
    out, said = await peer.communicate()
    return Ended(peer.returncode, out.decode().splitlines(), said.decode().strip(), time.monotonic())


class Relay:
    """Passes on what two peers send each other, but changes frames of one side on their way."""

    def __init__(self, url: str, side: str, change: Change) -> None:
        self.url = url
        self.side = side
        self.change = change
        self.changed_at: float | None = None

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        async with serve(self._relay, "127.0.0.1", 0, max_queue=None) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            yield f"ws://127.0.0.1:{port}/"

    async def _relay(self, client: ServerConnection) -> None:
        async with websockets.connect(self.url, max_queue=None) as server:
            await asyncio.gather(self._pass_on("server", server, client), self._pass_on("client", client, server))

    async def _pass_on(self, sender: str, source: Any, target: Any) -> None:
        with contextlib.suppress(websockets.ConnectionClosed):
            async for text in source:
                await target.send(self._changed(text) if sender == self.side else text)
        # Not what a peer takes for the end of a meeting that went well.
        await target.close(close_code.INTERNAL_ERROR)

    def _changed(self, text: str) -> str:
        frame = json.loads(text)
        changed = self.change(frame)
        if changed == frame:
            return text
        self.changed_at = self.changed_at or time.monotonic()
        return json.dumps(changed)


async def meet(
    folder: pathlib.Path, client: str, server: str, spoilt: tuple[str, Change] | None
) -> tuple[Ended, Ended, float]:
    """Lets two peers meet. How client and server ended, and when the first frame was spoilt."""
    answers, questions = sent("server", server), sent("client", client)
    serving = await start(SERVERS[server], "listen", folder / "server.jsonl", answers, len(questions))
    assert serving.stdout is not None
    said = (await serving.stdout.readline()).decode().strip()
    assert said.startswith("listening on "), (await ending(serving)).said
    url = said.removeprefix("listening on ")
    async with contextlib.AsyncExitStack() as stack:
        relay = Relay(url, *spoilt) if spoilt else None
        url = await stack.enter_async_context(relay.listening()) if relay else url
        asking = await start(CLIENTS[client], url, folder / "client.jsonl", questions, len(answers))
        client_ended, server_ended = await asyncio.gather(ending(asking), ending(serving))
        return client_ended, server_ended, (relay and relay.changed_at) or 0.0


def met(
    folder: pathlib.Path, client: str, server: str, spoilt: tuple[str, Change] | None = None
) -> tuple[Ended, Ended, float]:
    """The same, and nobody waits for long."""
    return asyncio.run(asyncio.wait_for(meet(folder, client, server, spoilt), 20))


def levelled(value: Any) -> Any:
    """A value with all numbers as doubles: JSON Schema has one kind of number, and languages write it differently."""
    match value:
        case bool() | str() | None:
            return value
        case dict():
            return {name: levelled(item) for name, item in value.items()}
        case list():
            return [levelled(item) for item in value]
        case _:
            return float(value)


def same(frame: Any) -> str:
    """A text that is the same for what is the same frame."""
    return json.dumps(levelled(frame), sort_keys=True)


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("client", CLIENTS)
def test_every_message_passes_both_ways(client: str, server: str, tmp_path: pathlib.Path) -> None:
    client_ended, server_ended, _ = met(tmp_path, client, server)
    for ended, sender, language in [(client_ended, "server", server), (server_ended, "client", client)]:
        assert (ended.code, ended.said) == (0, "")
        assert [same(json.loads(frame)) for frame in ended.frames] == [same(frame) for frame in sent(sender, language)]
        # Every message was among them.
        assert {json.loads(frame)["type"] for frame in ended.frames} == set(schema.messages(sender))


def test_rust_refuses_to_send_what_is_not_listed(tmp_path: pathlib.Path) -> None:
    samples = {sample.name: sample.frame for sample in SAMPLES}
    for name, value in UNLISTED.items():
        refused = start_and_end(RUST, tmp_path / "server.jsonl", samples[name])
        assert (refused.code, refused.said) == (1, f'the schema does not list the value "{value}", so it cannot be sent')


def start_and_end(program: list[str], file: pathlib.Path, frame: Any) -> Ended:
    """How a server ends that cannot even send its one frame."""

    async def run() -> Ended:
        return await ending(await start(program, "listen", file, [frame], 0))

    return asyncio.run(asyncio.wait_for(run(), 5))


def without(message: str, member: str) -> Change:
    """Takes a member out of the payload of a message."""

    def change(frame: Any) -> Any:
        if frame["type"] != message:
            return frame
        return frame | {"data": {name: value for name, value in frame["data"].items() if name != member}}

    return change


def bare(message: str) -> Change:
    """Sends a message without its envelope: the members of the payload beside the name, where that is not in it."""

    def change(frame: Any) -> Any:
        if message not in (frame["type"], frame["data"].get("event")):
            return frame
        return frame["data"] if "event" in frame["data"] else {"type": frame["type"]} | frame["data"]

    return change


SPOILT = {
    ("server", "a member is missing"): (without("agent_thinking", "reasoning"), "agent_thinking: ", "missing-property"),
    ("server", "the bare form"): (
        bare("connection_established"),
        "system_message/connection_established: ",
        "legacy-refused",
    ),
    ("client", "a member is missing"): (without("user_message", "content"), "user_message: ", "missing-property"),
    ("client", "the bare form"): (bare("user_message"), "user_message: ", "legacy-refused"),
}


@pytest.mark.parametrize("fault", ["a member is missing", "the bare form"])
@pytest.mark.parametrize(
    ("receiver", "client", "server"),
    [("client", client, "python") for client in CLIENTS] + [("server", "python", server) for server in SERVERS],
)
def test_a_spoilt_frame_ends_it_at_once_by_name(
    receiver: str, client: str, server: str, fault: str, tmp_path: pathlib.Path
) -> None:
    [sender] = set(schema.SIDES) - {receiver}
    change, message, code = SPOILT[sender, fault]
    client_ended, server_ended, changed_at = met(tmp_path, client, server, (sender, change))
    ended, other = (client_ended, server_ended) if receiver == "client" else (server_ended, client_ended)
    assert ended.code == 1
    assert ended.said.startswith(message)
    assert f"({code}" in ended.said
    assert len(ended.said.splitlines()) == 1
    assert ended.at - changed_at < 1
    # Its peer sees that something is wrong as well.
    assert other.code == 1
