// Where an editor goes from a generated name: to the schema, by the declaration map. The compiler's language server says.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { SCHEMA } from "./samples.mjs";

const TOOLS = process.env.FRAMELOCK_TOOLS;
const skip = TOOLS === undefined && "FRAMELOCK_TOOLS does not say where the compiler is installed";
const REPOSITORY = path.resolve(SCHEMA, "..");

/** A file that is open in the editor, beside the package as the generator wrote it. */
const TEXT = `import { createServerFrame, type AgentStatus, type ServerFrames, type UnknownServerFrame } from "./generated/typescript/esm/index.js";
export const thinking = ({ data }: ServerFrames["agent_thinking"]) => data.reasoning;
export const status: AgentStatus = "idle";
export const sent = (frame: ServerFrames["corpus:created"]) => createServerFrame(frame.type, frame.data, frame);
export type Other = UnknownServerFrame;
`;

/** Talks to the language server: JSON-RPC with a length before each message. */
class Editor {
  constructor() {
    const compiler = path.resolve(TOOLS, "node_modules/typescript/bin/tsc");
    this.server = spawn(process.execPath, [compiler, "--lsp", "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
    this.received = Buffer.alloc(0);
    this.waiting = new Map();
    this.server.stdout.on("data", (bytes) => {
      this.received = Buffer.concat([this.received, bytes]);
      for (let message = this.take(); message !== undefined; message = this.take()) this.receive(message);
    });
  }

  /** The next message, if the whole of it has come. */
  take() {
    const head = this.received.indexOf("\r\n\r\n");
    if (head === -1) return undefined;
    const end = head + 4 + Number(/Content-Length: (\d+)/.exec(this.received.subarray(0, head))[1]);
    if (this.received.length < end) return undefined;
    const message = JSON.parse(this.received.subarray(head + 4, end));
    this.received = this.received.subarray(end);
    return message;
  }

  receive({ id, method, params, result }) {
    if (id === undefined) return;
    // The server asks for settings, of which there are none.
    if (method !== undefined) this.send({ id, result: params?.items?.map(() => null) ?? null });
    else this.waiting.get(id)(result);
  }

  send(message) {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  request(method, params) {
    const id = this.waiting.size + 1;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.send({ id, method, params });
    });
  }
}

test("an editor goes from a generated name to the schema", { skip, timeout: 20_000 }, async () => {
  const editor = new Editor();
  try {
    const [rootUri, uri] = [REPOSITORY, path.join(REPOSITORY, "editor.mts")].map((file) => pathToFileURL(file).href);
    await editor.request("initialize", { processId: process.pid, rootUri, capabilities: {} });
    editor.send({ method: "initialized", params: {} });
    const textDocument = { uri, languageId: "typescript", version: 1, text: TEXT };
    editor.send({ method: "textDocument/didOpen", params: { textDocument } });
    const definition = async (line, name) => {
      const position = { line, character: TEXT.split("\n")[line].indexOf(name) + 1 };
      const [{ uri: found, range }] = await editor.request("textDocument/definition", { textDocument, position });
      const file = fileURLToPath(found);
      const said = fs.readFileSync(file, "utf8").split("\n")[range.start.line].trim();
      return [path.relative(REPOSITORY, file), said];
    };
    assert.deepEqual(await definition(1, "reasoning"), ["schema/server/agent_thinking.schema.json", '"reasoning": {']);
    assert.deepEqual(await definition(2, "AgentStatus"), ["schema/types/agents.schema.json", '"AgentStatus": {']);
    assert.equal((await definition(1, '"agent_thinking"'))[0], "schema/server/agent_thinking.schema.json");
    assert.equal((await definition(3, '"corpus:created"'))[0], "schema/server/corpus_created.schema.json");
    // What is not the schema's stays where it is declared.
    assert.equal((await definition(4, "UnknownServerFrame"))[0], "generated/typescript/cjs/schema.d.ts");
  } finally {
    editor.server.kill();
  }
});
