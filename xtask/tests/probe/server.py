"""A server on Starlette and uvicorn that does something wrong: python server.py FAULT FRAME."""

import json
import socket
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

FAULT, FRAME = sys.argv[1:]


async def session(websocket: WebSocket) -> None:
    if FAULT == "unauthorized":
        return await websocket.send_denial_response(Response(status_code=401))
    if FAULT == "bad-gateway":
        return await websocket.send_denial_response(Response("upstream is starting", status_code=502))
    await websocket.accept()
    match FAULT:
        case "bare":
            await websocket.send_text(json.dumps(json.loads(FRAME)["data"]))
        case "wrong-type":
            await websocket.send_text(json.dumps(json.loads(FRAME) | {"data": "text"}))
        case "binary":
            await websocket.send_bytes(FRAME.encode())
        case "large":
            await websocket.send_text("x" * (20 << 20))
        case "close":
            return await websocket.close(1011, "out of order")
    try:
        await websocket.receive()
    except WebSocketDisconnect:
        pass


if __name__ == "__main__":
    app = Starlette(routes=[WebSocketRoute("/", session)])
    listener = socket.create_server(("127.0.0.1", 0))
    print(f"listening on ws://127.0.0.1:{listener.getsockname()[1]}/", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="critical")).run(sockets=[listener])
