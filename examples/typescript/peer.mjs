// Runs the client of the matrix: `node peer.mjs URL FRAMES COUNT`. It sends the frames of the file `FRAMES`, one a
// line, and receives `COUNT` frames. Before Node.js 22, with `--experimental-websocket`.

import fs from "node:fs";
import process from "node:process";
import { meet } from "./out/peer.js";

const [, , url, frames, count] = process.argv;
const samples = fs.readFileSync(frames, "utf8").trimEnd().split("\n");
try {
  await meet(url, samples, Number(count), (line) => console.log(line));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
