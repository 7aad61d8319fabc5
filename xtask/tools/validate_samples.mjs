// Judges the schema's samples with ajv: node validate_samples.mjs SCHEMA_FOLDER FOLDER_OF_BUNDLES FOLDER_OF_NODE_MODULES
//
// The same judgements as in validate_samples.py, by another validator: see there.

import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";

const [folder, bundles, tools] = process.argv.slice(2);
const require = createRequire(path.resolve(tools, "package.json"));
const Ajv = require("ajv/dist/2020.js").default;
const Ajv07 = require("ajv").default;

const BASE = "https://framelock.invalid/";
const DIRECTIONS = { server: ["server"], client: ["client"], both: ["server", "client"] };
// Keywords whose value is a schema, a list of schemas, or an object of schemas.
const ONE = ["items", "not", "if", "then", "else", "additionalProperties", "contains", "propertyNames",
  "unevaluatedItems", "unevaluatedProperties"];
const LIST = ["oneOf", "anyOf", "allOf", "prefixItems"];
const NAMED = ["$defs", "properties", "patternProperties", "dependentSchemas"];

const readJson = (file) => JSON.parse(fs.readFileSync(path.join(folder, file), "utf8"));

/** Whether a file belongs to a version that was released: it is no part of the schema as it stands. */
const isReleased = (file) => file.startsWith("releases/");

/** Paths of all files below the folder that end in `suffix`, with `/` between their parts. */
function list(suffix) {
  const files = fs.readdirSync(folder, { recursive: true }).map((file) => file.split(path.sep).join("/"));
  return files.filter((file) => file.endsWith(suffix) && !isReleased(file)).sort();
}

/** Every schema in a file with its JSON Pointer; never a value that only looks like one. */
function* schemasIn(schema, pointer = "") {
  if (schema === null || typeof schema !== "object" || Array.isArray(schema)) return;
  yield [pointer, schema];
  for (const keyword of ONE) yield* schemasIn(schema[keyword] ?? null, `${pointer}/${keyword}`);
  for (const keyword of LIST) {
    for (const [index, inner] of (schema[keyword] ?? []).entries()) {
      yield* schemasIn(inner, `${pointer}/${keyword}/${index}`);
    }
  }
  for (const keyword of NAMED) {
    for (const [name, inner] of Object.entries(schema[keyword] ?? {})) {
      yield* schemasIn(inner, `${pointer}/${keyword}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`);
    }
  }
}

/** The side that sends the frames of a message's schema; undefined for what is no whole message. */
function directionOf(file, pointer) {
  const [top] = file.split("/");
  if (top === "server" || top === "client") return pointer === "" ? top : undefined;
  const name = pointer.replace("/$defs/", "");
  if (top !== "both" || name.includes("/")) return undefined;
  return ["server", "client"].find((side) => name.toLowerCase().startsWith(side));
}

/** The roots of both directions; a TOML parser for two lines would be one more dependency. */
function readRoots() {
  const manifest = fs.readFileSync(path.join(folder, "framelock.toml"), "utf8");
  const value = (key) => {
    const line = new RegExp(`^${key}\\s*=\\s*"([^"]*)"`, "m").exec(manifest);
    if (!line) throw new Error(`framelock.toml has no ${key}`);
    return line[1];
  };
  return { server: value("root") + value("server"), client: value("root") + value("client") };
}

const files = new Map(list(".schema.json").map((file) => [file, readJson(file)]));
const roots = readRoots();
const faults = [];

// Strict, so that a misspelt keyword fails; the `x-` keywords are declared instead. `format` has no say here,
// as in validators with default options, and a `$ref` brings the type of the properties beside it.
const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false, validateFormats: false });
const ours = new Set();
for (const file of files.values()) {
  for (const [, schema] of schemasIn(file)) Object.keys(schema).forEach((key) => key.startsWith("x-") && ours.add(key));
}
ajv.addVocabulary([...ours]);
for (const [file, schema] of files) ajv.addSchema(schema, BASE + file);

