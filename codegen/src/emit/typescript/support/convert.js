// The canonical frame of a legacy one.

import { describe, equal, isObject, pointer } from "./json.js";
import { at } from "./legacy.js";
import { secondsOf, shifted, withZone } from "./time.js";

/** Two spellings of one thing differ. */
export class Conflict extends Error {
  constructor(name, other, { place, value }) {
    super(`two spellings of \`${name}\` differ`);
    const expected = `the value of \`${name}\` that ${other}`;
    this.issue = { code: "conflict", pointer: pointer(place), expected, found: describe(value) };
  }
}

const OTHER_SPELLING = "another spelling of it has";

/**
 * The canonical frame, and what was lost on the way (pointers into the legacy frame). What the frame lacks of the
 * envelope is filled with the time of receipt. Nothing if nothing in the frame is of the past.
 */
export function convert(legacy, fit, receivedAt) {
  const conversion = new Conversion(legacy, fit);
  conversion.discriminators();
  const { payload, envelope } = conversion.gathered();
  conversion.tagged(payload);
  conversion.fill(envelope, receivedAt);
  if (!conversion.retired) return undefined;
  const { tag, payload: content } = legacy.envelope;
  const frame = Object.fromEntries([[tag, fit.message.path[0]], [content, objectOf(payload)]]);
  return { frame: { ...frame, ...objectOf(envelope) }, lost: conversion.lost };
}

/** The members of an object that stands at `place`, or the items of an array. */
function pieces(place, container) {
  return Object.keys(container).map((name) => ({ name, place: [...place, name], value: container[name] }));
}

function same(a, b) {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}

/** Whether the name is one of today. */
function isListed(members, name) {
  return Object.hasOwn(members.fields, name);
}

/** Whether the name is one of today or of the past. */
function knows(members, name) {
  return isListed(members, name) || members.synonyms.some((synonym) => synonym.old === name);
}

/** The name of today. */
function today(members, name) {
  return members?.synonyms.find((synonym) => synonym.old === name && synonym.name !== name)?.name ?? name;
}

/** What a name of the past may stand for; a name of today, if only the unit was another. */
function synonyms(members, name) {
  return members?.synonyms.filter((synonym) => synonym.old === name) ?? [];
}

/** Adds a member; the same value twice is one value. Each is kept with what it was made of. */
function put(into, name, value, piece) {
  const known = into.get(name);
  if (known === undefined) into.set(name, { value, piece });
  else if (!equal(known.value, value)) throw new Conflict(name, OTHER_SPELLING, piece);
}

function objectOf(gathered) {
  return Object.fromEntries([...gathered].map(([name, { value }]) => [name, value]));
}

class Conversion {
  constructor(legacy, fit) {
    this.legacy = legacy;
    this.fit = fit;
    this.form = fit.form;
    this.shell = legacy.membersOf(legacy.envelope);
    this.message = legacy.membersOf(fit.message.payload);
    this.lost = [];
    /** Whether anything of the past was found. */
    this.retired = !fit.form.canonicalLayout || fit.name !== undefined;
  }

  /** Where the discriminator stands in several places, all must say the same. */
  discriminators() {
    const values = this.form.discriminator.map((place) => at(this.fit.frame, place));
    const other = values.findIndex((value) => value !== values[0]);
    if (other === -1) return;
    const piece = { place: this.form.discriminator[other], value: values[other] };
    throw new Conflict(this.legacy.envelope.tag, OTHER_SPELLING, piece);
  }

  /** The members of the payload and of the envelope. */
  gathered() {
    const [payload, envelope] = [new Map(), new Map()];
    for (const piece of pieces([], this.fit.frame)) {
      if (piece.name === this.legacy.envelope.tag || this.isConsumed(piece)) continue;
      const own = knows(this.message, piece.name);
      // A retired spelling that both have is the payload's: the envelope's members are few and rarely change.
      if (isListed(this.shell, piece.name) || (!own && knows(this.shell, piece.name))) {
        this.member(envelope, this.shell, piece);
      } else {
        // In a frame that is laid out like a canonical one, a member of the payload has lost its way.
        this.retired ||= own;
        this.payloadMember(payload, piece);
      }
    }
    for (const place of this.form.payload) {
      const object = at(this.fit.frame, place);
      for (const piece of isObject(object) ? pieces(place, object) : []) this.within(payload, envelope, piece);
    }
    return { payload, envelope };
  }

  /** A member of an object that holds the payload, or a part of it. */
  within(payload, envelope, piece) {
    if (this.isConsumed(piece)) return;
    const missing = isListed(this.shell, piece.name) && !envelope.has(piece.name);
    if (missing && !knows(this.message, piece.name)) {
      this.retired = true;
      this.member(envelope, this.shell, piece);
    } else {
      this.payloadMember(payload, piece);
    }
  }

