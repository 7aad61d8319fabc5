"""A server on Starlette: a welcome, then the five events of a run for each request.

Whatever it sends is a `ServerFrame`, so that a frame of another shape cannot be built; whatever it receives goes
through `parse_client_frame`.

    python -m netra_example.server --port 8080
"""

from __future__ import annotations

import argparse
import itertools
import logging
import socket
import time
from collections.abc import Iterator

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from netra_protocol import (
    ABSENT,
    PROTOCOL_VERSION,
    SCHEMA_DIGEST,
    ClientFrame,
    ClientMessage,
    Invalid,
    ServerFrame,
    ServerMessage,
    UnknownMessage,
    close_code,
    parse_client_frame,
)
from netra_protocol.client import StartAgent, UserMessage
from netra_protocol.server import (
    AgentCompleted,
    AgentResponseChunk,
    AgentStarted,
    AgentThinking,
    ConnectionEstablished,
    ErrorMessage,
    HeartbeatAck,
    ToolCompleted,
    ToolExecuting,
)

LOGGER = logging.getLogger(__name__)
SESSIONS = itertools.count(1)


class Session:
    """One connection."""

    def __init__(self, websocket: WebSocket) -> None:
        self.websocket = websocket
        self.number = next(SESSIONS)
        self.runs = itertools.count(1)

    async def send(self, message: ServerMessage, answered: ClientFrame[ClientMessage] | None = None) -> None:
        """The only way in which the server sends."""
        correlation_id = answered.correlation_id if answered else ABSENT
        frame = ServerFrame(
            data=message,
            timestamp=time.time(),
            correlation_id=correlation_id,
            protocol_version=PROTOCOL_VERSION,
        )
        await self.websocket.send_text(frame.to_json())

    async def run(self) -> None:
        """Welcomes the client, and answers until it leaves."""
        await self.websocket.accept()
        await self.send(
            ConnectionEstablished(
                connection_id=f"main_{self.number}",
                mode="main",
                connection_ready=True,
                environment="development",
                protocol_version=PROTOCOL_VERSION,
                schema_digest=SCHEMA_DIGEST,
            )
        )
        while True:
            received = await self.websocket.receive()
            if received["type"] == "websocket.disconnect":
                return
            text = received.get("text")
            if text is None:
                return await self.websocket.close(close_code.UNSUPPORTED_DATA, "frames are text")
            await self.receive(text)

    async def receive(self, text: str) -> None:
        """Answers one frame; one that is invalid is answered with what is wrong with it."""
        received = parse_client_frame(text, received_at=time.time())
        if isinstance(received, Invalid):
            error = ErrorMessage(
                error_code="WS_MESSAGE_INVALID",
                error_message=str(received.issue),
                severity="low",
                recoverable=True,
            )
            return await self.send(error)
        frame = received.frame
        match frame.data:
            case UserMessage(content=content, thread_id=thread_id):
                await self.turn(frame, content, thread_id, "assistant")
            case StartAgent(user_request=request, thread_id=thread_id, agent=agent):
                await self.turn(frame, request, thread_id or None, agent or "assistant")
            case HeartbeatAck():
                await self.send(HeartbeatAck(status="healthy"), frame)
            case UnknownMessage(tags=tags):
                LOGGER.warning("session %d: ignored the unknown message %r", self.number, tags)
            case _:
                LOGGER.info("session %d: nothing answers %s", self.number, frame.type)

    async def turn(
        self, asked: ClientFrame[ClientMessage], text: str, thread_id: str | None, agent: str
    ) -> None:
        """Answers a request: the five events of a run, and the answer in chunks."""
        for event in run(f"run_{self.number}_{next(self.runs)}", agent, thread_id, text):
            await self.send(event, asked)


def run(run_id: str, agent: str, thread_id: str | None, text: str) -> Iterator[ServerMessage]:
    """The events of a run that counts words."""
    began = time.monotonic()
    yield AgentStarted(run_id=run_id, agent_name=agent, thread_id=thread_id)
    yield AgentThinking(
        run_id=run_id,
        agent_name=agent,
        reasoning="The words of the request must be counted",
        step_number=1,
        status="thinking",
    )
    yield ToolExecuting(run_id=run_id, tool_name="word_counter", parameters={"text": text})
    words = len(text.split())
    yield ToolCompleted(run_id=run_id, tool_name="word_counter", results={"words": words}, success=True)
    answer = f"Your message has {words} words."
    for index, chunk in enumerate(answer.split(" ")):
        yield AgentResponseChunk(task_id=run_id, chunk=f" {chunk}" if index else chunk, chunk_index=index)
    duration = (time.monotonic() - began) * 1000
    yield AgentCompleted(
        run_id=run_id, agent_name=agent, final_response=answer, success=True, duration_ms=duration
    )


async def session(websocket: WebSocket) -> None:
    """The route of the WebSocket."""
    try:
        await Session(websocket).run()
    except WebSocketDisconnect:
        LOGGER.info("the client left")


app = Starlette(routes=[WebSocketRoute("/ws", session)])


def main() -> None:
    """Serves until it is interrupted."""
    parser = argparse.ArgumentParser(description="A server of Netra's protocol.")
    parser.add_argument("--port", type=int, default=8080, help="where to listen; 0 takes a free port")
    listener = socket.create_server(("127.0.0.1", parser.parse_args().port))
    print(f"listening on ws://127.0.0.1:{listener.getsockname()[1]}/ws", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])


if __name__ == "__main__":
    main()