const compiled = new Map();

/** Why the schema behind a reference refuses a frame, or null. */
function errorOf(reference, frame) {
  if (!compiled.has(reference)) compiled.set(reference, ajv.compile({ $ref: BASE + encodeURI(reference) }));
  const validate = compiled.get(reference);
  return validate(frame) ? null : ajv.errorsText(validate.errors);
}

/** A validator for a rendering of the bundle: with default options, and silent, for all but the annotated one. */
function validatorOf(file) {
  const warn = (...words) => faults.push(`${file}: ${words.join(" ")}`);
  const logger = { log: warn, warn, error: warn };
  if (file.endsWith(".draft-07.schema.json")) return new Ajv07({ logger });
  if (!file.endsWith(".annotated.schema.json")) return new Ajv({ logger });
  const annotated = new Ajv({ logger, validateFormats: false });
  annotated.addVocabulary([...ours]);
  return annotated;
}

/** Who judges the frames of each side, by name: the schema folder, then each rendering of the bundle. */
const judges = {};
for (const [side, root] of Object.entries(roots)) judges[side] = [[root, (frame) => errorOf(root, frame)]];
for (const file of fs.readdirSync(bundles).sort()) {
  const bundle = JSON.parse(fs.readFileSync(path.join(bundles, file), "utf8"));
  const validator = validatorOf(file).addSchema(bundle);
  for (const [side, root] of Object.entries(roots)) {
    const name = `#/${bundle.definitions ? "definitions" : "$defs"}/${root.split("/").pop()}`;
    const validate = validator.compile({ $ref: bundle.$id + name });
    judges[side].push([file + name, (frame) => (validate(frame) ? null : validator.errorsText(validate.errors))]);
  }
}

function accept(side, frame, place) {
  for (const [judge, judged] of judges[side]) {
    const error = judged(frame);
    if (error) faults.push(`${place}: refused by ${judge}: ${error}`);
  }
}

function refuse(side, frame, place) {
  for (const [judge, judged] of judges[side]) if (!judged(frame)) faults.push(`${place}: accepted by ${judge}`);
}

let examples = 0;
for (const [file, root] of files) {
  for (const [pointer, schema] of schemasIn(root)) {
    for (const [index, example] of (schema.examples ?? []).entries()) {
      examples += 1;
      const place = `${file}#${pointer}/examples/${index}`;
      const error = errorOf(`${file}#${pointer}`, example);
      if (error) faults.push(`${place}: refused: ${error}`);
      const side = directionOf(file, pointer);
      if (side) accept(side, example, place);
    }
  }
}

let [frames, texts] = [0, 0];
for (const file of list(".invalid.json")) {
  for (const [index, sample] of readJson(file).entries()) {
    if (!("frame" in sample)) {
      texts += 1;
      continue;
    }
    frames += 1;
    const sides = DIRECTIONS[file.split("/")[0]] ?? ["server", "client"];
    for (const side of sample.sender ? [sample.sender] : sides) {
      refuse(side, sample.frame, `${file}#/${index} (${sample.why})`);
    }
  }
}

let retired = 0;
for (const file of list(".json").filter((file) => file.startsWith("legacy/"))) {
  const form = readJson(file);
  for (const [index, sample] of (form.samples ?? []).entries()) {
    retired += 1;
    const side = sample.sender ?? form.sender;
    accept(side, sample.canonical, `${file}#/samples/${index}/canonical`);
    refuse(side, sample.frame, `${file}#/samples/${index}/frame`);
  }
}

const { version } = require("ajv/package.json");
console.log(`ajv ${version}: ${examples} examples, ${frames} invalid frames (${texts} texts left out), ${retired} retired frames, by ${judges.server.length} schemas`);
if (!examples || !frames || !retired || judges.server.length < 4) faults.push("there is nothing to judge");
for (const fault of faults) console.log(fault);
process.exitCode = faults.length ? 1 : 0;