  /** Whether the member is a part of the layout. */
  isConsumed({ place, value }) {
    const { payload, discriminator, conditions } = this.form;
    const container = isObject(value) && payload.some((known) => same(place, known));
    const fixed = conditions.filter(([, condition]) => typeof condition === "object").map(([known]) => known);
    return container || [...discriminator, ...fixed].some((known) => same(place, known));
  }

  /** Puts a member into the payload: where a move says, or under its name of today. */
  payloadMember(payload, piece) {
    const target = this.target(piece.place);
    if (target !== undefined) {
      this.retired = true;
      this.named(payload, this.message, target, piece);
      return;
    }
    const inner = isObject(piece.value) ? pieces(piece.place, piece.value) : [];
    if (inner.some(({ place }) => this.target(place) !== undefined)) {
      this.split(payload, piece, inner);
    } else if (!this.belongs(piece) && this.form.dropped.includes(piece.name)) {
      this.lost.push(pointer(piece.place));
    } else {
      this.member(payload, this.message, piece);
    }
  }

  /** Whether the payload has such a member, or its name says the same. */
  belongs({ name, value }) {
    const [, event] = this.fit.message.path;
    return knows(this.message, name) || (event !== undefined && event === value && name === this.nested());
  }

  /** Takes the members that move out of an object. */
  split(payload, piece, inner) {
    this.retired = true;
    const name = today(this.message, piece.name);
    const rest = new Map();
    for (const member of inner) {
      const target = this.target(member.place);
      if (target === undefined) this.member(rest, this.inner(this.message, name), member);
      else this.named(payload, this.message, target, member);
    }
    if (rest.size > 0) put(payload, name, objectOf(rest), piece);
  }

  /** The member of the payload that what stands at a place becomes. */
  target(place) {
    const whole = this.form.moves.find(([from]) => same(from, place));
    if (whole !== undefined) return whole[1];
    const above = [[], ...this.form.payload];
    const moves = this.fit.name?.moves ?? [];
    return moves.find(([from]) => above.some((outer) => same([...outer, ...from], place)))?.[1];
  }

  /** The discriminator inside the payload. */
  nested() {
    return this.legacy.message(this.fit.message.path.slice(0, 1)).nested;
  }

  /** What the member with this name of today is made of, if it is an object that the schema describes. */
  inner(members, name) {
    return members && this.legacy.inside(members, name);
  }

  /** Puts a member under its name of today, its value converted. */
  member(into, members, piece) {
    this.named(into, members, piece.name, piece);
  }

  /** The same for a member that is to have this name, of today or of the past. */
  named(into, members, name, piece) {
    const renamed = today(members, name);
    this.retired ||= renamed !== name;
    if (typeof piece.value === "object" && piece.value !== null) {
      const inner = this.inner(members, renamed);
      put(into, renamed, inner === undefined ? piece.value : this.inside(inner, piece), piece);
      return;
    }
    // What was only called otherwise may be in the unit that the name of today once had.
    for (const synonym of [...synonyms(members, name), ...(renamed === name ? [] : synonyms(members, renamed))]) {
      const converted = this.converted(synonym, piece);
      if (converted === undefined) continue;
      this.retired = true;
      put(into, synonym.name, converted, piece);
      return;
    }
    put(into, renamed, piece.value, piece);
  }

  /** The value in the unit of today; nothing if it stays as it is. */
  converted({ conversion, above = -Infinity }, { place, value }) {
    switch (conversion) {
      case "iso-to-seconds": {
        const time = typeof value === "string" ? secondsOf(value) : undefined;
        if (time?.zoned === false) this.lost.push(pointer(place));
        return time?.seconds;
      }
      case "iso-to-utc": {
        const zoned = typeof value === "string" ? withZone(value) : undefined;
        if (zoned !== undefined) this.lost.push(pointer(place));
        return zoned;
      }
      case "milliseconds-to-seconds":
        return typeof value === "number" && value > above ? shifted(value, -3) : undefined;
      case "seconds-to-milliseconds":
        return typeof value === "number" ? shifted(value, 3) : undefined;
      default:
        return undefined;
    }
  }

  /** An object, or an array of such objects, with the names of today. */
  inside(members, { place, value }) {
    if (Array.isArray(value)) return pieces(place, value).map((piece) => this.inside(members, piece));
    if (!isObject(value)) return value;
    const gathered = new Map();
    for (const piece of pieces(place, value)) this.member(gathered, members, piece);
    return objectOf(gathered);
  }

  /** Adds what the name of the message says: the inner discriminator, and constants. */
  tagged(payload) {
    const [, event] = this.fit.message.path;
    const said = Object.entries(this.fit.name?.constants ?? {});
    if (event !== undefined) said.unshift([this.nested(), event]);
    for (const [name, value] of said) {
      const known = payload.get(name);
      if (known === undefined) payload.set(name, { value });
      else if (!equal(known.value, value)) throw new Conflict(name, "the name of the message stands for", known.piece);
    }
  }

  fill(envelope, receivedAt) {
    for (const name of this.legacy.filled) {
      if (envelope.has(name)) continue;
      this.retired = true;
      envelope.set(name, { value: receivedAt });
    }
  }
}
