// The canonical frame of a legacy one.

import { describe, equal, isObject, pointer } from "./json.js";
import { at } from "./legacy.js";
import { secondsOf, shifted, withZone } from "./time.js";

/** Two spellings of one thing differ. */
export class Conflict extends Error {
  constructor(name, place, value) {
    super(`two spellings of \`${name}\` differ`);
    const expected = `the value that another spelling of \`${name}\` has`;
    this.issue = { code: "conflict", pointer: pointer(place), expected, found: describe(value) };
  }
}

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
  const frame = Object.fromEntries([[tag, fit.message.path[0]], [content, Object.fromEntries(payload)], ...envelope]);
  return { frame, lost: conversion.lost };
}

/** The members of an object that stands at `place`, or the items of an array. */
function pieces(place, container) {
  return Object.keys(container).map((name) => ({ name, place: [...place, name], value: container[name] }));
}

function same(a, b) {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}

/** Whether the name is one of today or of the past. */
function knows(members, name) {
  return members.listed.includes(name) || members.synonyms.some((synonym) => synonym.old === name);
}

/** Adds a member; the same value twice is one value. */
function put(into, name, value, piece) {
  if (into.has(name) && !equal(into.get(name), value)) throw new Conflict(name, piece.place, piece.value);
  into.set(name, value);
}

class Conversion {
  constructor(legacy, fit) {
    this.legacy = legacy;
    this.fit = fit;
    this.form = fit.form;
    this.shell = legacy.members[legacy.envelope.members];
    this.message = legacy.members[fit.message.payload];
    this.lost = [];
    /** Whether anything of the past was found. */
    this.retired = !fit.form.canonicalLayout || fit.name !== undefined;
  }

  /** Where the discriminator stands in several places, all must say the same. */
  discriminators() {
    const values = this.form.discriminator.map((place) => at(this.fit.frame, place));
    const other = values.findIndex((value) => value !== values[0]);
    if (other !== -1) throw new Conflict(this.legacy.envelope.tag, this.form.discriminator[other], values[other]);
  }

  /** The members of the payload and of the envelope. */
  gathered() {
    const [payload, envelope] = [new Map(), new Map()];
    for (const piece of pieces([], this.fit.frame)) {
      if (piece.name === this.legacy.envelope.tag || this.isConsumed(piece)) continue;
      if (this.shell.listed.includes(piece.name)) {
        this.member(envelope, this.shell, piece);
      } else {
        // In a frame that is laid out like a canonical one, a member of the payload has lost its way.
        this.retired ||= knows(this.message, piece.name);
        this.payloadMember(payload, piece);
      }
    }
    for (const place of this.form.payload) {
      const object = at(this.fit.frame, place);
      for (const piece of isObject(object) ? pieces(place, object) : []) this.inner(payload, envelope, piece);
    }
    return { payload, envelope };
  }

  /** A member of an object that holds the payload, or a part of it. */
  inner(payload, envelope, piece) {
    if (this.isConsumed(piece)) return;
    const missing = this.shell.listed.includes(piece.name) && !envelope.has(piece.name);
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
      put(payload, target, piece.value, piece);
      return;
    }
    const inner = isObject(piece.value) ? pieces(piece.place, piece.value) : [];
    if (inner.some(({ place }) => this.target(place) !== undefined)) {
      this.split(payload, piece, inner);
    } else if (!this.message.listed.includes(piece.name) && this.form.dropped.includes(piece.name)) {
      this.lost.push(pointer(piece.place));
    } else {
      this.member(payload, this.message, piece);
    }
  }

  /** Takes the members that move out of an object. */
  split(payload, piece, inner) {
    this.retired = true;
    const rest = new Map();
    for (const member of inner) {
      const target = this.target(member.place);
      if (target === undefined) put(rest, member.name, member.value, member);
      else put(payload, target, member.value, member);
    }
    if (rest.size > 0) put(payload, piece.name, Object.fromEntries(rest), piece);
  }

  /** The member of the payload that what stands at a place becomes. */
  target(place) {
    const whole = this.form.moves.find(([from]) => same(from, place));
    if (whole !== undefined) return whole[1];
    const moves = this.fit.name?.moves ?? [];
    for (const above of [0, ...this.form.payload.map((place) => place.length)]) {
      const below = moves.find(([from]) => same(from, place.slice(above)));
      if (below !== undefined) return below[1];
    }
    return undefined;
  }

  /** Puts a member under its name of today, its value converted. */
  member(into, members, piece) {
    for (const synonym of members?.synonyms ?? []) {
      if (synonym.old !== piece.name) continue;
      const converted = this.converted(synonym, piece);
      // The name is of today where only the unit was another.
      if (converted === undefined && synonym.old === synonym.name) continue;
      this.retired = true;
      put(into, synonym.name, converted ?? this.respelt(members, synonym.name, piece), piece);
      return;
    }
    put(into, piece.name, this.respelt(members, piece.name, piece), piece);
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

  /** The value with the names of today inside it. */
  respelt(members, name, piece) {
    const inner = members?.inner.find(([known]) => known === name);
    return inner === undefined ? piece.value : this.inside(this.legacy.members[inner[1]], piece);
  }

  /** An object, or an array of such objects, with the names of today. */
  inside(members, { place, value }) {
    if (Array.isArray(value)) return pieces(place, value).map((piece) => this.inside(members, piece));
    if (!isObject(value)) return value;
    const gathered = new Map();
    for (const piece of pieces(place, value)) this.member(gathered, members, piece);
    return Object.fromEntries(gathered);
  }

  /** Adds what the name of the message says: the inner discriminator, and constants. */
  tagged(payload) {
    const [outer, inner] = this.fit.message.path;
    const whole = { place: [], value: this.fit.frame };
    if (inner !== undefined) put(payload, this.legacy.message([outer]).nested, inner, whole);
    for (const [name, value] of Object.entries(this.fit.name?.constants ?? {})) put(payload, name, value, whole);
  }

  fill(envelope, receivedAt) {
    for (const name of this.legacy.envelope.filled) {
      if (envelope.has(name)) continue;
      this.retired = true;
      envelope.set(name, receivedAt);
    }
  }
}
