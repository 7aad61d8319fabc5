// How long reading a frame takes, beside ajv's standalone code: node bench.mjs FOLDER_OF_NODE_MODULES_WITH_AJV
//
// It wants `npm install` here first. ajv is told the discriminator by OpenAPI's keyword, without which it tries one
// message after the other.

import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";
import { parseServerFrame } from "@netra/protocol";
import { EXAMPLES } from "./tests/samples.mjs";

const SCHEMA = process.env.FRAMELOCK_SCHEMA ?? path.resolve("../../schema");
const tools = path.resolve(process.argv[2], "package.json");

/** ajv's validator of the server's frames, as standalone code. */
function standalone() {
  const require = createRequire(tools);
  const Ajv = require("ajv/dist/2020.js").default;
  const ajv = new Ajv({ strict: false, validateFormats: false, discriminator: true, code: { source: true } });
  for (const file of fs.readdirSync(SCHEMA, { recursive: true }).filter((file) => file.endsWith(".schema.json"))) {
    const schema = JSON.parse(fs.readFileSync(path.join(SCHEMA, file), "utf8"));
    const frames = file === "protocol.schema.json" ? Object.values(schema.$defs) : [];
    for (const root of frames) Object.assign(root, { type: "object", required: ["type"], discriminator: { propertyName: "type" } });
    ajv.addSchema(schema, `https://framelock.invalid/${file}`);
  }
  const validate = ajv.compile({ $ref: "https://framelock.invalid/protocol.schema.json#/$defs/ServerFrame" });
  const module = { exports: {} };
  new Function("module", "exports", "require", require("ajv/dist/standalone").default(ajv, validate))(module, module.exports, require);
  return module.exports;
}

/** The best of some rounds, in microseconds a frame. */
function measure(name, inputs, read) {
  let best = Infinity;
  for (let round = 0; round < 12; round += 1) {
    const start = performance.now();
    for (let repeat = 0; repeat < 100; repeat += 1) inputs.forEach(read);
    best = Math.min(best, ((performance.now() - start) * 1000) / 100 / inputs.length);
  }
  console.log(`${name.padEnd(28)} ${best.toFixed(2)} µs`);
}

const texts = EXAMPLES.filter(({ side }) => side === "server").map(({ frame }) => JSON.stringify(frame));
const values = texts.map((text) => JSON.parse(text));
const options = { receivedAt: 0 };
const validate = standalone();
measure("JSON.parse", texts, (text) => JSON.parse(text));
measure("text", texts, (text) => parseServerFrame(text, options));
measure("value", values, (value) => parseServerFrame(value, options));
measure("ajv, text", texts, (text) => validate(JSON.parse(text)));
measure("ajv, value", values, (value) => validate(value));
