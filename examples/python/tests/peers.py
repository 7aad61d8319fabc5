"""Servers for tests: the two examples as programs of their own, and one that has drifted."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pathlib
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import websockets
from websockets.asyncio.server import ServerConnection, serve

ROOT = pathlib.Path(__file__).resolve().parents[3]
PYTHON = [sys.executable, "-m", "netra_example.server", "--port", "0"]
RUST = ["cargo", "run", "--quiet", "--package", "framelock-examples", "--bin", "server", "--", "--listen", "127.0.0.1:0"]


@contextlib.contextmanager
def running(command: Sequence[str]) -> Iterator[str]:
    """A server in a process that ends with the test, by its address."""
    path = os.pathsep.join([str(ROOT / "examples/python"), os.environ.get("PYTHONPATH", "")])
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": path}, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            said = server.stdout.readline().strip()
            assert said.startswith("listening on "), "the server does not say where it listens"
            yield said.removeprefix("listening on ")
        finally:
            server.terminate()


@contextlib.asynccontextmanager
async def drifted(url: str) -> AsyncIterator[str]:
    """The server at `url` as it was before the envelope: the welcome arrives bare, all else as it is sent."""

    async def relay(client: ServerConnection) -> None:
        async with websockets.connect(url) as server:

            async def pass_on() -> None:
                async for frame in server:
                    await client.send(bare(json.loads(frame)))

            passing = asyncio.create_task(pass_on())
            await client.wait_closed()
            passing.cancel()

    async with serve(relay, "127.0.0.1", 0) as relaying:
        port = next(iter(relaying.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}/"


def bare(frame: Any) -> str:
    """A frame without its envelope, if it is the welcome."""
    is_welcome = frame["data"].get("event") == "connection_established"
    return json.dumps(frame["data"] if is_welcome else frame)
