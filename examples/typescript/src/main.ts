// Runs the client: `node out/main.js ws://127.0.0.1:8080/ws "How many words are these?"`. Before Node.js 22, with
// `--experimental-websocket`. `NETRA_LEGACY=refuse` refuses retired forms.

import { serverPoliciesFromEnvironment } from "@netra/protocol";
import { ask } from "./client.js";

declare const process: { argv: string[]; exitCode: number };

const [, , url = "ws://127.0.0.1:8080/ws", content = "How many words are these?"] = process.argv;
const code = await ask(url, content, (line) => console.log(line), serverPoliciesFromEnvironment());
if (code !== 1000) process.exitCode = 1;
