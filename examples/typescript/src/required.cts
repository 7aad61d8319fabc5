// The same package in a CommonJS module.

import { parseServerFrame, type ServerFrame } from "@netra/protocol";

/** The thought in a frame, if it is one. */
export function thought(frame: ServerFrame): string | undefined {
  return frame.type === "agent_thinking" ? frame.data.reasoning : undefined;
}

const result = parseServerFrame("{}", { receivedAt: 0 });
if (result.verdict === "canonical") thought(result.frame);
