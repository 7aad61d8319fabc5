// The example server, for tests that talk to it.

import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";

/** The server's program, if the tests are told where it is. */
export const PROGRAM = process.env.FRAMELOCK_SERVER;

/** Starts it on a free port, and returns its address and how to stop it. */
export async function startServer() {
  const server = spawn(PROGRAM, ["--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
  const { value: line } = await createInterface(server.stdout)[Symbol.asyncIterator]().next();
  return { url: line.replace("listening on ", ""), stop: () => server.kill() };
}
