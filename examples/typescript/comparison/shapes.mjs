// The protocol's JSON Schema as shapes that a validator library can be told. The schema uses few keywords; one that is
// not known here ends the comparison, so that no library is measured on less than the schema says.

import fs from "node:fs";
import path from "node:path";

/** Keywords that say nothing about which values are valid. */
const ANNOTATIONS = /^(x-.*|\$(schema|defs|comment)|title|description|examples|format|deprecated)$/;

/** The frames of these sides, and the shapes that they are made of, by name, each behind those that it is made of. */
export function readShapes(folder, names) {
  const reader = new Reader(folder);
  const { $defs } = reader.file("protocol.schema.json");
  const frames = (side) => $defs[`${side}Frame`].oneOf.map(({ $ref }) => reader.message($ref));
  const sides = Object.fromEntries(names.map((side) => [side, frames(side)]));
  return { definitions: reader.definitions, sides };
}

class Reader {
  constructor(folder) {
    this.folder = folder;
    this.files = new Map();
    this.definitions = new Map();
  }

  file(name) {
    if (!this.files.has(name)) this.files.set(name, JSON.parse(fs.readFileSync(path.join(this.folder, name), "utf8")));
    return this.files.get(name);
  }

  /** The schema behind a reference, where it stands, and its name if it is a definition. */
  resolve($ref, from) {
    const [file, pointer = ""] = $ref.split("#");
    const at = file === "" ? from : path.posix.join(path.posix.dirname(from), file);
    const names = pointer.split("/").slice(1);
    const schema = names.reduce((schema, name) => schema[name], this.file(at));
    return { schema, at, name: names.length === 2 && names[0] === "$defs" ? names[1] : undefined };
  }

  /** A message: its envelope by name, its own `type`, and its payload. */
  message($ref) {
    const { schema, at } = this.resolve($ref, "protocol.schema.json");
    const { type, data } = schema.properties;
    const envelope = this.shape({ $ref: schema.$ref }, at);
    return { envelope, type: type.const, data: this.shape(data, at) };
  }

  shape(schema, at) {
    if (schema.$ref !== undefined) return this.reference(schema.$ref, at);
    const said = Object.keys(schema).filter((keyword) => !ANNOTATIONS.test(keyword));
    const { type = said.length === 0 ? "any" : undefined } = schema;
    if (schema.oneOf !== undefined) return this.choice(schema.oneOf, at);
    if (schema.const !== undefined) return known(said, ["const"], { kind: "const", value: schema.const });
    if (schema.enum !== undefined) return known(said, ["type", "enum"], { kind: "enum", values: schema.enum });
    if (Array.isArray(type)) return { kind: "nullable", inner: this.shape({ ...schema, type: nonNull(type) }, at) };
    const { minLength, pattern, minimum, maximum } = schema;
    switch (type) {
      case "any":
      case "boolean":
      case "null":
        return known(said, ["type"], { kind: type });
      case "string":
        return known(said, ["type", "minLength", "pattern"], { kind: "string", minLength, pattern });
      case "integer":
      case "number":
        return known(said, ["type", "minimum", "maximum"], { kind: type, minimum, maximum });
      case "array":
        return known(said, ["type", "items"], { kind: "array", items: this.shape(schema.items, at) });
      case "object":
        return known(said, ["type", "properties", "required", "additionalProperties"], this.object(schema, at));
      default:
        throw new Error(`${at}: nobody told the libraries what ${JSON.stringify(schema)} means`);
    }
  }

  reference($ref, from) {
    const { schema, at, name } = this.resolve($ref, from);
    if (name === undefined) return this.shape(schema, at);
    if (!this.definitions.has(name)) {
      const shape = this.shape(schema, at);
      this.definitions.set(name, shape);
    }
    return { kind: "named", name };
  }

  /** Something or null, or one of several objects that a constant member tells apart. */
  choice(choices, at) {
    const others = choices.filter(({ type }) => type !== "null");
    if (others.length === 1) return { kind: "nullable", inner: this.shape(others[0], at) };
    const members = others.map((choice) => this.shape(choice, at));
    const constants = members.map(({ name }) => this.definitions.get(name).fields.find(({ shape }) => shape.kind === "const"));
    return { kind: "union", tag: constants[0].name, members };
  }

  object({ properties, required = [], additionalProperties = true }, at) {
    if (additionalProperties !== true) throw new Error(`${at}: no object of the protocol refuses what it does not list`);
    const listed = Object.entries(properties ?? {});
    const fields = listed.filter(([, schema]) => schema !== false);
    return {
      kind: "object",
      fields: fields.map(([name, schema]) => ({ name, shape: this.shape(schema, at), optional: !required.includes(name) })),
      refused: listed.filter(([, schema]) => schema === false).map(([name]) => name),
    };
  }
}

function nonNull(types) {
  const [type, ...more] = types.filter((type) => type !== "null");
  if (more.length > 0) throw new Error(`nobody told the libraries what ${types.join(" or ")} means`);
  return type;
}

/** A shape, if it is all that the schema says. */
function known(said, keywords, shape) {
  const unknown = said.find((keyword) => !keywords.includes(keyword));
  if (unknown !== undefined) throw new Error(`nobody told the libraries what ${unknown} means`);
  return shape;
}
