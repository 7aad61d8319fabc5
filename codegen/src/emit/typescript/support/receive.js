// Receiving: one entry point for frames in whatever form they come. A canonical frame costs parsing and checking it;
// only what is not canonical is looked at again.

import { Conflict, convert } from "./convert.js";
import { at, Legacy } from "./legacy.js";
import { pointer } from "./json.js";
import { MALFORMED, countMembers, findFault, findMalformed, isWellFormed, mayEscapeSurrogates } from "./scan.js";
import { Check, compile, isJson } from "./validate.js";

/** Receives the frames that one side sends. `direction` is what the schema says of them. */
export class Receiver {
  constructor(direction) {
    this.root = direction.frame;
    this.tables = direction.legacy;
  }

  get legacy() {
    this.tablesRead ??= this.tables && new Legacy(this.tables);
    return this.tablesRead;
  }

  /** The verdict about a frame, in whatever form it comes. */
  parse(input, options) {
    const read = this.read(input);
    if (read.issue === undefined && !read.unknown) return { verdict: "canonical", frame: read.frame };
    const converted = read.fault || !isJson(read.frame) ? undefined : this.retired(read.frame, options);
    if (converted !== undefined) return converted;
    return read.issue === undefined ? { verdict: "unknown", frame: read.frame } : this.invalid(read.issue, read.frame);
  }

  /** The verdict about a frame that must be canonical: retired forms are invalid. */
  parseCanonical(input) {
    const { frame, issue, unknown } = this.read(input);
    if (issue !== undefined) return this.invalid(issue, frame);
    return { verdict: unknown ? "unknown" : "canonical", frame };
  }

  /** Reads a text, or takes a value, and checks it. */
  read(input) {
    if (typeof input !== "string") return this.readValue(input);
    let value;
    try {
      value = JSON.parse(input);
    } catch {
      return { issue: findFault(input) ?? NO_JSON, fault: true };
    }
    const read = this.check(value);
    // What objects name twice, `JSON.parse` keeps once.
    const isSuspicious =
      read.issue !== undefined ||
      read.members !== countMembers(input) ||
      mayEscapeSurrogates(input) ||
      !isWellFormed(input);
    const issue = isSuspicious ? findFault(input) : undefined;
    return issue === undefined ? read : { frame: value, issue, fault: true };
  }

  /** Takes a value, which may hold texts that no frame can. */
  readValue(value) {
    const read = this.check(value);
    const place = read.issue === undefined ? findMalformed(value) : undefined;
    if (place === undefined) return read;
    return { frame: value, issue: { ...MALFORMED, pointer: pointer(place) }, fault: true };
  }

  check(frame) {
    const state = new Check();
    if (compile(this.root)(frame, state)) return { frame, members: state.members, unknown: state.unknown > 0 };
    const { hint, ...issue } = state.issue;
    const located = { ...issue, pointer: pointer(state.path.reverse()) };
    return { frame, issue: hint === undefined ? located : { ...located, hint } };
  }

  /** What becomes of a frame that has a legacy form. */
  retired(frame, options) {
    const fit = this.legacy?.fit(frame);
    if (fit === undefined) return undefined;
    const converted = attempt(() => convert(this.legacy, fit, options.receivedAt));
    if (converted === undefined) return undefined;
    const form = fit.form.name;
    const policy = policyOf(fit.form, options);
    const lost = policy === "refuse" ? [] : (converted.lost ?? []);
    const name = fit.name === undefined ? {} : { name: fit.name.name };
    options.onLegacy?.({ form, policy, lost, ...name });
    if (policy === "refuse") return { ...refused(this.legacy, fit), form };
    if (converted.issue !== undefined) return { verdict: "invalid", issues: [converted.issue], form };
    const read = this.check(converted.frame);
    if (read.issue === undefined) return { verdict: "legacy", frame: read.frame, form, lost, ...name };
    const hint = `the place is that in the converted frame of form ${JSON.stringify(form)}`;
    return { ...this.invalid({ hint, ...read.issue }, converted.frame), form };
  }

  /** A refusal that says which message it is about and, if the frame has a known shape, what to do. */
  invalid(issue, frame) {
    const message = this.messageOf(frame);
    const fit = issue.hint === undefined && frame !== undefined ? this.legacy?.fit(frame) : undefined;
    const hint = fit === undefined || fit.form.canonicalLayout ? {} : { hint: this.legacy.hint(fit) };
    return { verdict: "invalid", issues: [{ ...issue, ...(message === undefined ? {} : { message }), ...hint }] };
  }

  /** The discriminator values of a frame, as far as it has them: `system_message/connection_established`. */
  messageOf(frame) {
    const { tag, payload, variants } = this.root;
    const outer = at(frame, [tag]);
    if (typeof outer !== "string") return undefined;
    const nested = Object.hasOwn(variants, outer) && variants[outer].kind === "union" ? variants[outer].tag : undefined;
    const inner = nested === undefined ? undefined : at(frame, [payload, nested]);
    return typeof inner === "string" ? `${outer}/${inner}` : outer;
  }
}

const NO_JSON = { code: "syntax", pointer: "", expected: "a JSON text", found: "another text" };

function attempt(work) {
  try {
    return work();
  } catch (error) {
    if (error instanceof Conflict) return { issue: error.issue };
    throw error;
  }
}

function refused(legacy, fit) {
  const found = `the legacy form ${JSON.stringify(fit.form.name)}, which is refused`;
  const issue = { code: "legacy-refused", pointer: "", expected: "a canonical frame", found };
  return { verdict: "invalid", issues: [{ ...issue, message: fit.message.path.join("/"), hint: legacy.hint(fit) }] };
}

/** What is done with a form. */
function policyOf(form, { policy, policies = {}, today }) {
  if (Object.hasOwn(policies, form.name)) return policies[form.name];
  const past = form.sunset !== undefined && today !== undefined && form.sunset <= today;
  return policy ?? (past ? "refuse" : form.policy);
}
