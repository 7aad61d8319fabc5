// A client written with the protocol's TypeScript SDK, for the server of this example:
// node client.mjs FOLDER_OF_NODE_MODULES SERVER [ARGUMENT…]
//
// It uses everything that the server offers, and ends well only if every answer is the right one.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";

const [tools, command, ...args] = process.argv.slice(2);
const require = createRequire(path.resolve(tools, "package.json"));
const { Client } = require("@modelcontextprotocol/client");
const { StdioClientTransport } = require("@modelcontextprotocol/client/stdio");

// "auto" asks first for a newer revision than the server knows.
const client = new Client(
  { name: "typescript-peer", version: "1.2.3" },
  { capabilities: { elicitation: {} }, versionNegotiation: { mode: "auto" } },
);

// What the user says when asked for a name.
let action = "accept";
client.setRequestHandler("elicitation/create", ({ params }) => {
  assert.equal(params.message, "Who shall be greeted?");
  assert.deepEqual(params.requestedSchema.required, ["name"]);
  return action === "accept" ? { action, content: { name: "Ada" } } : { action };
});

const logged = [];
client.setNotificationHandler("notifications/message", ({ params }) => logged.push(params.data));

/** The code of the error with which a request is refused. */
const refused = (request) => request.then(() => assert.fail("it was not refused"), (error) => error.code);

await client.connect(new StdioClientTransport({ command, args }));
assert.equal(client.getServerVersion().name, "framelock-example");
assert.deepEqual(Object.keys(client.getServerCapabilities()).sort(),
  ["completions", "logging", "prompts", "resources", "tools"]);
await client.ping();

const { tools: offered } = await client.listTools();
assert.deepEqual(offered.map((tool) => tool.name), ["count_words", "greet"]);

// The SDK checks structured content against the tool's output schema.
const counted = await client.callTool({ name: "count_words", arguments: { text: "one two three" } });
assert.deepEqual(counted.structuredContent, { words: 3, characters: 13 });
assert.deepEqual(counted.content, [{ type: "text", text: "3 words" }]);

const steps = [];
const onprogress = ({ progress, total, message }) => steps.push({ progress, total, message });
const greeted = await client.callTool({ name: "greet" }, { onprogress });
assert.equal(greeted.content[0].text, "Hello, Ada!");
assert.deepEqual(steps, [{ progress: 1, total: 2, message: "asking" }]);
action = "decline";
const declined = await client.callTool({ name: "greet" });
assert.equal(declined.isError, true);
assert.deepEqual(logged, ["count_words was called", "greet was called", "greet was called"]);

await client.setLoggingLevel("error");
await client.callTool({ name: "count_words", arguments: { text: "" } });
assert.equal(logged.length, 3);

const { resources } = await client.listResources();
assert.deepEqual(resources.map((resource) => resource.uri), ["text:///motto", "text:///rhyme"]);
const { resourceTemplates } = await client.listResourceTemplates();
assert.equal(resourceTemplates[0].uriTemplate, "text:///{name}");
const { contents } = await client.readResource({ uri: "text:///rhyme" });
assert.match(contents[0].text, /^Twinkle.*\nhow I wonder/);

const { prompts } = await client.listPrompts();
assert.deepEqual(prompts[0].arguments.map((argument) => argument.name), ["text", "style"]);
const { messages } = await client.getPrompt({ name: "summarize", arguments: { text: "\"é\"\u0001" } });
assert.match(messages[0].content.text, /friendly.*\n\n"é"\u0001$/);
const { completion } = await client.complete({
  ref: { type: "ref/prompt", name: "summarize" },
  argument: { name: "style", value: "f" },
});
assert.deepEqual(completion.values, ["formal", "friendly"]);

assert.equal(await refused(client.callTool({ name: "nonsense" })), -32602);
assert.equal(await refused(client.readResource({ uri: "text:///nonsense" })), -32002);
assert.equal(await refused(client.getPrompt({ name: "summarize" })), -32602);

await client.close();
console.log("all answers were right");
