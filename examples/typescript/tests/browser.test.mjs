// The package in a browser: its ES modules as they are, in a page whose policy forbids `eval`, with real WebSockets.

import assert from "node:assert/strict";
import fs from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";
import { parseClientFrame, parseServerFrame } from "@netra/protocol";
import { EXAMPLES, INVALID, LEGACY } from "./samples.mjs";
import { startServer } from "./server.mjs";

const ROOT = path.resolve(import.meta.dirname, "..");
const TOOLS = process.env.FRAMELOCK_TOOLS;
const skip = TOOLS === undefined && "FRAMELOCK_TOOLS does not say where playwright-core and ws are installed";
const TYPES = { ".html": "text/html", ".js": "text/javascript" };

/** The welcome of the incident, as the frontend got it. */
const BARE = '{"event":"connection_established","connection_ready":true,"user_id":"user123"}';
const REFUSED =
  'invalid: system_message/connection_established: frame: expected a canonical frame, found the legacy form "bare-event", which is refused (legacy-refused); `system_message/connection_established` arrived in form "bare-event", retired in 1.0.0: send {"type":"system_message","data":{"event":"connection_established",…},"timestamp":…}';

/** What the connections of the page get: a function is called with each socket. */
let connected;
let site, sockets, browser, page;
const complaints = [];

before(async () => {
  if (skip) return;
  const require = createRequire(path.resolve(TOOLS, "package.json"));
  site = createServer(serve).listen(0, "127.0.0.1");
  sockets = new (require("ws").WebSocketServer)({ server: site });
  sockets.on("connection", (socket) => connected(socket));
  browser = await require("playwright-core").chromium.launch({ executablePath: program("chromium") });
  page = await browser.newPage();
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
});

after(async () => {
  await browser?.close();
  sockets?.close();
  site?.close();
});

/** A program on the path. */
function program(name) {
  const files = process.env.PATH.split(path.delimiter).map((folder) => path.join(folder, name));
  const found = files.find((file) => fs.existsSync(file));
  assert.ok(found, `${name} is not installed; on Debian: apt-get install ${name}`);
  return found;
}

/** Files of the example's folder. */
function serve({ url }, response) {
  const file = path.join(ROOT, decodeURIComponent(new URL(url, "http://localhost").pathname));
  const type = TYPES[path.extname(file)];
  if (!file.startsWith(ROOT + path.sep) || type === undefined || !fs.existsSync(file)) return response.writeHead(204).end();
  response.writeHead(200, { "content-type": type }).end(fs.readFileSync(file));
}

/** Asks in the page, and returns the lines that it shows, and how it ended. */
async function asked(parameters) {
  await page.goto(`http://127.0.0.1:${site.address().port}/web/index.html?${new URLSearchParams(parameters)}`);
  await page.getByRole("button", { name: "Ask" }).click();
  const ended = page.locator("#status", { hasText: /^(closed|Error)/ });
  await ended.waitFor({ timeout: 10_000 });
  return { lines: await page.locator("#lines li").allTextContents(), status: await ended.textContent() };
}

const own = () => `ws://127.0.0.1:${site.address().port}/ws`;

test("a turn of chat of the page with the Rust server", { skip, timeout: 20_000 }, async () => {
  const server = await startServer();
  try {
    const { lines, status } = await asked({ server: server.url });
    assert.equal(status, "closed: 1000");
    assert.equal(lines[0], "system: connection_established");
    assert.match(lines.at(-1), /^answer: /);
    assert.ok(!lines.some((line) => /^(invalid|unknown|legacy|error)/.test(line)), lines.join("\n"));
  } finally {
    server.stop();
  }
  assert.deepEqual(complaints, []);
});

test("the page tells the incident in one line, and the server why it leaves", { skip, timeout: 20_000 }, async () => {
  const left = new Promise((resolve) => {
    connected = (socket) => socket.on("close", resolve).send(BARE);
  });
  const { lines, status } = await asked({ server: own(), legacy: "refuse" });
  assert.deepEqual([lines, status], [[REFUSED], "closed: 4001"]);
  assert.equal(await left, 4001);
  assert.deepEqual(complaints, []);
});

test("the browser judges every sample as Node.js does", { skip, timeout: 20_000 }, async () => {
  const texts = [...EXAMPLES, ...INVALID, ...LEGACY].map(({ side, text, frame }) => ({ side, text: text ?? JSON.stringify(frame) }));
  assert.ok(texts.length > 1000);
  const answers = new Promise((resolve) => {
    connected = (socket) => {
      const judged = [];
      socket.on("message", (verdict) => judged.push(JSON.parse(verdict)) === texts.length && resolve(judged));
      for (const { side, text } of texts) {
        socket.send(side);
        socket.send(text);
      }
    };
  });
  await page.evaluate(judge, own());
  const parse = { server: parseServerFrame, client: parseClientFrame };
  for (const [index, answer] of (await answers).entries()) {
    const { side, text } = texts[index];
    assert.deepEqual(answer, JSON.parse(JSON.stringify(parse[side](text, { receivedAt: 0 }))), text);
  }
  assert.deepEqual(complaints, []);
});

/** In the page: gets the side and the text of each frame, and sends the verdict back. */
async function judge(url) {
  const { parseServerFrame, parseClientFrame } = await import("@netra/protocol");
  const socket = new WebSocket(url);
  let parse;
  socket.addEventListener("message", ({ data }) => {
    if (data === "server") parse = parseServerFrame;
    else if (data === "client") parse = parseClientFrame;
    else socket.send(JSON.stringify(parse(data, { receivedAt: 0 })));
  });
}
