// The generated npm package as a judge: a question a line, an answer a line. Its argument is the package's entry.

import process from "node:process";
import { createInterface } from "node:readline";

const { parseClientFrame, parseServerFrame } = await import(process.argv[2]);
const parse = { client: parseClientFrame, server: parseServerFrame };

for await (const line of createInterface({ input: process.stdin })) {
  const { sender, text, at } = JSON.parse(line);
  const { verdict, form = null, issues, frame } = parse[sender](text, { receivedAt: at });
  const { code = null, pointer = null } = issues?.[0] ?? {};
  const converted = verdict === "legacy" ? frame : null;
  process.stdout.write(`${JSON.stringify({ outcome: verdict, form, code, pointer, converted })}\n`);
}
