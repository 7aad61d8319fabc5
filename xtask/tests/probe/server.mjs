// A server on the package `ws`: node server.mjs FOLDER FAULT FRAME [ANSWER]. FOLDER holds node_modules; FRAME is sent to
// whoever connects, ANSWER to whoever sends something.
import { createServer } from "node:http";
import { createRequire } from "node:module";

const [folder, fault, frame, answer] = process.argv.slice(2);
const { WebSocketServer } = createRequire(`${folder}/`)("ws");

const FAULTS = {
  none: (socket) => socket.send(frame),
  bare: (socket) => socket.send(JSON.stringify(JSON.parse(frame).data)),
  "wrong-type": (socket) => socket.send(JSON.stringify({ ...JSON.parse(frame), data: "text" })),
  silence: () => {},
  "half-frame": (socket) => socket._socket.write(Buffer.from([0x81, 126, 1, 0, 0x7b])),
  binary: (socket) => socket.send(Buffer.from(frame)),
  large: (socket) => socket.send("x".repeat(20 << 20)),
  close: (socket) => socket.close(1011, "out of order"),
  drop: (socket) => socket.terminate(),
};

const http = createServer((_, response) => response.writeHead(404).end());
const server = new WebSocketServer({
  server: http,
  verifyClient: (_, decide) => (fault === "unauthorized" ? decide(false, 401) : decide(true)),
});
server.on("connection", (socket) => {
  FAULTS[fault](socket);
  socket.on("message", () => socket.send(answer));
  socket.on("error", () => {});
});
http.listen(0, "127.0.0.1", () => console.log(`listening on ws://127.0.0.1:${http.address().port}/`));
