// What the compiler says of code on the generated types. Each `@ts-expect-error` is a kind of drift that stops a build:
// where the error were missing, this file would not compile.

import {
  CLOSE_CODES,
  createClientFrame,
  createServerFrame,
  each,
  ignore,
  onServerFrame,
  parseCanonicalServerFrame,
  parseServerFrame,
  serverFrameSchema,
  type AgentStatus,
  type AgentThinking,
  type ClientFrame,
  type ClientFrameOf,
  type CloseCode,
  type ConnectionMode,
  type FrameOf,
  type ServerFrame,
  type ServerFrameHandlers,
  type ServerFrameOf,
  type ServerFrames,
  type ServerVerdict,
} from "@netra/protocol";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function holds<_Condition extends true>(): void {}

/** Frames narrow by `type`, and within `system_message` by `data.event`. */
export function narrowing(frame: ServerFrame): string {
  switch (frame.type) {
    case "agent_thinking":
      holds<Same<typeof frame.data, AgentThinking>>();
      // @ts-expect-error: a retired spelling has no value.
      frame.data.thought?.length;
      // @ts-expect-error: a member that the schema does not list.
      frame.data.rationale;
      // @ts-expect-error: an optional member may be absent.
      frame.data.thread_id.length;
      // @ts-expect-error: a member that may be null.
      frame.data.user_id?.length.toFixed() ?? frame.data.user_id.length;
      return frame.data.reasoning;
    case "system_message":
      if (frame.data.event === "connection_established") return frame.data.connection_id ?? "";
      // @ts-expect-error: the other events have no mode.
      frame.data.mode;
      return frame.data.event;
    // @ts-expect-error: no message of the server has this name.
    case "start_agent":
      return "";
    default:
      return frame.type;
  }
}

/** A switch without a default is exhaustive. */
export function exhaustive(mode: ConnectionMode): number {
  switch (mode) {
    case "main":
      return 1;
    case "factory":
      return 2;
    case "isolated":
      return 3;
    case "legacy":
      return 4;
  }
}

/** One message of a closed enumeration is undecided. */
// @ts-expect-error: the function lacks an ending.
export function incomplete(mode: ConnectionMode): number {
  switch (mode) {
    case "main":
      return 1;
  }
}

/** Frames by name. */
holds<Same<FrameOf<"agent_thinking">, ServerFrames["agent_thinking"]>>();
holds<Same<FrameOf<"agent_thinking">["data"], AgentThinking>>();
holds<Same<FrameOf<"ping">, ServerFrameOf<"ping"> | ClientFrameOf<"ping">>>();
holds<Same<ServerFrameOf<"system_message", "connection_established">["data"]["event"], "connection_established">>();
// @ts-expect-error: no message has this name.
export type NoFrame = FrameOf<"brand_new">;

/** Enumerations: an open one takes any string and completes the known ones, a closed one takes no other. */
export const status: AgentStatus = "daydreaming";
// @ts-expect-error: not one of the modes.
export const mode: ConnectionMode = "turbo";

/** Every verdict is decided about. */
export function verdict(text: string): ServerFrame | undefined {
  const result: ServerVerdict = parseServerFrame(text, { receivedAt: 0 });
  // @ts-expect-error: what is invalid has no frame.
  result.frame;
  switch (result.verdict) {
    case "canonical":
      return result.frame;
    case "legacy":
      holds<Same<typeof result.frame, ServerFrame>>();
      return result.form === "bare-event" ? result.frame : undefined;
    case "unknown":
      // @ts-expect-error: an unknown frame is none of the frames that the schema lists.
      return result.frame;
    case "invalid":
      result.issues[0].pointer.length;
      return undefined;
  }
}

// @ts-expect-error: the time of receipt is the caller's to say.
parseServerFrame("", {});
// @ts-expect-error: a policy that there is not.
parseServerFrame("", { receivedAt: 0, policy: "ignore" });
// @ts-expect-error: a form that there is not.
parseServerFrame("", { receivedAt: 0, policies: { "bare-events": "warn" } });
// @ts-expect-error: nothing that must be canonical is legacy.
if (parseCanonicalServerFrame("").verdict === "legacy") ignore();

/** Constructors take what the message has, and nothing else. */
export const request: ClientFrame = createClientFrame("user_message", { content: "Where can we save?" });
createServerFrame("agent_thinking", { run_id: "r", agent_name: "a", reasoning: "…" }, { timestamp: 1 });
// @ts-expect-error: a required member is missing.
createServerFrame("agent_thinking", { run_id: "r", agent_name: "a" }, { timestamp: 1 });
// @ts-expect-error: the envelope of the server has a time.
createServerFrame("agent_thinking", { run_id: "r", agent_name: "a", reasoning: "…" });
// @ts-expect-error: a retired spelling.
createServerFrame("agent_thinking", { run_id: "r", agent_name: "a", thought: "…" }, { timestamp: 1 });
// @ts-expect-error: a misspelt member.
createClientFrame("user_message", { content: "", thread_ID: "t" });
// @ts-expect-error: a member of another type.
createClientFrame("user_message", { content: 1 });
// @ts-expect-error: what may be absent is not `undefined`.
createClientFrame("user_message", { content: "", thread_id: undefined });
// @ts-expect-error: the server sends this.
createClientFrame("agent_thinking", { run_id: "r", agent_name: "a", reasoning: "…" });

/** Handlers decide about every message. */
declare const others: Omit<ServerFrameHandlers<string>, "agent_thinking" | "ping">;
export const handle = onServerFrame<string>({
  ...others,
  agent_thinking: (frame) => frame.data.reasoning,
  ping: () => "",
});
// @ts-expect-error: `ping` is undecided.
onServerFrame<string>({ ...others, agent_thinking: (frame) => frame.data.reasoning });
// @ts-expect-error: no message has this name.
onServerFrame<string>({ ...others, agent_thinking: () => "", ping: () => "", pong_again: () => "" });
declare const events: Exclude<ServerFrameHandlers<void>["system_message"], (...frame: never) => unknown>;
declare const rest: Omit<ServerFrameHandlers<void>, "system_message">;
onServerFrame({ ...rest, system_message: { ...events, connection_established: (frame) => void frame.data.mode } });
onServerFrame({ ...rest, system_message: ignore });
onServerFrame({ ...each(["system_message"], ignore), ...rest });
// @ts-expect-error: `ping` is undecided.
onServerFrame<string>({ ...others, ...each(["agent_thinking"], () => "") });
// @ts-expect-error: an event is undecided.
onServerFrame({ ...rest, system_message: { connection_established: ignore } });

/** Close codes are literals, and the schema is one of the Standard Schema interface. */
holds<Same<typeof CLOSE_CODES.POLICY_VIOLATION, 1008>>();
// @ts-expect-error: not a code of the protocol.
export const code: CloseCode = 1006;
const standard = serverFrameSchema({ now: () => 0 })["~standard"];
const judged = standard.validate({});
if (judged.issues === undefined) holds<Same<typeof judged.value, ServerFrame>>();
holds<Same<NonNullable<typeof standard.types>["output"], ServerFrame>>();
