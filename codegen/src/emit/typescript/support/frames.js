// What programs do with frames: build them, give each to the handler of its message, judge them as a schema does.

import { cut } from "./json.js";
import { at } from "./legacy.js";
import { FrameError, describeIssue } from "./public.js";

/** Builds a frame that the receiver on the other side accepts; throws `FrameError` if there is none. */
export function build(receiver, type, data, envelope) {
  const { tag, payload } = receiver.root;
  const frame = { [tag]: type, [payload]: data, ...envelope };
  const { verdict, issues } = receiver.parseCanonical(frame);
  if (verdict === "canonical") return frame;
  const message = `\`${cut(String(type))}\``;
  throw new FrameError(issues?.[0] ?? { ...UNKNOWN, pointer: `/${tag}`, found: message });
}

const UNKNOWN = { code: "enum", expected: "a message that the schema lists" };

/** Gives each frame to the handler of its message. */
export function dispatcher(receiver, handlers) {
  const { tag, payload, variants } = receiver.root;
  return (frame) => {
    const handler = at(handlers, [frame[tag]]);
    if (typeof handler === "function") return handler(frame);
    const inner = at(frame, [payload, variants[frame[tag]]?.tag]);
    const nested = inner === undefined ? undefined : at(handler, [inner]);
    if (typeof nested === "function") return nested(frame);
    throw new TypeError(`there is no handler for ${receiver.messageOf(frame)}`);
  };
}

/** The receiver as a schema of the Standard Schema interface, version 1. */
export function standardSchema(receiver, options) {
  const validate = (value) => {
    const verdict = receiver.parse(value, { ...options, receivedAt: options.now() });
    if (verdict.verdict === "canonical" || verdict.verdict === "legacy") return { value: verdict.frame };
    if (verdict.verdict === "unknown") {
      return { issues: [{ message: `the schema does not list the message ${receiver.messageOf(verdict.frame)}` }] };
    }
    return { issues: verdict.issues.map((issue) => ({ message: describeIssue(issue), path: pathOf(issue) })) };
  };
  return { "~standard": { version: 1, vendor: "framelock", validate } };
}

function pathOf({ pointer }) {
  const names = pointer.split("/").slice(1);
  return names.map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Reads policies of legacy forms from a text: `refuse` for all, `bare-event=warn` for one, with commas between. */
export function parsePolicies(forms, text) {
  const read = { policies: {} };
  for (const part of text.split(",").map((part) => part.trim()).filter((part) => part !== "")) {
    const at = part.indexOf("=");
    const [form, policy] = at === -1 ? [undefined, part] : [part.slice(0, at).trimEnd(), part.slice(at + 1).trimStart()];
    if (!["accept", "warn", "refuse"].includes(policy)) {
      throw new RangeError(`"${policy}" is no policy: it is accept, warn or refuse`);
    }
    if (form === undefined) Object.assign(read, { policy, policies: {} });
    else if (forms.includes(form)) read.policies[form] = policy;
    else throw new RangeError(`there is no legacy form "${form}"`);
  }
  return read;
}

/** The same from an environment variable; no policies where it is not set. */
export function environmentPolicies(forms, variable, environment) {
  try {
    return parsePolicies(forms, environment[variable] ?? "");
  } catch (error) {
    throw error instanceof RangeError ? new RangeError(`${variable}: ${error.message}`) : error;
  }
}
