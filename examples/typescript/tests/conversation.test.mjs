// The client in TypeScript and the server in Rust, over a real WebSocket.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { ask, read } from "../out/client.js";

const program = process.env.FRAMELOCK_SERVER;

test("a turn of chat with the Rust server", { skip: program === undefined, timeout: 20_000 }, async () => {
  const server = spawn(program, ["--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const { value: line } = await createInterface(server.stdout)[Symbol.asyncIterator]().next();
    const url = line.replace("listening on ", "");
    const shown = [];
    assert.equal(await ask(url, "Where can we save?", (line) => shown.push(line)), 1000);
    assert.equal(shown[0], "system: connection_established");
    for (const begin of ["assistant starts", "assistant thinks: ", "calls ", "chunk: ", "answer: "]) {
      assert.ok(shown.some((line) => line.startsWith(begin)), `${begin}\n${shown.join("\n")}`);
    }
    assert.ok(!shown.some((line) => /^(invalid|unknown|legacy|error)/.test(line)), shown.join("\n"));
  } finally {
    server.kill();
  }
});

test("what is not canonical is told in one line", () => {
  const shown = [];
  const show = (line) => shown.push(line);
  const welcome = read('{"event":"connection_established","connection_ready":true}', show);
  assert.equal(welcome.data.connection_ready, true);
  assert.equal(read('{"type":"brand_new","data":{},"timestamp":1}', show), undefined);
  assert.equal(read('{"type":"agent_thinking","data":{"run_id":"r"},"timestamp":1}', show), undefined);
  assert.deepEqual(shown, [
    "legacy form bare-event: warn",
    "unknown message brand_new",
    "invalid: agent_thinking: /data: expected the property `agent_name`, found an object without it (missing-property)",
  ]);
});
