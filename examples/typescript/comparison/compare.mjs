// The generated package beside the libraries with which one writes validators by hand, and beside ajv's written-out
// code, in one run: node comparison/compare.mjs FOLDER_OF_NODE_MODULES
//
// What each library is told is made from the schema (`contenders.mjs`). Every one must accept every valid frame of the
// server, and the table says how many of the invalid ones it refuses. Ends with 1 if a library is both smaller and
// faster, or if the incident's frame is not told in one issue with the hint.

import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { EXAMPLES, INVALID, SCHEMA } from "../tests/samples.mjs";
import { contenders } from "./contenders.mjs";

const TOOLS = path.resolve(process.argv[2], "package.json");
const require = createRequire(TOOLS);
const PINNED = require(TOOLS).dependencies;
const OUT = path.resolve(import.meta.dirname, "out");

/** The welcome of the incident. */
const INCIDENT = '{"event":"connection_established","connection_ready":true,"user_id":"user123"}';
const HINT = /retired in 1\.0\.0: send \{"type":"system_message"/;

/** A module with all that it imports, minified, without what it does not use. */
async function bundle(name, contents) {
  const nodePaths = [path.join(path.dirname(TOOLS), "node_modules")];
  const stdin = { contents, resolveDir: import.meta.dirname };
  const options = { bundle: true, minify: true, treeShaking: true, format: "esm", target: "es2022", write: false };
  const { outputFiles } = await require("esbuild").build({ ...options, stdin, nodePaths });
  const file = path.join(OUT, `${name}.js`);
  fs.writeFileSync(file, outputFiles[0].contents);
  return { file, size: gzipSync(outputFiles[0].contents, { level: 9 }).length };
}

/** A library's name with its version. */
function versioned(name) {
  const [library] = name.split(" ");
  return library in PINNED ? name.replace(library, `${library} ${PINNED[library]}`) : name;
}

/** A contender, ready to be measured. */
async function enter([name, module], index) {
  const server = await bundle(`${index}-server`, module(["Server"]));
  const both = await bundle(`${index}-both`, module(["Server", "Client"]));
  const start = performance.now();
  const { readServer } = await import(pathToFileURL(server.file));
  return { name: versioned(name), read: readServer, loading: performance.now() - start, server: server.size, both: both.size, time: Infinity };
}

const server = ({ side }) => side === "server";
const texts = EXAMPLES.filter(server).map(({ frame }) => JSON.stringify(frame));
const invalid = INVALID.filter(server).map(({ text }) => text);

/** Whether a contender refuses a text, by issues or because it is no JSON. */
function refuses({ read }, text) {
  try {
    return read(text) !== undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return true;
    throw error;
  }
}

/** One round over all texts, in microseconds a frame. */
function round({ read }) {
  const start = performance.now();
  for (let repeat = 0; repeat < 5; repeat += 1) texts.forEach(read);
  return ((performance.now() - start) * 1000) / 5 / texts.length;
}

function row({ name, server, both, time, loading, refused, issues }) {
  const kb = (size) => (size / 1000).toFixed(1);
  return `| ${name} | ${kb(server)} | ${kb(both)} | ${time.toFixed(2)} | ${loading.toFixed(0)} | ${refused} | ${issues} |`;
}

fs.rmSync(OUT, { recursive: true, force: true });
fs.mkdirSync(OUT);
const entered = [];
for (const [index, contender] of contenders(SCHEMA, TOOLS).entries()) entered.push(await enter(contender, index));
for (const contender of entered) {
  for (const text of texts) assert.equal(contender.read(text), undefined, `${contender.name} refuses ${text}`);
  contender.refused = invalid.filter((text) => refuses(contender, text)).length;
  contender.issues = contender.read(INCIDENT).length;
}
const parsing = { read: JSON.parse, time: Infinity };
// In turns, so that what else the machine does meets all of them.
for (let turn = 0; turn < 20; turn += 1) {
  for (const contender of [parsing, ...entered]) contender.time = Math.min(contender.time, round(contender));
}

console.log(`| | server's frames, KB | both sides' frames, KB | µs a frame | ms to load | of ${invalid.length} invalid frames refused | issues of the incident |`);
console.log("|---|---:|---:|---:|---:|---:|---:|");
for (const contender of entered) console.log(row(contender));
console.log(`\n${texts.length} frames; \`JSON.parse\` alone takes ${parsing.time.toFixed(2)} µs. Node.js ${process.version}.`);

// Ours must refuse all of them, and tell the incident in one issue that says what to do.
const [ours, ...others] = entered;
assert.equal(ours.refused, invalid.length);
assert.deepEqual([ours.issues, HINT.test(ours.read(INCIDENT)[0])], [1, true]);
for (const other of others) {
  const isSmaller = other.server < ours.server || other.both < ours.both;
  assert.ok(!isSmaller || other.time > ours.time, `${other.name} is both smaller and faster`);
}
