// What programs use besides the frames of a side.

import { cut } from "./json.js";

/** A frame that the schema refuses. */
export class FrameError extends Error {
  constructor(issue) {
    super(describeIssue(issue));
    this.name = "FrameError";
    this.issue = issue;
  }
}

/** Control characters, halves of surrogate pairs, and characters that disguise a line: without width, or changing the writing direction. */
const DISGUISES = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** An issue in one line, whatever the frame holds. */
export function describeIssue({ code, pointer, expected, found, message, hint }) {
  const about = message === undefined ? "" : `${cut(message)}: `;
  const place = pointer === "" ? "frame" : pointer.slice(0, 200);
  const advice = hint === undefined ? "" : `; ${hint}`;
  const line = `${about}${place}: expected ${expected}, found ${found} (${code})${advice}`;
  return line.replace(DISGUISES, (character) => `\\u{${character.codePointAt(0).toString(16)}}`);
}

/** A handler that does nothing, on purpose. */
export function ignore() {}

/** The same handler for several messages, each by its name. */
export function each(names, handler) {
  return Object.fromEntries(names.map((name) => [name, handler]));
}
