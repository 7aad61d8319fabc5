// The text of a frame, where `JSON.parse` is more lenient than the protocol (or says too little): members that an
// object names twice, escapes that mean no character, nesting without limit, and where the text is broken.

import { MAX_DEPTH, pointer } from "./json.js";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/**
 * How many members the objects of a JSON text name: as many as its value has, unless an object names one twice. The
 * text must be one that `JSON.parse` takes.
 */
export function countMembers(text) {
  let count = 0;
  for (let open = text.indexOf('"'); open !== -1; ) {
    let next = closingQuote(text, open) + 1;
    while (isSpace(text.charCodeAt(next))) next += 1;
    if (text.charCodeAt(next) === COLON) count += 1;
    open = text.indexOf('"', next);
  }
  return count;
}

/** Whether a text may hold escapes of half a surrogate pair; `JSON.parse` takes them. */
export function mayEscapeSurrogates(text) {
  return text.includes("\\ud") || text.includes("\\uD");
}

/** Whether a text holds no half of a surrogate pair, which UTF-8 cannot write: no peer could have sent it. */
export function isWellFormed(text) {
  return typeof text.isWellFormed === "function" ? text.isWellFormed() : !/\p{Cs}/u.test(text);
}

/** The names that lead to a text in a value that is not well-formed, if there is one. */
export function findMalformed(value) {
  if (typeof value === "string") return isWellFormed(value) ? undefined : [];
  if (typeof value !== "object" || value === null) return undefined;
  for (const name of Object.keys(value)) {
    const inner = isWellFormed(name) ? findMalformed(value[name]) : [];
    if (inner !== undefined) return [name, ...inner];
  }
  return undefined;
}

/** What a text must be that is no text in UTF-8. */
export const MALFORMED = {
  code: "escape",
  expected: "text that UTF-8 can write",
  found: "half a surrogate pair",
};

function closingQuote(text, open) {
  let close = text.indexOf('"', open + 1);
  while (isEscaped(text, close)) close = text.indexOf('"', close + 1);
  return close;
}

function isEscaped(text, at) {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}

function isSpace(code) {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** What is wrong with a text as JSON, if anything is. Frames that are right are never looked at here. */
export function findFault(text) {
  const scanner = new Scanner(text);
  try {
    scanner.whole();
    return undefined;
  } catch (fault) {
    if (fault instanceof Fault) return fault.issue;
    throw fault;
  }
}

/** Ends the scan. */
class Fault {
  constructor(issue) {
    this.issue = issue;
  }
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
/** What stands directly behind a number or a word belongs to it, unless JSON has a use for it there. */
const GLUED = /[^{}[\],:" \t\r\n]/;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u(?![dD][89a-fA-F])[0-9a-fA-F]{4}|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})/y;

/** Reads a text by the grammar of RFC 8259 and keeps nothing but the path. */
class Scanner {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.path = [];
    this.depth = 0;
  }

  whole() {
    this.value();
    this.space();
    if (this.at < this.text.length) this.fail("trailing-data", "the end of the frame");
  }

  fail(code, expected, found = this.glimpse()) {
    throw new Fault({ code, pointer: pointer(this.path), expected, found });
  }

  /** The next character, in words. */
  glimpse() {
    const code = this.text.codePointAt(this.at);
    return code === undefined ? "the end of the frame" : `\`${String.fromCodePoint(code)}\``;
  }

  space() {
    while (isSpace(this.text.charCodeAt(this.at))) this.at += 1;
  }

  /** Reads a part of the grammar that begins here. */
  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) return undefined;
    this.at += found[0].length;
    return found[0];
  }

  take(character) {
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  value() {
    this.space();
    const first = this.text[this.at];
    if (first === "{") return this.object();
    if (first === "[") return this.array();
    if (first === '"') return this.string();
    if (first === "-" || (first >= "0" && first <= "9")) return this.number();
    const word = ["null", "true", "false"].find((word) => word[0] === first);
    if (word === undefined) this.fail("syntax", "a JSON value");
    const isWord = this.text.startsWith(word, this.at) && !GLUED.test(this.text[this.at + word.length] ?? "");
    if (!isWord) this.fail("syntax", "`null`, `true` or `false`");
    this.at += word.length;
  }

  number() {
    if (this.match(NUMBER) === undefined || GLUED.test(this.text[this.at] ?? "")) {
      this.fail("syntax", "a number as JSON writes it");
    }
  }

  string() {
    this.at += 1;
    for (;;) {
      if (!isWellFormed(this.match(PLAIN))) this.fail(MALFORMED.code, MALFORMED.expected, MALFORMED.found);
      if (this.take('"')) return;
      if (this.text.charCodeAt(this.at) === BACKSLASH) {
        const escape = `\`${this.text.slice(this.at, this.at + 6)}\``;
        if (this.match(ESCAPE) === undefined) this.fail("escape", "an escape that means a character", escape);
      } else if (this.at < this.text.length) {
        this.fail("syntax", "control characters written as escapes");
      } else {
        this.fail("syntax", 'a closing `"`');
      }
    }
  }

  enter() {
    if (this.depth === MAX_DEPTH) this.fail("depth", `at most ${MAX_DEPTH} levels of nesting`, "one more");
    this.depth += 1;
    this.at += 1;
    this.space();
  }

  leave() {
    this.depth -= 1;
    this.at += 1;
  }

  array() {
    this.enter();
    for (let index = 0; this.text[this.at] !== "]"; index += 1) {
      const isDue = index === 0 || this.take(",");
      this.space();
      // Where no value begins, the mistake is the array's.
      const begins = this.at < this.text.length && !"}],:".includes(this.text[this.at]);
      if (begins) this.path.push(index);
      if (!isDue) this.fail("syntax", "`,` or `]`");
      if (!begins) this.fail("syntax", "a JSON value");
      this.value();
      this.path.pop();
      this.space();
    }
    this.leave();
  }

  object() {
    this.enter();
    const names = new Set();
    while (this.text[this.at] !== "}") {
      if (names.size > 0 && !this.take(",")) this.uncommaed();
      this.space();
      this.member(names);
      this.space();
    }
    this.leave();
  }

  /** No comma follows a member: the next one, if there is one, is where that shows. */
  uncommaed() {
    if (this.text.charCodeAt(this.at) === QUOTE) this.path.push(this.nameAsWritten());
    this.fail("syntax", "`,` or `}`");
  }

  /** The name that begins here, whether or not it is a string that ends. */
  nameAsWritten() {
    const end = this.text.indexOf('"', this.at + 1);
    return this.text.slice(this.at + 1, end === -1 ? undefined : end);
  }

  member(names) {
    if (this.text.charCodeAt(this.at) !== QUOTE) this.fail("syntax", "a property name in quotes");
    const start = this.at;
    this.path.push(this.nameAsWritten());
    this.string();
    const written = this.text.slice(start, this.at);
    const name = JSON.parse(written);
    this.path[this.path.length - 1] = name;
    if (names.has(name)) this.fail("duplicate-key", "each property once", `${written} a second time`);
    names.add(name);
    this.space();
    if (!this.take(":")) this.fail("syntax", "`:`");
    this.value();
    this.path.pop();
  }
}
