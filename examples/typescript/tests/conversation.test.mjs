// The client in TypeScript and the server in Rust, over a real WebSocket.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, read } from "../out/client.js";
import { PROGRAM, startServer } from "./server.mjs";

const skip = PROGRAM === undefined && "FRAMELOCK_SERVER does not say where the example server is";

test("a turn of chat with the Rust server", { skip, timeout: 20_000 }, async () => {
  const server = await startServer();
  try {
    const shown = [];
    assert.equal(await ask(server.url, "Where can we save?", (line) => shown.push(line)), 1000);
    assert.equal(shown[0], "system: connection_established");
    for (const begin of ["assistant starts", "assistant thinks: ", "calls ", "chunk: ", "answer: "]) {
      assert.ok(shown.some((line) => line.startsWith(begin)), `${begin}\n${shown.join("\n")}`);
    }
    assert.ok(!shown.some((line) => /^(invalid|unknown|legacy|error)/.test(line)), shown.join("\n"));
  } finally {
    server.stop();
  }
});

test("what is not canonical is told in one line", () => {
  const shown = [];
  const show = (line) => shown.push(line);
  const welcome = read('{"event":"connection_established","connection_ready":true}', show);
  assert.equal(welcome.frame.data.connection_ready, true);
  assert.equal(read('{"type":"brand_new","data":{},"timestamp":1}', show).verdict, "unknown");
  assert.equal(read('{"type":"agent_thinking","data":{"run_id":"r"},"timestamp":1}', show).verdict, "invalid");
  assert.deepEqual(shown, [
    "legacy form bare-event",
    "unknown message brand_new",
    "invalid: agent_thinking: /data: expected the property `agent_name`, found an object without it (missing-property)",
  ]);
});
