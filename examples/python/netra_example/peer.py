"""One end of the matrix, in Python: `peer listen FRAMES COUNT`, or `peer URL FRAMES COUNT`.

It sends the frames of the file `FRAMES`, one a line, each built by constructors; it receives `COUNT` frames and prints
each as it writes it itself. A server sends first, a client receives first. The first frame that is not canonical ends
it.

    python -m netra_example.peer listen server.jsonl 68
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import pathlib
import sys
import time
from collections.abc import Callable
from typing import Any

import websockets
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import ServerConnection, serve

from netra_protocol import (
    Canonical,
    ClientFrame,
    ClientMessage,
    LegacyPolicies,
    Received,
    ServerFrame,
    ServerMessage,
    close_code,
    parse_client_frame,
    parse_server_frame,
    read_canonical_client_frame,
    read_canonical_server_frame,
)

from .rebuilt import rebuilt

REFUSED = LegacyPolicies(every="refuse")


def main() -> None:
    """Ends with 1 and a line that says why, if anything is not as it should be."""
    # What is refused is told once.
    logging.disable()
    parser = argparse.ArgumentParser(description="One end of the matrix.")
    parser.add_argument("peer", help="`listen`, or the address of the peer")
    parser.add_argument("frames", type=pathlib.Path, help="what to send: a file with a canonical frame in each line")
    parser.add_argument("count", type=int, help="how many frames the peer sends")
    arguments = parser.parse_args()
    samples = arguments.frames.read_text("utf-8").splitlines()
    try:
        if arguments.peer == "listen":
            asyncio.run(listen(samples, arguments.count))
        else:
            asyncio.run(connect(arguments.peer, samples, arguments.count))
    except (ValueError, OSError, websockets.WebSocketException) as error:
        sys.exit(str(error))


async def listen(samples: list[str], count: int) -> None:
    """Serves one client."""
    frames = [rebuilt(read_canonical_server_frame(sample)).to_json() for sample in samples]
    ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def meet(socket: ServerConnection) -> None:
        try:
            for frame in frames:
                await socket.send(frame)
            await receive(socket, count, client_frame)
            ended.set_result(None)
        except Exception as error:
            ended.set_exception(error)
            await socket.close(close_code.INVALID_FRAME)

    async with serve(meet, "127.0.0.1", 0, max_queue=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        print(f"listening on ws://127.0.0.1:{port}/", flush=True)
        await ended


async def connect(url: str, samples: list[str], count: int) -> None:
    """Is the client of a server, which closes when it has received everything."""
    frames = [rebuilt(read_canonical_client_frame(sample)).to_json() for sample in samples]
    async with websockets.connect(url, max_queue=None) as socket:
        await receive(socket, count, server_frame)
        for frame in frames:
            await socket.send(frame)
        await socket.wait_closed()
        if socket.close_code != close_code.NORMAL:
            raise ValueError(f"expected a normal close, found {socket.close_code}")


async def receive(socket: Connection, count: int, read: Callable[[str | bytes], str]) -> None:
    """Receives so many frames."""
    for _ in range(count):
        print(read(await socket.recv()), flush=True)


def server_frame(text: str | bytes) -> str:
    """What the client makes of a frame, written again."""
    received: Received[ServerFrame[ServerMessage]] = parse_server_frame(
        text, received_at=time.time(), legacy=REFUSED
    )
    return str(canonical(received).to_json())


def client_frame(text: str | bytes) -> str:
    """What the server makes of a frame, written again."""
    received: Received[ClientFrame[ClientMessage]] = parse_client_frame(
        text, received_at=time.time(), legacy=REFUSED
    )
    return str(canonical(received).to_json())


def canonical(received: Received[Any]) -> Any:
    """The frame, which must be canonical."""
    frame = received.unwrap()
    if not isinstance(received, Canonical):
        raise ValueError(f"expected a canonical frame, found {received}")
    return frame


if __name__ == "__main__":
    main()
