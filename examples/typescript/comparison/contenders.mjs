// The protocol as somebody writes it with each library: objects that others extend, one union that its discriminator
// tells apart. Each module exports `readServer` (and `readClient`), which return the issues of a text, or nothing.

import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { readShapes } from "./shapes.mjs";

const BASE = "https://framelock.invalid/";

/** Every contender: its name, and the module for the sides that a program reads. */
export function contenders(schemas, tools) {
  const shapes = (sides) => readShapes(schemas, sides);
  return [
    ["framelock", (sides) => framelock(sides)],
    ["valibot", (sides) => written(VALIBOT, shapes(sides))],
    ["zod", (sides) => written(zod("zod", ZOD), shapes(sides))],
    ["zod mini", (sides) => written(zod("zod/mini", ZOD_MINI), shapes(sides))],
    ["arktype", (sides) => written(ARKTYPE, shapes(sides))],
    ["ajv standalone", (sides) => ajv(schemas, tools, sides, false)],
    ["ajv standalone, with OpenAPI's `discriminator`", (sides) => ajv(schemas, tools, sides, true)],
  ];
}

function framelock(sides) {
  const read = (side) => `
export const read${side} = (text) => {
  const result = parse${side}Frame(text, { receivedAt: 0, policy: "refuse" });
  return result.verdict === "canonical" ? undefined : (result.issues ?? [result]).map((issue) => issue.code ? describeIssue(issue) : "unknown");
};`;
  const names = sides.map((side) => `parse${side}Frame`).join(", ");
  return `import { ${names}, describeIssue } from "@netra/protocol";${sides.map(read).join("")}`;
}

/** A module in a library's own words. */
function written({ head, print, define = (expression) => expression, message, union, read }, { definitions, sides }) {
  const lines = [...definitions].map(([name, shape]) => `const ${name} = ${define(print(shape))};`);
  for (const [side, messages] of Object.entries(sides)) {
    const frames = messages.map(({ envelope, type, data }) => message(envelope.name, JSON.stringify(type), print(data)));
    lines.push(`const ${side}Frame = ${union("type", frames)};`, `export const read${side} = ${read(`${side}Frame`)};`);
  }
  return [head, ...lines].join("\n");
}

/** The members of an object, one a line. */
function members(fields, refused, never, member) {
  const lines = [...fields.map(member), ...refused.map((name) => `${JSON.stringify(name)}: ${never}`)];
  return `{ ${lines.join(", ")} }`;
}

const bounds = ({ minimum, maximum }, least, most) => [
  ...(minimum === undefined ? [] : [`${least}(${minimum})`]),
  ...(maximum === undefined ? [] : [`${most}(${maximum})`]),
];

const VALIBOT = {
  head: 'import * as v from "valibot";',
  print(shape) {
    const { print } = VALIBOT;
    const piped = (first, more) => (more.length === 0 ? first : `v.pipe(${[first, ...more].join(", ")})`);
    switch (shape.kind) {
      case "named": return shape.name;
      case "any": return "v.unknown()";
      case "boolean": return "v.boolean()";
      case "null": return "v.null()";
      case "const": return `v.literal(${JSON.stringify(shape.value)})`;
      case "enum": return `v.picklist(${JSON.stringify(shape.values)})`;
      case "nullable": return `v.nullable(${print(shape.inner)})`;
      case "array": return `v.array(${print(shape.items)})`;
      case "number": return piped("v.number()", bounds(shape, "v.minValue", "v.maxValue"));
      case "integer": return piped("v.number()", ["v.integer()", ...bounds(shape, "v.minValue", "v.maxValue")]);
      case "string": return piped("v.string()", [
        ...(shape.minLength === undefined ? [] : [`v.minLength(${shape.minLength})`]),
        ...(shape.pattern === undefined ? [] : [`v.regex(new RegExp(${JSON.stringify(shape.pattern)}, "u"))`]),
      ]);
      case "union": return VALIBOT.union(shape.tag, shape.members.map(print));
      case "object": return `v.looseObject(${members(shape.fields, shape.refused, "v.optional(v.never())", ({ name, shape, optional }) =>
        `${JSON.stringify(name)}: ${optional ? `v.optional(${print(shape)})` : print(shape)}`)})`;
    }
  },
  message: (envelope, type, data) => `v.looseObject({ ...${envelope}.entries, type: v.literal(${type}), data: ${data} })`,
  union: (tag, members) => `v.variant("${tag}", [${members.join(", ")}])`,
  read: (root) => `(text) => v.safeParse(${root}, JSON.parse(text)).issues?.map(({ message }) => message)`,
};

/** What the two ways to write zod differ in. */
const ZOD = {
  optional: (inner) => `${inner}.optional()`,
  nullable: (inner) => `${inner}.nullable()`,
  checked: (inner, checks) => inner + checks.map((check) => `.${check}`).join(""),
  least: "min", most: "max", minLength: "min",
};
const ZOD_MINI = {
  optional: (inner) => `z.optional(${inner})`,
  nullable: (inner) => `z.nullable(${inner})`,
  checked: (inner, checks) => (checks.length === 0 ? inner : `${inner}.check(${checks.map((check) => `z.${check}`).join(", ")})`),
  least: "minimum", most: "maximum", minLength: "minLength",
};

