// Which retired form a frame has. Forms are data: where their frames keep the discriminator and the payload, and what
// tells them from others. No two forms of a direction fit one frame: the generator proves it of the tables.

import { isObject } from "./json.js";

/** A direction's tables, with what is looked up in them. */
export class Legacy {
  constructor({ frame, filled, names, synonyms, forms }) {
    this.envelope = frame;
    this.filled = filled;
    this.forms = forms;
    this.synonyms = new Map(synonyms);
    this.messages = new Map(messagesOf(frame).map((message) => [keyOf(message.path), message]));
    this.names = new Map(names.map((name) => [name.name, name]));
  }

  /** The names that the members of an object have today and had in the past; `node` is what the schema says of it. */
  membersOf(node) {
    return { fields: node.fields ?? {}, synonyms: this.synonyms.get(node) ?? [] };
  }

  /** The same of the object that a member is, or is a list of. */
  inside(members, name) {
    let node = Object.hasOwn(members.fields, name) ? members.fields[name] : undefined;
    while (node !== undefined && node.kind !== "object") node = node.inner ?? node.items ?? node.type?.();
    return node && this.membersOf(node);
  }

  /** The form of a frame, its message, and its retired name if it has one. The canonical form is none. */
  fit(frame) {
    if (!isObject(frame)) return undefined;
    for (const form of this.forms) {
      const found = this.recognised(form, frame);
      if (found !== undefined) return { form, frame, ...found };
    }
    return undefined;
  }

  recognised(form, frame) {
    if (!form.conditions.every(([place, condition]) => holds(frame, place, condition))) return undefined;
    if (form.names.fixed !== undefined) return { message: this.message(form.names.fixed) };
    const [value, ...others] = form.discriminator.map((place) => stringAt(frame, place));
    if (value === undefined || others.includes(undefined)) return undefined;
    const found = this.named(form.names, value);
    if (found?.message.nested === undefined) return found;
    // The name is that of several messages, which a discriminator in the payload tells apart.
    const { name, message: outer } = found;
    for (const place of [...form.payload, []]) {
      const inner = stringAt(frame, [...place, outer.nested]);
      const message = inner === undefined ? undefined : this.message([outer.path[0], inner]);
      if (message !== undefined) return { name, message };
    }
    return undefined;
  }

  /** What a name means where these names may stand. */
  named(names, value) {
    const own = names.own?.find((name) => name.name === value);
    if (own !== undefined) return this.renamed(own);
    if (names.own !== undefined || names.except?.includes(value)) return undefined;
    if (names.only !== undefined && !names.only.includes(value)) return undefined;
    const name = names.canonical === "only" ? undefined : this.names.get(value);
    if (name !== undefined) return this.renamed(name);
    const message = names.canonical === "never" ? undefined : this.message([value]);
    return message === undefined ? undefined : { message };
  }

  renamed(name) {
    const message = this.message(name.message);
    return message === undefined ? undefined : { name, message };
  }

  /** The message with these discriminator values. */
  message(path) {
    return this.messages.get(keyOf(path));
  }

  /** What came, and how it is sent today, in one line. */
  hint({ form, message }) {
    const { tag, payload } = this.envelope;
    const [outer, inner] = message.path.map((value) => JSON.stringify(value));
    const nested = this.message(message.path.slice(0, 1))?.nested;
    const event = inner === undefined ? "" : `${JSON.stringify(nested)}:${inner},`;
    const rest = this.filled.map((name) => `,${JSON.stringify(name)}:…`).join("");
    const today = `{${JSON.stringify(tag)}:${outer},${JSON.stringify(payload)}:{${event}…}${rest}}`;
    const arrived = `\`${message.path.join("/")}\` arrived in form ${JSON.stringify(form.name)}`;
    return `${arrived}, retired in ${form.retiredIn}: send ${today}`;
  }
}

/** Every message by its discriminator values: `nested` is the discriminator in a payload that has one of its own. */
function messagesOf({ variants }) {
  return Object.entries(variants).flatMap(([name, payload]) => {
    const events = payload.kind === "union" ? Object.entries(payload.variants) : [];
    return [
      { path: [name], payload, nested: payload.kind === "union" ? payload.tag : undefined },
      ...events.map(([event, payload]) => ({ path: [name, event], payload })),
    ];
  });
}

function keyOf(path) {
  return JSON.stringify(path);
}

/** What stands at a place. */
export function at(frame, place) {
  let value = frame;
  for (const name of place) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

function stringAt(frame, place) {
  const value = at(frame, place);
  return typeof value === "string" ? value : undefined;
}

function holds(frame, place, condition) {
  const value = at(frame, place);
  switch (condition) {
    case "absent":
      return value === undefined;
    case "object":
      return isObject(value);
    case "string":
    case "number":
      return typeof value === condition;
    default:
      return value === condition.text;
  }
}
