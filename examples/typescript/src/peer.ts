// One end of the matrix, in TypeScript: a client, which `peer.mjs` runs.

import {
  CLOSE_CODES,
  createClientFrame,
  describeIssue,
  parseCanonicalClientFrame,
  parseServerFrame,
} from "@netra/protocol";

/**
 * Receives `count` frames and shows each as it writes it itself, then sends the frames of `samples`, built by the
 * constructor. Resolves when the server has closed; rejects at the first frame that is not canonical.
 */
export function meet(url: string, samples: string[], count: number, show: (line: string) => void): Promise<void> {
  const frames = samples.map(rebuilt);
  const socket = new WebSocket(url);
  let received = 0;
  return new Promise((resolve, reject) => {
    socket.addEventListener("error", () => reject(new Error(`the connection to ${url} failed`)));
    socket.addEventListener("close", ({ code }) =>
      code === CLOSE_CODES.NORMAL ? resolve() : reject(new Error(`expected a normal close, found ${code}`)),
    );
    socket.addEventListener("message", ({ data }) => {
      const result = parseServerFrame(data, { receivedAt: Date.now() / 1000, policy: "refuse" });
      if (result.verdict === "invalid") return reject(new Error(describeIssue(result.issues[0])));
      if (result.verdict !== "canonical") return reject(new Error(`expected a canonical frame, found ${data}`));
      show(JSON.stringify(result.frame));
      received += 1;
      if (received === count) for (const frame of frames) socket.send(JSON.stringify(frame));
    });
  });
}

/** The frame of a sample, as its sender builds it. */
function rebuilt(sample: string): object {
  const result = parseCanonicalClientFrame(sample);
  if (result.verdict !== "canonical") throw new Error(`expected a canonical frame, found ${sample}`);
  const { type, data, ...envelope } = result.frame;
  return createClientFrame(type, data, envelope);
}