function zod(module, words) {
  const print = (shape) => {
    switch (shape.kind) {
      case "named": return shape.name;
      case "any": return "z.unknown()";
      case "boolean": return "z.boolean()";
      case "null": return "z.null()";
      case "const": return `z.literal(${JSON.stringify(shape.value)})`;
      case "enum": return `z.enum(${JSON.stringify(shape.values)})`;
      case "nullable": return words.nullable(print(shape.inner));
      case "array": return `z.array(${print(shape.items)})`;
      case "number": return words.checked("z.number()", bounds(shape, words.least, words.most));
      case "integer": return words.checked("z.int()", bounds(shape, words.least, words.most));
      case "string": return words.checked("z.string()", [
        ...(shape.minLength === undefined ? [] : [`${words.minLength}(${shape.minLength})`]),
        ...(shape.pattern === undefined ? [] : [`regex(new RegExp(${JSON.stringify(shape.pattern)}, "u"))`]),
      ]);
      case "union": return union(shape.tag, shape.members.map(print));
      case "object": return `z.looseObject(${members(shape.fields, shape.refused, words.optional("z.never()"), ({ name, shape, optional }) =>
        `${JSON.stringify(name)}: ${optional ? words.optional(print(shape)) : print(shape)}`)})`;
    }
  };
  const union = (tag, members) => `z.discriminatedUnion("${tag}", [${members.join(", ")}])`;
  return {
    head: `import * as z from "${module}";`,
    print,
    message: (envelope, type, data) => `z.looseObject({ ...${envelope}.shape, type: z.literal(${type}), data: ${data} })`,
    union,
    read: (root) => `(text) => ${root}.safeParse(JSON.parse(text)).error?.issues.map(({ message }) => message)`,
  };
}

const ARKTYPE = {
  head: 'import { type } from "arktype";',
  /** An expression: a name, a call, or a string of arktype's own language. */
  print(shape) {
    const { print } = ARKTYPE;
    const words = (text) => JSON.stringify(text);
    const called = (inner, call) => `${ARKTYPE.define(inner)}.${call}`;
    const range = (type, { minimum, maximum }) =>
      (minimum === undefined ? "" : `${minimum} <= `) + type + (maximum === undefined ? "" : ` <= ${maximum}`);
    switch (shape.kind) {
      case "named": return shape.name;
      case "any": return words("unknown");
      case "boolean":
      case "null": return words(shape.kind);
      case "const": return `type.unit(${JSON.stringify(shape.value)})`;
      case "enum": return `type.enumerated(${shape.values.map((value) => JSON.stringify(value)).join(", ")})`;
      case "nullable": return called(print(shape.inner), 'or("null")');
      case "array": return called(print(shape.items), "array()");
      case "number": return words(range("number", shape));
      case "integer": return words(range("number.integer", shape));
      case "string": return shape.pattern === undefined
        ? words(shape.minLength === undefined ? "string" : `string >= ${shape.minLength}`)
        : `type(new RegExp(${JSON.stringify(shape.pattern)}, "u"))`;
      case "union": return ARKTYPE.union(shape.tag, shape.members.map(print));
      case "object": return shape.fields.length + shape.refused.length === 0 ? words("object") : members(
        shape.fields, shape.refused.map((name) => `${name}?`), words("never"),
        ({ name, shape, optional }) => `${JSON.stringify(optional ? `${name}?` : name)}: ${print(shape)}`);
    }
  },
  define: (expression) => (/^["{]/.test(expression) ? `type(${expression})` : expression),
  message: (envelope, type, data) => `type({ "...": ${envelope}, type: type.unit(${type}), data: ${data} })`,
  union: (_, members) => `type.or(${members.join(", ")})`,
  read: (root) => `(text) => {
  const read = ${root}(JSON.parse(text));
  return read instanceof type.errors ? read.map(({ message }) => message) : undefined;
}`,
};

/** What ajv writes out: of the schema as it is, or told what discriminates by OpenAPI's keyword. */
function ajv(schemas, tools, sides, discriminator) {
  const require = createRequire(tools);
  const Ajv = require("ajv/dist/2020.js").default;
  const compiler = new Ajv({ strict: false, validateFormats: false, discriminator, code: { source: true, esm: true } });
  for (const [file, schema] of schemaFiles(schemas)) {
    if (discriminator) Object.values(schema.$defs ?? {}).forEach(discriminate);
    compiler.addSchema(schema, `${BASE}${file}`);
  }
  const roots = sides.map((side) => [`validate${side}`, `${BASE}protocol.schema.json#/$defs/${side}Frame`]);
  for (const [name, $ref] of roots) compiler.addSchema({ $ref }, name);
  const read = (side) => `
export const read${side} = (text) => validate${side}(JSON.parse(text)) ? undefined : validate${side}.errors.map(({ message }) => message);`;
  const code = require("ajv/dist/standalone").default(compiler, Object.fromEntries(roots.map(([name]) => [name, name])));
  return code + sides.map(read).join("");
}

function schemaFiles(folder) {
  const files = fs.readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(".schema.json") && !file.startsWith("releases"));
  return files.map((file) => [file.split(path.sep).join("/"), JSON.parse(fs.readFileSync(path.join(folder, file), "utf8"))]);
}

/** Tells ajv the member by which the choices of a definition are told apart. */
function discriminate(definition) {
  if (definition.oneOf === undefined) return;
  const propertyName = definition.oneOf[0].$ref.startsWith("#") ? "event" : "type";
  Object.assign(definition, { type: "object", required: [propertyName], discriminator: { propertyName } });
}
