// Types that do not depend on the schema.

/** Any JSON value. */
export type JsonValue = null | boolean | number | string | ReadonlyArray<JsonValue> | JsonObject;

/** An object of any JSON values. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** What is wrong with a frame, for programs; the same codes in every language. */
export type Code =
  | "syntax"
  | "escape"
  | "number-range"
  | "depth"
  | "trailing-data"
  | "duplicate-key"
  | "type"
  | "missing-property"
  | "unknown-property"
  | "retired-property"
  | "const"
  | "enum"
  | "range"
  | "length"
  | "pattern"
  | "items"
  | "conflict"
  | "reserved"
  | "wrong-direction"
  | "legacy-refused";

/** One mistake in a frame. What was expected and found may quote the frame: `describeIssue` makes it safe to print. */
export interface Issue {
  readonly code: Code;
  /** Where it is: a JSON Pointer (RFC 6901), empty for the whole frame. */
  readonly pointer: string;
  readonly expected: string;
  readonly found: string;
  /** The message that it is in, such as `system_message/connection_established`. */
  readonly message?: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** The schema accepts the frame. */
export interface Canonical<Frame> {
  readonly verdict: "canonical";
  readonly frame: Frame;
}

/** The frame has a declared retired form, and was converted. */
export interface Legacy<Frame, Form extends string> {
  readonly verdict: "legacy";
  readonly frame: Frame;
  readonly form: Form;
  /** The retired name of the message, if the frame has one. */
  readonly name?: string;
  /** What had no place in the canonical frame: JSON Pointers into the frame as it came. */
  readonly lost: ReadonlyArray<string>;
}

/** The envelope holds, but the schema does not list the message, or its event. */
export interface Unknown<Frame> {
  readonly verdict: "unknown";
  readonly frame: Frame;
}

/** Everything else, with the reason. */
export interface Invalid<Form extends string> {
  readonly verdict: "invalid";
  /** The first mistake. */
  readonly issues: readonly [Issue];
  /** The retired form that the frame has, if it has one. */
  readonly form?: Form;
}

/** How reading a frame ended. */
export type Verdict<Frame, UnknownFrame, Form extends string> =
  | Canonical<Frame>
  | Legacy<Frame, Form>
  | Unknown<UnknownFrame>
  | Invalid<Form>;

/** What is done with a retired form: convert it, convert it and tell somebody, or refuse it. */
export type Policy = "accept" | "warn" | "refuse";

/** Policies of retired forms. */
export interface Policies<Form extends string> {
  /** For every form. */
  readonly policy?: Policy;
  /** For single forms. */
  readonly policies?: { readonly [Name in Form]?: Policy };
}

/** A legacy frame, as an observer is told of it. */
export interface LegacySeen<Form extends string> {
  readonly form: Form;
  /** The retired name of the message, if the frame has one. */
  readonly name?: string;
  /** What was done with it. */
  readonly policy: Policy;
  /** What had no place in the canonical frame; nothing of a frame that was refused. */
  readonly lost: ReadonlyArray<string>;
}

/** How frames are read. */
export interface ParseOptions<Form extends string> extends Policies<Form> {
  /** The time of receipt in Unix seconds: retired forms without a time get it. */
  readonly receivedAt: number;
  /** The time by which forms past their sunset are refused, in Unix seconds; without it none is past. */
  readonly today?: number;
  /** Called for every legacy frame, whatever is done with it. */
  readonly onLegacy?: (seen: LegacySeen<Form>) => void;
}

/** The interface of Standard Schema, version 1. */
export interface StandardSchema<Input, Output> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) =>
      | { readonly value: Output; readonly issues?: undefined }
      | { readonly issues: ReadonlyArray<{ readonly message: string; readonly path?: ReadonlyArray<PropertyKey> }> };
    readonly types?: { readonly input: Input; readonly output: Output };
  };
}

/** A frame that the schema refuses. */
export declare class FrameError extends Error {
  constructor(issue: Issue);
  readonly issue: Issue;
}

/** An issue in one line, safe to print whatever the frame holds. */
export declare function describeIssue(issue: Issue): string;

/** A handler that does nothing, on purpose. */
export declare function ignore(): void;

/** The same handler for several messages, each by its name: `...each(["ping", "pong"], ignore)`. */
export declare function each<Name extends string, Handler>(
  names: ReadonlyArray<Name>,
  handler: Handler,
): { [Key in Name]: Handler };
