// $HEADER

import type {
  $SideEnvelope,
  $SideEnvelopeMembers,
  $SideEvents,
  $SideFrame,
  $SideFrames,
  $SideLegacyForm,
  Unknown$SideFrame,
} from "./schema.js";
import type { Canonical, Invalid, ParseOptions, Policies, StandardSchema, Unknown, Verdict } from "./support/public.js";

/** How reading a frame from the $side ended. */
export type $SideVerdict = Verdict<$SideFrame, Unknown$SideFrame, $FORM_TYPE>;

/** What is done with retired forms of the $side's frames. */
export type $SidePolicies = Policies<$FORM_TYPE>;

/** Every retired form of the $side's frames. */
export declare const $SIDE_LEGACY_FORMS: ReadonlyArray<$FORM_TYPE>;

/**
 * Reads a frame from the $side, whatever form it comes in: a text, or a value that was parsed already. Members that an
 * object names twice are only found in a text.
 *
 * @example
 * ```ts
 * const result = parse$SideFrame(text, { receivedAt: Date.now() / 1000 });
 * if (result.verdict === "invalid") console.warn(describeIssue(result.issues[0]));
 * ```
 */
export declare function parse$SideFrame(input: unknown, options: ParseOptions<$FORM_TYPE>): $SideVerdict;

/** Reads a frame from the $side that must be canonical: what has a retired form is invalid. */
export declare function parseCanonical$SideFrame(
  input: unknown,
): Canonical<$SideFrame> | Unknown<Unknown$SideFrame> | Invalid<$FORM_TYPE>;

/**
 * Builds a frame as the $side sends it.
 *
 * @throws FrameError where the schema refuses the frame.
 */
export declare function create$SideFrame<Type extends keyof $SideFrames>(
  type: Type,
  data: $SideFrames[Type][$PAYLOAD],
  envelope$OPTIONAL: $SideEnvelopeMembers,
): $SideEnvelope<Type, $SideFrames[Type][$PAYLOAD]>;

/** A handler of a frame; for a message that has events, perhaps one for each of them. */
export type $SideHandler<Type extends keyof $SideFrames, Result> =
  | ((frame: $SideFrames[Type]) => Result)
  | (Type extends keyof $SideEvents
      ? { [Event in keyof $SideEvents[Type]]: (frame: $SideEvents[Type][Event]) => Result }
      : never);

/** A handler for every message that the $side sends. What is of no interest is ignored by name: `ping: ignore`. */
export type $SideFrameHandlers<Result> = { [Type in keyof $SideFrames]: $SideHandler<Type, Result> };

/** A function that gives each frame to the handler of its message. A new message asks for a decision at compile time. */
export declare function on$SideFrame<Result = void>(
  handlers: $SideFrameHandlers<Result>,
): (frame: $SideFrame) => Result;

/** The $side's frames as a schema of the Standard Schema interface; `now` gives the time of receipt in Unix seconds. */
export declare function $sideFrameSchema(
  options: Omit<ParseOptions<$FORM_TYPE>, "receivedAt"> & { now: () => number },
): StandardSchema<unknown, $SideFrame>;

/**
 * Reads policies of retired forms from a text, such as that of an environment variable: `refuse` for all,
 * `bare-event=warn` for one, several with commas between.
 *
 * @throws RangeError where the text names no policy or no form.
 */
export declare function parse$SidePolicies(text: string): $SidePolicies;

/**
 * Reads policies of retired forms, written as `parse$SidePolicies` reads them, from the environment variable
 * $VARIABLE: of the process, unless another environment is given. Where it is not set there are none.
 *
 * @throws RangeError where it names no policy or no form.
 */
export declare function $sidePoliciesFromEnvironment(
  environment?: { readonly [name: string]: string | undefined },
): $SidePolicies;
