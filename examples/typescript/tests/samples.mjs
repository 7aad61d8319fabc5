// The samples of the schema folder: what the tests of every language judge.

import fs from "node:fs";
import path from "node:path";
import process from "node:process";

export const SCHEMA = process.env.FRAMELOCK_SCHEMA ?? path.resolve("../../schema");

function read(file) {
  return JSON.parse(fs.readFileSync(path.join(SCHEMA, file), "utf8"));
}

function list(suffix) {
  return fs.readdirSync(SCHEMA, { recursive: true }).filter((file) => file.endsWith(suffix)).sort();
}

function sidesOf(file) {
  const [folder] = file.split(path.sep);
  return folder === "both" ? ["server", "client"] : [folder];
}

/** Every schema of a message file, with the side that sends its frames. */
function* messages() {
  for (const file of list(".schema.json")) {
    const [folder] = file.split(path.sep);
    const schema = read(file);
    if (folder === "server" || folder === "client") yield [folder, schema];
    if (folder !== "both") continue;
    for (const [name, definition] of Object.entries(schema.$defs)) {
      const side = ["Server", "Client"].find((side) => name.startsWith(side));
      if (side !== undefined && definition.examples !== undefined) yield [side.toLowerCase(), definition];
    }
  }
}

/** Frames that are canonical: `{ side, frame }`. */
export const EXAMPLES = [...messages()].flatMap(([side, { examples }]) => examples.map((frame) => ({ side, frame })));

/** Texts that are invalid: `{ side, text, why, code, pointer }`. */
export const INVALID = list(".invalid.json").flatMap((file) =>
  read(file).flatMap(({ frame, text = JSON.stringify(frame), sender, ...expected }) =>
    (sender === undefined ? sidesOf(file) : [sender]).map((side) => ({ side, text, ...expected })),
  ),
);

/** The retired forms, and their samples: `{ side, form, frame, canonical, lost, receive_time }`. */
export const FORMS = list(".json")
  .filter((file) => file.startsWith("legacy") && !file.endsWith("names.json"))
  .map(read);
export const LEGACY = FORMS.flatMap((form) =>
  form.samples.map((sample) => ({ side: sample.sender ?? form.sender, form: form.name, ...sample })),
);

/** Names that no message has. */
export const RESERVED = Object.keys(read("protocol.schema.json")["x-reserved"]);
