// Whether a value is what a schema says. A schema is data (the module `schema`); each of its nodes becomes a function
// at its first use, so that a page pays for the messages that it gets. Frames that are right pay for no path.

import { MAX_DEPTH, cut, describe, isObject } from "./json.js";

/** What a check remembers: one frame, one of these. */
export class Check {
  constructor() {
    /** How many arrays and objects are open. */
    this.depth = 0;
    /** How many members the objects have had. */
    this.members = 0;
    /** How many discriminator values the schema does not list. */
    this.unknown = 0;
    /** What is wrong, and the names that lead there, the innermost first. */
    this.issue = undefined;
    this.path = [];
  }

  fail(code, expected, found, hint) {
    this.issue = hint === undefined ? { code, expected, found } : { code, expected, found, hint };
    return false;
  }

  /** The same of a member. */
  failAt(name, code, expected, found, hint) {
    this.path.push(name);
    return this.fail(code, expected, found, hint);
  }

  wrongType(expected, value) {
    return this.fail("type", expected, describe(value));
  }

  enter() {
    this.depth += 1;
    return this.depth <= MAX_DEPTH || this.fail("depth", `at most ${MAX_DEPTH} levels of nesting`, "one more");
  }

  leave() {
    this.depth -= 1;
    return true;
  }
}

const compiled = new WeakMap();

/** The function that checks values against a node of the schema. */
export function compile(node) {
  let check = compiled.get(node);
  if (check === undefined) {
    check = KINDS[node.kind](node);
    compiled.set(node, check);
  }
  return check;
}

/** Compiles a node when the first value comes. */
function later(node) {
  let check = (value, state) => {
    check = compile(node);
    return check(value, state);
  };
  return (value, state) => check(value, state);
}

const KINDS = {
  any: () => anything,
  freeObject: () => (value, state) => (isObject(value) ? anything(value, state) : state.wrongType("an object", value)),
  null: () => (value, state) => value === null || state.wrongType("null", value),
  boolean: () => (value, state) => typeof value === "boolean" || state.wrongType("a boolean", value),
  integer,
  number,
  string,
  constant: ({ value: wanted }) => (value, state) => {
    if (value === wanted) return true;
    if (typeof value !== "string") return state.wrongType("a string", value);
    return state.fail("const", `the string ${JSON.stringify(wanted)}`, describe(value));
  },
  enumeration,
  array,
  nullable: ({ inner }) => {
    const check = compile(inner);
    return (value, state) => value === null || check(value, state);
  },
  recursive: ({ type }) => later(type()),
  object,
  union,
  envelope,
};

/** Any JSON value: what nobody describes is still checked for what JSON cannot write. */
function anything(value, state) {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value) || tooLarge(value, state);
    case "object":
      if (value === null) return true;
      if (!state.enter()) return false;
      if (Array.isArray(value)) return each(value, anything, state) && state.leave();
      if (!isObject(value)) return state.wrongType("a JSON value", value);
      for (const name of Object.keys(value)) {
        state.members += 1;
        if (!anything(value[name], state)) return within(name, state);
      }
      return state.leave();
    default:
      return state.wrongType("a JSON value", value);
  }
}

/** Whether JSON can write a value, within the limits of frames. */
export function isJson(value) {
  return anything(value, new Check());
}

function within(name, state) {
  state.path.push(name);
  return false;
}

function tooLarge(value, state) {
  return state.fail("number-range", "a number in the range of a double", describe(value));
}

function each(items, check, state) {
  for (let index = 0; index < items.length; index += 1) {
    if (!check(items[index], state)) return within(index, state);
  }
  return true;
}

function integer({ min, max }) {
  return (value, state) => {
    if (typeof value !== "number") return state.wrongType("a number", value);
    // What is beyond the doubles is beyond every bound.
    if (Number.isFinite(value) && !Number.isInteger(value)) return state.wrongType("an integer", value);
    if (!(value >= min)) return state.fail("range", `a number >= ${min}`, describe(value));
    return value <= max || state.fail("range", `a number <= ${max}`, describe(value));
  };
}

const BOUNDS = [
  ["minimum", ">=", (value, bound) => value >= bound],
  ["maximum", "<=", (value, bound) => value <= bound],
  ["exclusiveMinimum", ">", (value, bound) => value > bound],
  ["exclusiveMaximum", "<", (value, bound) => value < bound],
];

function number(node) {
  const bounds = BOUNDS.filter(([keyword]) => node[keyword] !== undefined);
  const limits = bounds.map(([keyword, relation, holds]) => [node[keyword], relation, holds]);
  return (value, state) => {
    if (typeof value !== "number") return state.wrongType("a number", value);
    if (!Number.isFinite(value)) return tooLarge(value, state);
    for (const [bound, relation, holds] of limits) {
      if (!holds(value, bound)) return state.fail("range", `a number ${relation} ${bound}`, describe(value));
    }
    return true;
  };
}

function string({ minLength = 0, maxLength = Infinity, pattern }) {
  const expression = pattern === undefined ? undefined : expressionOf(pattern);
  return (value, state) => {
    if (typeof value !== "string") return state.wrongType("a string", value);
    // A code point takes one or two units: often the units decide.
    if (value.length < minLength * 2 || value.length > maxLength) {
      const length = codePoints(value);
      if (length < minLength) return wrongLength("at least", minLength, length, state);
      if (length > maxLength) return wrongLength("at most", maxLength, length, state);
    }
    if (expression === undefined || expression.test(value)) return true;
    return state.fail("pattern", `a string that matches ${pattern}`, describe(value));
  };
}

