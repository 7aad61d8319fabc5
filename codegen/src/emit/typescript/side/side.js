// $HEADER

// The frames that the $side sends: receiving them, and building them.

$IMPORTimport { $SideFrame } from "./schema.js";
import { build, dispatcher, environmentPolicies, parsePolicies, standardSchema } from "./support/frames.js";
import { Receiver } from "./support/receive.js";

const receiver = /* @__PURE__ */ new Receiver({ frame: $SideFrame, legacy: $TABLES });

export const $SIDE_LEGACY_FORMS = [$FORMS];

export function parse$SideFrame(input, options) {
  return receiver.parse(input, options);
}

export function parseCanonical$SideFrame(input) {
  return receiver.parseCanonical(input);
}

export function create$SideFrame(type, data, envelope) {
  return build(receiver, type, data, envelope);
}

export function on$SideFrame(handlers) {
  return dispatcher(receiver, handlers);
}

export function $sideFrameSchema(options) {
  return standardSchema(receiver, options);
}

export function parse$SidePolicies(text) {
  return parsePolicies($SIDE_LEGACY_FORMS, text);
}

export function $sidePoliciesFromEnvironment(environment = globalThis.process?.env ?? {}) {
  return environmentPolicies($SIDE_LEGACY_FORMS, $VARIABLE, environment);
}
