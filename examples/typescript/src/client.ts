// A client of Netra's protocol: sends one message, shows what the agent does, and ends with its answer.

import {
  CLOSE_CODES,
  PROTOCOL_VERSION,
  createClientFrame,
  describeIssue,
  each,
  onServerFrame,
  parseServerFrame,
  type ClientFrame,
  type CloseCode,
  type Issue,
  type ServerFrameHandlers,
  type ServerPolicies,
  type ServerVerdict,
} from "@netra/protocol";

/** What a client shows, a line each. */
export type Show = (line: string) => void;

/** What the connection does with a frame: it goes on, or it is over. */
type Flow = "on" | "over";

/** Seconds since 1970, as the protocol counts. */
const now = (): number => Date.now() / 1000;

/**
 * Asks the server at `url` and shows what comes of it. Resolves with the code by which the connection was closed: a frame
 * that breaks the contract ends it at once, with a code that says so.
 */
export function ask(url: string, content: string, show: Show, policies: ServerPolicies = {}): Promise<number> {
  const socket = new WebSocket(url);
  const send = (frame: ClientFrame): void => socket.send(JSON.stringify(frame));
  const handle = onServerFrame<Flow>(handlers(content, send, show));
  socket.addEventListener("message", ({ data }) => {
    if (typeof data !== "string") return socket.close(CLOSE_CODES.NORMAL, "frames are text");
    const result = read(data, show, policies);
    if (result.verdict === "invalid") return socket.close(closeCodeFor(result.issues[0]));
    if (result.verdict !== "unknown" && handle(result.frame) === "over") socket.close(CLOSE_CODES.NORMAL);
  });
  return new Promise((resolve, reject) => {
    socket.addEventListener("close", ({ code }) => resolve(code));
    socket.addEventListener("error", () => reject(new Error(`cannot talk to ${url}`)));
  });
}

/** What is to be made of a text. Shows what is not a canonical frame. */
export function read(text: string, show: Show, policies: ServerPolicies = {}): ServerVerdict {
  const result = parseServerFrame(text, { ...policies, receivedAt: now() });
  if (result.verdict === "legacy") show(`legacy form ${result.form}`);
  if (result.verdict === "unknown") show(`unknown message ${result.frame.type}`);
  if (result.verdict === "invalid") show(`invalid: ${describeIssue(result.issues[0])}`);
  return result;
}

/** The code that tells the server why the client leaves. */
function closeCodeFor({ code }: Issue): CloseCode {
  return code === "legacy-refused" ? CLOSE_CODES.LEGACY_REFUSED : CLOSE_CODES.INVALID_FRAME;
}

/** Decides about every message: without a line for each, this does not compile. */
function handlers(content: string, send: (frame: ClientFrame) => void, show: Show): ServerFrameHandlers<Flow> {
  const on = (line: string): Flow => {
    show(line);
    return "on";
  };
  return {
    ...each(IGNORED, () => "on" as const),
    system_message: ({ data }) => {
      if (data.event === "connection_established") {
        send(createClientFrame("user_message", { content }, { timestamp: now(), correlation_id: "ask-1", protocol_version: PROTOCOL_VERSION }));
      }
      return on(`system: ${data.event}`);
    },
    heartbeat: () => {
      send(createClientFrame("heartbeat_ack", {}));
      return "on";
    },
    agent_started: ({ data }) => on(`${data.agent_name} starts`),
    agent_thinking: ({ data }) => on(`${data.agent_name} thinks: ${data.reasoning}`),
    tool_executing: ({ data }) => on(`calls ${data.tool_name}`),
    tool_completed: ({ data }) => on(`${data.tool_name}: ${JSON.stringify(data.results)}`),
    agent_response_chunk: ({ data }) => on(`chunk: ${data.chunk}`),
    agent_completed: ({ data }) => {
      show(`answer: ${data.final_response ?? "none"}`);
      return "over";
    },
    error_message: ({ data }) => {
      show(`error: ${data.error_message}`);
      return "over";
    },
  };
}

/** What this client has no use for, by name: a message that is new to the schema is not among it. */
const IGNORED = [
  "cleanup_complete", "cleanup_duration_estimate", "cleanup_started", "connection_error",
  "handshake_complete", "handshake_response", "heartbeat_ack", "ping", "pong", "server_shutdown",
  "authentication_error", "authentication_success", "token_refresh_failed",
  "token_refresh_response", "token_refreshed", "ack", "agent_context", "agent_typing",
  "conversation_history", "example_message_response", "message_received", "typing_started",
  "typing_stopped", "user_typing", "agent_cancelled", "agent_death", "agent_error", "agent_log",
  "agent_manager_shutdown", "agent_metrics_updated", "agent_progress", "agent_registered",
  "agent_response", "agent_status_changed", "agent_status_update", "agent_stopped",
  "agent_task_ack", "agent_timeout_failure", "agent_timeout_warning", "agent_unregistered",
  "agent_update", "pipeline_completed", "progress_update", "step_created", "sub_agent_update",
  "subagent_completed", "subagent_started", "tool_call", "tool_error", "tool_result",
  "tool_started", "agent_response_complete", "final_report", "partial_result", "stream_chunk",
  "stream_complete", "thread_created", "thread_data", "thread_deleted", "thread_history",
  "thread_joined", "thread_loaded", "thread_loading", "thread_message", "thread_renamed",
  "thread_switched", "thread_update", "thread_updated", "broadcast", "broadcast_test",
  "direct_message", "event_batch", "room_message", "jsonrpc_notification", "jsonrpc_request",
  "jsonrpc_response", "mcp_server_connected", "mcp_server_disconnected", "mcp_server_error",
  "mcp_tool_completed", "mcp_tool_discovery", "mcp_tool_execution", "mcp_tool_failed",
  "mcp_tool_result", "mcp_tool_started", "content_validation_result", "quality_alert",
  "quality_metrics", "quality_report_generated", "quality_update", "corpus:created",
  "corpus:error", "synthetic_data_progress", "backend_log", "emergency_notification",
  "fallback_response", "system_error",
] as const;