/** How many code points a text has: half a surrogate pair counts as one. */
function codePoints(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function wrongLength(relation, bound, length, state) {
  return state.fail("length", `${relation} ${bound} code points`, `${length} code points`);
}

/** Patterns mean what ECMA-262 says, with code points; what only its older syntax allows is read by that. */
function expressionOf(pattern) {
  try {
    return new RegExp(pattern, "u");
  } catch {
    return new RegExp(pattern);
  }
}

function enumeration({ values, open = false }) {
  const known = new Set(values);
  return (value, state) => {
    if (typeof value !== "string") return state.wrongType("a string", value);
    if (open || known.has(value)) return true;
    return state.fail("enum", `one of ${values.map((value) => JSON.stringify(value)).join(", ")}`, describe(value));
  };
}

function array({ items, minItems = 0, maxItems = Infinity }) {
  const check = compile(items);
  return (value, state) => {
    if (!Array.isArray(value)) return state.wrongType("an array", value);
    if (!state.enter() || !each(value, check, state)) return false;
    if (value.length < minItems) return wrongCount("at least", minItems, value, state);
    if (value.length > maxItems) return wrongCount("at most", maxItems, value, state);
    return state.leave();
  };
}

function wrongCount(relation, bound, value, state) {
  return state.fail("items", `${relation} ${bound} items`, `${value.length} items`);
}

/** A member that the schema lists, or refuses. */
function membersOf({ fields, required = [], refused = {} }) {
  const members = new Map();
  for (const [name, node] of Object.entries(fields)) {
    members.set(name, { check: compile(node), required: required.includes(name) });
  }
  for (const [name, instead] of Object.entries(refused)) {
    const check = instead === null ? removed(name) : respelt(name, instead);
    members.set(name, { check, required: false });
  }
  return members;
}

function removed(name) {
  return (_, state) => state.fail("unknown-property", "an object without it", `the property \`${name}\``);
}

function respelt(name, instead) {
  const found = `its retired spelling \`${name}\``;
  return (_, state) =>
    state.fail("retired-property", `the property \`${instead}\``, found, `send \`${instead}\` instead`);
}

/** A member that the schema does not list. */
function unlisted(name, value, closed, state) {
  if (closed) {
    return state.fail("unknown-property", "only properties of the schema", `the property \`${cut(name)}\``);
  }
  return anything(value, state);
}

function missing(name, state) {
  return state.fail("missing-property", `the property \`${name}\``, "an object without it");
}

function firstMissing(required, value, state) {
  return missing(required.find((name) => !Object.hasOwn(value, name)), state);
}

function object(node) {
  const { required = [], closed = false } = node;
  const members = membersOf(node);
  return (value, state) => {
    if (!isObject(value)) return state.wrongType("an object", value);
    if (!state.enter()) return false;
    let wanted = required.length;
    for (const name of Object.keys(value)) {
      state.members += 1;
      const member = members.get(name);
      if (member === undefined) {
        if (!unlisted(name, value[name], closed, state)) return within(name, state);
      } else {
        if (!member.check(value[name], state)) return within(name, state);
        if (member.required) wanted -= 1;
      }
    }
    return wanted === 0 ? state.leave() : firstMissing(required, value, state);
  };
}

/** The functions of the members of a union, by the values of the discriminator. */
function selections(variants) {
  return new Map(Object.entries(variants).map(([value, node]) => [value, later(node)]));
}

function union({ tag, variants }) {
  const selected = selections(variants);
  return (value, state) => {
    if (!isObject(value)) return state.wrongType("an object", value);
    if (!Object.hasOwn(value, tag)) return missing(tag, state);
    const name = value[tag];
    if (typeof name !== "string") return state.failAt(tag, "type", "a string", describe(name));
    const check = selected.get(name);
    if (check !== undefined) return check(value, state);
    state.unknown += 1;
    return anything(value, state);
  };
}

function envelope(node) {
  const { tag, payload, required = [], closed = false } = node;
  const members = membersOf(node);
  const content = contentOf(node);
  return (value, state) => {
    if (!isObject(value)) return state.wrongType("an object", value);
    if (!state.enter()) return false;
    let [tagged, passed, wanted] = [false, false, required.length];
    for (const name of Object.keys(value)) {
      state.members += 1;
      const member = members.get(name);
      if (name === tag) {
        tagged = true;
        if (typeof value[tag] !== "string") return state.failAt(tag, "type", "a string", describe(value[tag]));
      } else if (name === payload) {
        // The discriminator comes later, and the payload is read then.
        if (!tagged) passed = true;
        else if (!content(value, state)) return false;
      } else if (member === undefined) {
        if (!unlisted(name, value[name], closed, state)) return within(name, state);
      } else {
        if (!member.check(value[name], state)) return within(name, state);
        if (member.required) wanted -= 1;
      }
    }
    if (!tagged) return missing(tag, state);
    if (passed && !content(value, state)) return false;
    if (!Object.hasOwn(value, payload)) return missing(payload, state);
    return wanted === 0 ? state.leave() : firstMissing(required, value, state);
  };
}

/** Checks the payload that the discriminator selects. */
function contentOf({ tag, payload, variants, sender, peer, reserved }) {
  const selected = selections(variants);
  return (frame, state) => {
    const [name, value] = [frame[tag], frame[payload]];
    const check = selected.get(name);
    if (check !== undefined) return check(value, state) || within(payload, state);
    const expected = `a message that the ${sender} sends`;
    if (reserved.includes(name)) {
      return state.failAt(tag, "reserved", expected, `\`${name}\`, a reserved name that no message has`);
    }
    if (peer.includes(name)) {
      return state.failAt(tag, "wrong-direction", expected, `\`${name}\`, which only its peer sends`);
    }
    state.unknown += 1;
    if (!isObject(value)) return state.failAt(payload, "type", "an object", describe(value));
    return anything(value, state) || within(payload, state);
  };
}
